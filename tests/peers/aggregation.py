"""Areas that footprints share with cells, and means over blocks, beside exactextract and CDO."""
import pathlib
import shutil
import subprocess
import tempfile

import numpy
import scipy.io

from row import Row, Skipped, largest, ours, shape4, smooth_field

ROWS, COLUMNS = 24, 30


def footprints(count):
    """Corners (footprints, x and y, 4) of turned and sheared rectangles, y downwards; some reach beyond the grid."""
    random = numpy.random.default_rng(1)
    corners = []
    for k in range(count):
        length, width = numpy.exp(random.uniform(numpy.log(0.05), numpy.log(9), 2))
        turn, shear = random.uniform(0, 2 * numpy.pi), random.uniform(-0.7, 0.7)
        square = numpy.array([[-1, 1, 1, -1], [-1, -1, 1, 1]]) / 2
        along = numpy.array([[numpy.cos(turn), -numpy.sin(turn)], [numpy.sin(turn), numpy.cos(turn)]])
        shape = along @ (numpy.array([[1, shear], [0, 1]]) @ (square * [[length], [width]]))
        centre = random.uniform([0, 0], [COLUMNS, ROWS])
        if k % 10 == 0:  # edges on those of cells
            shape, centre = square * numpy.ceil([[length], [width]]) * 2, numpy.round(centre)
        corners.append(shape + centre[:, None])
    return numpy.array(corners)


def extracted(image, corners, operations):
    """exactextract's answer for each polygon; image (rows, columns) with cells of side 1, the first row on top."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    rows, columns = image.shape
    raster = NumPyRasterSource(image, xmin=0, ymin=0, xmax=columns, ymax=rows)
    polygons = []
    for k, (x, y) in enumerate(corners):
        ring = [[float(a), float(rows - b)] for a, b in zip(x, y)]
        polygons.append({"type": "Feature", "properties": {"id": k},
                         "geometry": {"type": "Polygon", "coordinates": [ring + ring[:1]]}})
    return [answer["properties"] for answer in exact_extract(raster, polygons, operations)]


def shared_areas(corners):
    result = ours("overlaps", {"outlines": corners}, {"shares": float}, shape=[1, ROWS, COLUMNS, 1])
    areas = numpy.zeros((len(corners), ROWS * COLUMNS))
    for footprint, cell, overlap in result["shares"].reshape(-1, 3):
        areas[int(footprint), int(cell)] += overlap
    return areas


def with_exactextract():
    try:
        import exactextract
    except ImportError as error:
        raise Skipped(f"exactextract: {error}")
    peer = f"exactextract {exactextract.__version__}"
    corners = footprints(2000)
    areas = shared_areas(corners)
    image = smooth_field(ROWS, COLUMNS, 2) + 5
    answers = extracted(image, corners, ["cell_id", "coverage", "mean"])
    theirs = numpy.zeros_like(areas)
    for k, answer in enumerate(answers):
        theirs[k, numpy.asarray(answer["cell_id"], int)] += answer["coverage"]
    yield Row("area shared by footprint and cell (data/footprints)", peer, f"{len(corners)} footprints",
              largest(areas - theirs), 1e-6, "of a cell's area", "exactextract keeps areas as float32")

    means = areas @ image.ravel() / areas.sum(1)
    yield Row("mean over a footprint", peer, f"{len(corners)} footprints",
              largest(means - [answer["mean"] for answer in answers]), 1e-5, "of values 5 +- 1",
              "float32 areas: of the smallest footprints, 0.003 cells, they are 1e-5 off")

    gaps = numpy.random.default_rng(3).random(image.shape) < 0.3
    gaps[:8, :8] = True
    values = numpy.where(gaps, numpy.nan, image).astype(numpy.float32)
    factor = 4
    result = ours("block_mean", {"image": values, "weights": numpy.ones_like(values)}, {"means": numpy.float32},
                  shape=shape4(values), factor=factor)["means"]
    corners = [(numpy.array([j, j + 1, j + 1, j]) * factor, numpy.array([i, i, i + 1, i + 1]) * factor)
               for i in range(ROWS // factor) for j in range(-(-COLUMNS // factor))]
    answers = extracted(values.astype(float), corners, ["mean", "count"])
    theirs = numpy.array([numpy.nan if a["mean"] is None else a["mean"] for a in answers], float)
    cells = numpy.array([min(factor, COLUMNS - j * factor) * factor
                         for _ in range(ROWS // factor) for j in range(-(-COLUMNS // factor))])
    half = numpy.array([a["count"] for a in answers]) >= cells / 2
    if not numpy.array_equal(half, ~numpy.isnan(result)):
        result[:] = numpy.inf
    yield Row("mean over a block, 30 % missing (data/dataset/resample)", peer, f"{len(corners)} blocks",
              largest((result - theirs)[half]), 1e-6, "of values 5 +- 1",
              "ours is missing exactly where less than half of a block's cells are present; exactextract has the mean "
              "of what there is")


def remapped(folder, image, west, south, step, factor, fill):
    rows, columns = image.shape
    with scipy.io.netcdf_file(folder / "fine.nc", "w") as file:
        for name, size, first, units in (("lat", rows, south, "degrees_north"), ("lon", columns, west, "degrees_east")):
            file.createDimension(name, size)
            axis = file.createVariable(name, "d", (name,))
            axis[:] = first + step * (numpy.arange(size) + 0.5)
            axis.units, axis.standard_name = units, "latitude" if name == "lat" else "longitude"
        variable = file.createVariable("sif", "d", ("lat", "lon"))
        variable._FillValue = numpy.float64(fill)
        variable[:] = numpy.where(numpy.isnan(image), fill, image)
    (folder / "coarse.txt").write_text(
        f"gridtype = lonlat\nxsize = {columns // factor}\nysize = {rows // factor}\n"
        f"xfirst = {west + step * factor / 2}\nxinc = {step * factor}\n"
        f"yfirst = {south + step * factor / 2}\nyinc = {step * factor}\n")
    subprocess.run(["cdo", "-s", "-b", "F64", "-f", "nc", f"remapcon,{folder / 'coarse.txt'}", folder / "fine.nc",
                    folder / "coarse.nc"], check=True)
    with scipy.io.netcdf_file(folder / "coarse.nc", mmap=False) as file:
        values = file.variables["sif"].data.astype(float)
    return numpy.where(values == fill, numpy.nan, values)


def with_cdo():
    if not shutil.which("cdo"):
        raise Skipped("cdo is not installed")
    version = subprocess.run(["cdo", "--version"], capture_output=True, text=True)
    peer = "CDO " + (version.stdout + version.stderr).split("version ")[1].split()[0]
    rows, columns, factor, step, south = 120, 160, 10, 0.05, 56.0
    edges = numpy.radians(south + step * numpy.arange(rows + 1))
    weights = numpy.repeat(numpy.diff(numpy.sin(edges))[:, None], columns, 1).astype(numpy.float32)
    field = smooth_field(rows, columns, 4) + 5 + numpy.linspace(0, 3, rows)[:, None]
    gaps = numpy.where(smooth_field(rows, columns, 5) > 0.5, numpy.nan, field)
    with tempfile.TemporaryDirectory() as folder:
        for name, image in (("whole", field), ("a third missing", gaps)):
            image = image.astype(numpy.float32)
            theirs = remapped(pathlib.Path(folder), image.astype(float), -100.0, south, step, factor, -9999.0).ravel()
            means = {}
            for kind, w in (("areas", weights), ("equal", numpy.ones_like(weights))):
                means[kind] = ours("block_mean", {"image": image, "weights": w}, {"means": numpy.float32},
                                   shape=shape4(image), factor=factor)["means"]
            there = ~numpy.isnan(means["areas"])
            yield Row(f"mean over a block of degrees, weighted by area, {name} (data/dataset/resample)",
                      f"{peer}, remapcon", f"{there.sum()} blocks at 56 to 62 N",
                      largest((means["areas"] - theirs)[there]), 1e-6, "of values 5 to 8",
                      "" if name == "whole" else f"ours is missing where less than half of a block's cells are "
                      f"present: {(~there).sum()} blocks, of which CDO gives {(~there & ~numpy.isnan(theirs)).sum()}")
        yield Row("the same with equal weights, the default", f"{peer}, remapcon", f"{there.sum()} blocks",
                  largest((means["equal"] - theirs)[there]), 0.01, "of values 5 to 8",
                  "definition: ours are means over cells, as the product's grid has equal areas; at 60 N, cells of "
                  "0.05 degrees differ by 1.5 % within a block of 0.5 degrees")


COMPARISONS = [with_exactextract, with_cdo]
