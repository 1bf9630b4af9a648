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


def stars(count):
    """Polygons of 12 corners, not convex, (polygons, x and y, 12)."""
    random = numpy.random.default_rng(6)
    turns = 2 * numpy.pi * (numpy.arange(12) + random.uniform(-0.4, 0.4, (count, 12))) / 12
    radius = random.uniform(0.2, 1, (count, 12)) * numpy.exp(random.uniform(-2, 2, (count, 1)))
    centre = random.uniform([0, 0], [COLUMNS, ROWS], (count, 2))
    return numpy.stack([radius * numpy.cos(turns), radius * numpy.sin(turns)], 1) + centre[..., None]


def shared_areas(corners, method="overlaps", name="outlines"):
    result = ours(method, {name: corners}, {"shares": float}, shape=[1, ROWS, COLUMNS, 1], corners=corners.shape[2])
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

    polygons = stars(1000)
    others = shared_areas(polygons, "polygon_areas", "points")
    theirs = numpy.zeros_like(others)
    for k, answer in enumerate(extracted(image, polygons, ["cell_id", "coverage"])):
        theirs[k, numpy.asarray(answer["cell_id"], int)] += answer["coverage"]
    yield Row("area shared by any polygon and cell (data/dataset/polygon_areas)", peer,
              f"{len(polygons)} stars of 12 corners", largest(others - theirs), 1e-6, "of a cell's area")

    means = areas @ image.ravel() / areas.sum(1)
    yield Row("mean over a footprint", peer, f"{len(corners)} footprints",
              largest(means - [answer["mean"] for answer in answers]), 1e-6, "of values 5 +- 1")

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


def remapped(folder, image, west, south, step, to, fill):
    """By CDO, rows from the south; to: rows, columns, west, south, step."""
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
        f"gridtype = lonlat\nxsize = {to[1]}\nysize = {to[0]}\n"
        f"xfirst = {to[2] + to[4] / 2}\nxinc = {to[4]}\nyfirst = {to[3] + to[4] / 2}\nyinc = {to[4]}\n")
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
            blocks = (rows // factor, columns // factor, -100.0, south, step * factor)
            theirs = remapped(pathlib.Path(folder), image.astype(float), -100.0, south, step, blocks, -9999.0).ravel()
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
        image, cells = field.astype(numpy.float32), (26, 35, -99.8, 56.1, 0.213)
        theirs = remapped(pathlib.Path(folder), image.astype(float), -100.0, south, step, cells, -9999.0)
        means = resampled(image[::-1], (-100.0, south + step * rows), step, "degrees",
                          (26, 35, -99.8, 56.1 + 26 * 0.213, 0.213), False).reshape(26, 35)
        yield Row("mean over a cell of degrees of a degrees raster (data/formats/area_resampling)",
                  f"{peer}, remapcon", f"{means.size} cells", largest(means[::-1] - theirs), 0.003, "of values 5 to 8",
                  "definition: our areas are those on the raster's map, in square degrees; CDO's are on the sphere")


RADIUS = 6371007.181  # of MODIS's sphere, m
PER_SIDE = 200


def cell_edges(west, north, step):
    """Longitudes and latitudes around a cell of degrees, each side in small steps."""
    along, none = numpy.arange(PER_SIDE) / PER_SIDE * step, numpy.zeros(PER_SIDE)
    return (west + numpy.concatenate([along, none + step, step - along, none]),
            north - numpy.concatenate([none, along, none + step, step - along]))


def resampled(image, place, pixel, kind, to, mode):
    """Ours. place: x and y of the raster's upper left corner, pixel: its side; to: rows, columns, west, north, step."""
    rows, columns, west, north, step = to
    return ours("resample_by_area", {"image": image}, {"values": numpy.float32}, mode=mode,
                **{"from": [*image.shape, place[0] + pixel / 2, pixel, place[1] - pixel / 2, -pixel, kind]},
                to=[rows, columns, west + step / 2, step, north - step / 2, -step, "degrees"])["values"]


def resampling():
    try:
        import exactextract
    except ImportError as error:
        raise Skipped(f"exactextract: {error}")
    peer = f"exactextract {exactextract.__version__}"
    field = smooth_field(150, 320, 7) + 5
    image = numpy.where(smooth_field(150, 320, 8) > 0.8, numpy.nan, field).astype(numpy.float32)
    classes = numpy.where(numpy.isnan(image), numpy.nan, numpy.floor(image * 3)).astype(numpy.float32)
    for kind, place, pixel, to, bound in (
            ("degrees", (-100.02, 50.013), 0.05, (30, 33, -100.4, 49.9, 0.213), 2e-6),
            ("sinusoidal", (-7.46e6, 5.6e6), 926.625433055833, (36, 36, -102.25, 50.3, 0.03), 2e-4)):
        rows, columns, west, north, step = to
        corners = []
        for k in range(rows * columns):
            longitude, latitude = cell_edges(west + k % columns * step, north - k // columns * step, step)
            x, y = longitude, latitude
            if kind == "sinusoidal":
                x = RADIUS * numpy.radians(longitude) * numpy.cos(numpy.radians(latitude))
                y = RADIUS * numpy.radians(latitude)
            corners.append(((x - place[0]) / pixel, (place[1] - y) / pixel))
        areas = [abs(numpy.dot(x, numpy.roll(y, 1)) - numpy.dot(y, numpy.roll(x, 1))) / 2 for x, y in corners]
        means = resampled(image, place, pixel, kind, to, False)
        answers = extracted(image.astype(float), corners, ["mean", "count"])
        share = numpy.array([answer["count"] for answer in answers]) / areas
        theirs = numpy.array([numpy.nan if a["mean"] is None else a["mean"] for a in answers], float)
        theirs = numpy.where(share >= 0.5, theirs, numpy.nan)
        sure = numpy.abs(share - 0.5) > 1e-4
        if not numpy.array_equal(numpy.isnan(means[sure]), numpy.isnan(theirs[sure])):
            means[:] = numpy.inf
        there = sure & ~numpy.isnan(theirs)
        yield Row(f"mean over a cell of degrees of a {kind} raster (data/formats/area_resampling)", peer,
                  f"{there.sum()} of {len(means)} cells", largest((means - theirs)[there]), bound, "of values 5 +- 1",
                  "ours is missing exactly where valid pixels cover less than half of the cell" + (
                      "" if kind == "degrees" else f"; cells go to exactextract with {PER_SIDE} corners a side, ours "
                      "curves edges to 1e-4 of a side"))

        modes = resampled(classes, place, pixel, kind, to, True)
        answers = extracted(classes.astype(float), corners, ["unique", "frac"])
        differing = 0
        for k in numpy.flatnonzero(there):
            shares = sorted(zip(answers[k]["frac"], answers[k]["unique"]), reverse=True)
            tied = len(shares) > 1 and shares[0][0] - shares[1][0] < 2e-4
            differing += not tied and modes[k] != shares[0][1]
        yield Row(f"value with the largest area, {kind} raster", peer, f"{there.sum()} cells", differing, 0, "cells",
                  "")


COMPARISONS = [with_exactextract, resampling, with_cdo]
