"""A dataset's file in xarray, rioxarray and GDAL: names, coordinates, reference system and values."""
import json
import pathlib
import subprocess
import tempfile

import numpy

from row import BINARY, Row, Skipped, largest

CORNER = (-9010000.0, 5200000.0)  # centre of the first cell that the program writes
CELL = 926.625433


def write(folder):
    """The dataset of the project's method `dataset`: NDVI = (window + 1) x (row + column / 1000) on 300 x 280 cells."""
    (folder / "request.json").write_text(json.dumps({}))
    subprocess.run([BINARY, "dataset", folder], check=True)
    return folder / "scene.nc"


def expected():
    window, row, column = numpy.meshgrid(numpy.arange(2), numpy.arange(300), numpy.arange(280), indexing="ij")
    return (window + 1) * (row + column / 1000)


def in_xarray():
    try:
        import rioxarray  # noqa: F401 (adds .rio)
        import xarray
    except ImportError as missing:
        raise Skipped(f"{missing.name} cannot be installed") from missing
    with tempfile.TemporaryDirectory() as folder:
        file = write(pathlib.Path(folder))
        for engine in ("netcdf4", "h5netcdf"):
            peer = f"xarray {xarray.__version__}, {engine}"
            with xarray.open_dataset(file, engine=engine, decode_coords="all") as fine:
                assert [str(t)[:10] for t in fine.time.values] == ["2019-05-25", "2019-06-10"]
                assert fine.ndvi.dims == ("time", "y", "x") and fine.ndvi.attrs["units"] == "1"
                assert "R=6371007.181" in fine.rio.crs.to_proj4()
                assert list(fine.reliability.attrs["flag_values"]) == [0, 1, 2, 3]
                yield Row("dataset's file: values", peer, "2 x 300 x 280",
                          largest(fine.ndvi.values - expected()), 1e-4, "1")
                left, top = fine.rio.bounds()[0], fine.rio.bounds()[3]
                yield Row("dataset's file: place", f"rioxarray {rioxarray.__version__}, {engine}", "upper left corner",
                          largest([left - CORNER[0] + CELL / 2, top - CORNER[1] - CELL / 2]), 1e-3, "m")
            with xarray.open_dataset(file, engine=engine, group="coarse") as coarse:
                assert coarse.sif.dims == ("time", "coarse_y", "coarse_x") and coarse.sif.shape == (2, 75, 70)
            with xarray.open_dataset(file, engine=engine, group="soundings") as soundings:
                assert str(soundings.time.values[0])[:19] == "2019-05-25T12:00:00"
                assert soundings.longitudes.dims == ("sounding", "corner")
            xarray.open_datatree(file, engine=engine).close()


def in_gdal():
    with tempfile.TemporaryDirectory() as folder:
        file = write(pathlib.Path(folder))
        try:
            text = subprocess.run(["gdalinfo", "-json", f'NETCDF:"{file}":ndvi'], check=True,
                                  capture_output=True).stdout
        except FileNotFoundError as missing:
            raise Skipped("gdalinfo is not there") from missing
        info = json.loads(text)
        left, right, _, top, _, down = info["geoTransform"]
        assert "Sinusoidal" in info["coordinateSystem"]["wkt"] and len(info["bands"]) == 2
        yield Row("dataset's file: place", "GDAL, netCDF driver", "geotransform",
                  largest([left - CORNER[0] + CELL / 2, top - CORNER[1] - CELL / 2, right - CELL, down + CELL]), 1e-3,
                  "m")


COMPARISONS = [in_xarray, in_gdal]
