"""compare.py FOLDER RESULTS: see tests/clients/run."""
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys

import netCDF4
import numpy
import pyproj

HERE = pathlib.Path(__file__).resolve().parent
RADIUS = 6371007.181  # m, of MODIS
# Of longitude_of_projection_origin, letter by letter: findings/compliance_checker_sinusoidal.sh.
SPELT_OUT = re.compile(r"^\w is a required attribute for grid mapping sinusoidal$")
HEAD = """# Maps opened by other programs

Made by `tests/clients/run` on a simulated scene. Five places are given as longitude and latitude; each program finds
their cells by what the file says, and reads the first window. "the same": to 1e-6 mW m-2 sr-1 nm-1.

| program | file | how | values | time | note |
| --- | --- | --- | --- | --- | --- |
"""


@dataclasses.dataclass
class Map:
    """Five cells of a map: where they lie, and their values in the first window."""
    name: str
    longitudes: list
    latitudes: list
    x: list
    y: list
    values: list
    mean: float  # of the windows, at the first place


@dataclasses.dataclass
class Row:
    client: str
    file: str
    way: str
    values: list
    time: str = ""
    note: str = ""


def called(*command, **variables):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables})
    if done.returncode:
        raise RuntimeError(f"{command[0]}: exit code {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def places_of(name):
    """Places by the formula of the projection, values from the array: what the clients should find by themselves."""
    with netCDF4.Dataset(f"{name}.nc") as file:
        sif, x, y = file["sif"][:], file["x"][:].data, file["y"][:].data
    present = numpy.argwhere(~numpy.ma.getmaskarray(sif).any(axis=0))
    chosen = present[(numpy.array([0.03, 0.27, 0.51, 0.73, 0.97]) * len(present)).astype(int)]
    xs, ys = [float(x[j]) for _, j in chosen], [float(y[i]) for i, _ in chosen]
    if name == "sinusoidal":
        latitudes = [float(numpy.degrees(v / RADIUS)) for v in ys]
        longitudes = [float(numpy.degrees(u / RADIUS / numpy.cos(v / RADIUS))) for u, v in zip(xs, ys)]
    else:
        to_degrees = pyproj.Transformer.from_crs("EPSG:5070", "EPSG:4326", always_xy=True)
        longitudes, latitudes = (list(map(float, v)) for v in to_degrees.transform(xs, ys))
    values = [float(sif[0, i, j]) for i, j in chosen]
    i, j = chosen[0]
    return Map(name, longitudes, latitudes, xs, ys, values, float(sif[:, i, j].mean()))


def gdal(m):
    version = re.search(r"GDAL ([\d.]+)", called("gdalinfo", "--version")).group(1)
    for file in (f"{m.name}.tif", f"{m.name}-cog.tif", f"NETCDF:{m.name}.nc:sif"):
        values = [float(called("gdallocationinfo", "-valonly", "-wgs84", "-b", "1", file, str(u), str(v)))
                  for u, v in zip(m.longitudes, m.latitudes)]
        yield Row(f"GDAL {version}", file, "gdallocationinfo -wgs84", values)


def xarray(m):
    import rioxarray
    import xarray as xr
    versions = f"xarray {xr.__version__}, rioxarray {rioxarray.__version__}"
    data = xr.open_dataset(f"{m.name}.nc", decode_coords="all")
    to_map = pyproj.Transformer.from_crs("EPSG:4326", data.rio.crs.to_wkt(), always_xy=True)
    first = data.sif.isel(time=0)
    xs, ys = to_map.transform(m.longitudes, m.latitudes)
    values = [float(first.sel(x=u, y=v, method="nearest")) for u, v in zip(xs, ys)]
    yield Row(versions, f"{m.name}.nc", "rio.crs", values, f"{data.time.values[0]:.10}",
              f"time_bounds {data.time_bounds.values[0][1]:.10}")
    values = []
    for u, v in zip(m.longitudes, m.latitudes):
        distance = (data.lon - u) ** 2 + (data.lat - v) ** 2
        values.append(float(first.values.flat[int(distance.values.argmin())]))
    yield Row(versions, f"{m.name}.nc", "lat, lon", values)
    raster = rioxarray.open_rasterio(f"{m.name}.tif", masked=True)
    to_map = pyproj.Transformer.from_crs("EPSG:4326", raster.rio.crs.to_wkt(), always_xy=True)
    values = [float(raster[0].sel(x=u, y=v, method="nearest"))
              for u, v in zip(*to_map.transform(m.longitudes, m.latitudes))]
    yield Row(versions, f"{m.name}.tif", "open_rasterio", values, note=f"band 1 is {raster.attrs['long_name'][0]}")


def from_json(text):
    for row in json.loads(text):
        yield Row(**row)


def r(m):
    yield from from_json(called("Rscript", "--no-save", str(HERE / "r_client.R"), m.name, json.dumps(m.longitudes),
                                json.dumps(m.latitudes)))


def qgis(m):
    yield from from_json(called("/usr/bin/python3", str(HERE / "qgis_client.py"), m.name, json.dumps(m.longitudes),
                                json.dumps(m.latitudes), QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="1"))


def cdo(m):
    done = subprocess.run(["cdo", "--version"], capture_output=True, text=True)
    version = re.search(r"version ([\d.]+)", done.stdout + done.stderr).group(1)
    file = f"{m.name}.nc"

    def at_places(**variables):
        for u, v in zip(m.longitudes, m.latitudes):
            text = called("cdo", "-s", "outputtab,value", f"-remapnn,lon={u}_lat={v}", "-seltimestep,1",
                          "-selname,sif", file, **variables)
            yield float(text.split()[-1])

    def area(**variables):
        text = called("cdo", "-s", "outputtab,value", "-fldmean", "-gridarea", "-selname,sif", file, **variables)
        return f"cells of {float(text.split()[-1]) / 1e6:.3f} km2"

    date = called("cdo", "-s", "showdate", f"{m.name}.nc").split()[0]
    yield Row(f"CDO {version}", f"{m.name}.nc", "lat, lon: remapnn", list(at_places()), date)
    projected = {"IGNORE_ATT_COORDINATES": "1"}
    yield Row(f"CDO {version}", f"{m.name}.nc", "proj_params: IGNORE_ATT_COORDINATES=1 remapnn",
              list(at_places(**projected)), date, area(**projected) if m.name == "sinusoidal" else "gridarea refuses")


def nco(m):
    done = subprocess.run(["ncks", "--version"], capture_output=True, text=True)
    version = re.search(r"ncks version ([\d.]+)", done.stdout + done.stderr).group(1)
    values = []
    for k, (u, v) in enumerate(zip(m.x, m.y)):
        cell = ["-d", f"x,{u:.1f}", "-d", f"y,{v:.1f}", "-d", "time,0"]
        for name, want in (("lon", m.longitudes[k]), ("lat", m.latitudes[k])):
            got = float(called("ncks", "-H", "-C", "-s", "%.9f ", "-v", name, *cell[:4], f"{m.name}.nc").split()[0])
            if abs(got - want) > 1e-6:
                raise RuntimeError(f"NCO: {name} {got}, not {want}")
        values.append(float(called("ncks", "-H", "-C", "-s", "%.9f ", "-v", "sif", *cell, f"{m.name}.nc").split()[0]))
    called("ncra", "-O", f"{m.name}.nc", "nco_mean.nc")
    with netCDF4.Dataset("nco_mean.nc") as file:
        i, j = int(numpy.abs(file["y"][:] - m.y[0]).argmin()), int(numpy.abs(file["x"][:] - m.x[0]).argmin())
        mean, ends = float(file["sif"][0, i, j]), [str(netCDF4.num2date(t, "days since 1970-01-01"))[:10]
                                                   for t in file["time_bounds"][0]]
    if abs(mean - m.mean) > 1e-6:
        raise RuntimeError(f"ncra: mean {mean}, not {m.mean}")
    yield Row(f"NCO {version}", f"{m.name}.nc", "ncks -d x,X -d y,Y; lat and lon there", values,
              note=f"ncra: mean of {ends[0]} to {ends[1]}")


def ncdump(m):
    text = called("ncdump", "-h", f"{m.name}.nc")
    version = re.search(r"library version ([\d.]+)", subprocess.run(["ncdump"], capture_output=True, text=True).stderr)
    if "time = UNLIMITED" not in text:
        raise RuntimeError("ncdump: time is not unlimited")
    if "/tmp/" in text or os.getcwd() in text:
        raise RuntimeError("an attribute names a folder")
    yield Row(f"ncdump {version.group(1) if version else ''}".strip(), f"{m.name}.nc", "header", [],
              note="time = UNLIMITED, no folder in any attribute")


def verdict_of(row, m):
    if not row.values:
        return "not read"
    same = len(row.values) == len(m.values) and all(abs(a - b) <= 1e-6 for a, b in zip(row.values, m.values))
    return "the same" if same else "WRONG"


def table_of(maps):
    lines, failures = [], []
    for m in maps:
        for client in (gdal, xarray, r, qgis, cdo, nco, ncdump):
            try:
                for row in client(m):
                    verdict = verdict_of(row, m)
                    if verdict == "WRONG":
                        failures.append(f"{row.client}: {row.file}: {row.way}: {row.values}, not {m.values}")
                    if row.time and row.time != "2019-05-25":
                        failures.append(f"{row.client}: {row.file}: time {row.time}")
                    lines.append(f"| {row.client} | `{row.file}` | {row.way} | {verdict} | {row.time} | {row.note} |")
            except Exception as error:  # of whatever kind: the other clients go on
                failures.append(f"{client.__name__}: {m.name}: {error!r}")
    return lines, failures


def stac_validator():
    """Schemas of extensions come from the network, or, where there is none, from the folder STAC_SCHEMAS."""
    from pystac.validation.stac_validator import JsonSchemaSTACValidator
    validator = JsonSchemaSTACValidator()
    for file in pathlib.Path(os.environ.get("STAC_SCHEMAS", "/nowhere")).glob("*.json"):
        schema = json.loads(file.read_text())
        validator.schema_cache[schema["$id"].rstrip("#")] = schema
    return validator


def checked_files(maps):
    """Validators, and what they say."""
    lines, failures = [], []
    import pystac
    validator = stac_validator()
    for m in maps:
        for file in (f"{m.name}.tif", f"{m.name}.nc", f"{m.name}-cog.tif"):
            try:
                schemas = pystac.Item.from_file(f"{file}.stac.json").validate(validator)
            except Exception as error:  # of whatever kind: the other files go on
                failures.append(f"{file}.stac.json: {error}")
                continue
            lines.append(f"| pystac {pystac.__version__} | `{file}.stac.json` | valid by {len(schemas)} schemas |")
        for standard in ("cf:1.11", "acdd:1.3"):  # the newest that it knows
            checker = str(pathlib.Path(sys.executable).parent / "compliance-checker")
            done = subprocess.run([checker, "-t", standard, "-c", "normal", "-f", "json", "-o", "-", f"{m.name}.nc"],
                                  capture_output=True, text=True)
            report = next(iter(json.loads(done.stdout[done.stdout.index("{"):]).values()))
            errors = [f"{p['name']}: {text}" for p in report["high_priorities"] for text in p["msgs"]
                      if not SPELT_OUT.search(text)]
            failures += [f"{standard}: {m.name}.nc: {e}" for e in errors]
            lines.append(f"| compliance-checker 6.1.0, {standard} | `{m.name}.nc` | {report['scored_points']} of "
                         f"{report['possible_points']} points; {len(errors)} errors |")
    return lines, failures


def main():
    folder, results = sys.argv[1:]
    os.chdir(folder)
    maps = [places_of("sinusoidal"), places_of("albers")]
    lines, failures = table_of(maps)
    checks, wrong = checked_files(maps)
    text = (HEAD + "\n".join(lines) + "\n\n| validator | file | result |\n| --- | --- | --- |\n" +
            "\n".join(checks) + "\n")
    pathlib.Path(results).write_text(text)
    print(text)
    for failure in failures + wrong:
        print("FAILED", failure, file=sys.stderr)
    sys.exit(1 if failures or wrong else 0)


main()
