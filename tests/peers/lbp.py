"""Local binary patterns beside scikit-image."""
import warnings

import numpy

from row import Row, Skipped, largest, ours, shape4, smooth_field

VARIANTS = {"standard": "default", "rotation_invariant": "ror", "rotation_invariant_uniform": "uniform",
            "uniform": "nri_uniform"}
# 24 bits are too many to compare code by code.
OF_POINTS = {8: list(VARIANTS), 16: list(VARIANTS), 24: ["rotation_invariant_uniform", "uniform"]}


def our_codes(image, points, radius, variant):
    return ours("lbp", {"image": image}, {"codes": numpy.float32}, shape=shape4(image), points=points, radius=radius,
                variant=variant)["codes"].reshape(image.shape)


def their_codes(image, points, radius, method):
    from skimage.feature import local_binary_pattern

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather have integers
        return local_binary_pattern(image.astype(float), points, radius, method).astype(numpy.int64)


def differences(image, points, radius):
    """Of the interpolated neighbours from the cell, (points, rows, columns); what lies outside counts as 0."""
    reach = int(numpy.ceil(radius)) + 1
    wide = numpy.pad(image.astype(float), reach)
    rows, columns = image.shape
    result = []
    for p in range(points):
        down, right = -radius * numpy.sin(2 * numpy.pi * p / points), radius * numpy.cos(2 * numpy.pi * p / points)
        down, right = numpy.round(down, 9), numpy.round(right, 9)
        i, j = int(numpy.floor(down)), int(numpy.floor(right))
        value = 0
        for a in (0, 1):
            for b in (0, 1):
                weight = (1 - abs(down - i - a)) * (1 - abs(right - j - b))
                part = wide[reach + i + a:, reach + j + b:][:rows, :columns]
                value = value + weight * (part - image)
        result.append(value)
    return numpy.array(result)


def images():
    random = numpy.random.default_rng(1)
    yield "integers", random.integers(0, 256, (90, 110)).astype(numpy.float32)
    yield "normal noise", random.standard_normal((90, 110)).astype(numpy.float32)
    yield "smooth", smooth_field(90, 110, 2, 3).astype(numpy.float32)
    terraces = numpy.floor(smooth_field(90, 110, 3, 3) * 3) * 7
    yield "terraces", terraces.astype(numpy.float32)


def of_uniform_numbers(points):
    """nri_uniform's number of a code -> ours: the rank among the codes with at most two changes."""
    codes = [0, 2**points - 1]
    for ones in range(1, points):
        arc = 2**ones - 1
        codes += [((arc >> p) | (arc << (points - p))) % 2**points for p in range(points)]
    ranks = {code: rank for rank, code in enumerate(sorted(codes))}
    # skimage/feature/_texture.pyx: 1 + (ones - 1) points + turns, by where the arc of ones begins.
    numbers = {0: 0, points * (points - 1) + 1: ranks[2**points - 1], points * (points - 1) + 2: len(codes)}
    for ones in range(1, points):
        for turn in range(points):
            arc = 2**ones - 1
            code = ((arc << (points - turn)) | (arc >> turn)) % 2**points if turn else arc
            numbers[1 + (ones - 1) * points + turn] = ranks[code]
    return numbers


def at_adjacent_cells(image, method):
    """(8, 1) with the diagonal cells themselves, made of what scikit-image has at (4, 1) and (8, sqrt 2)."""
    axes, diagonals = their_codes(image, 4, 1, "default"), their_codes(image, 8, numpy.sqrt(2), "default")
    code = sum(((axes >> p) & 1) << 2 * p for p in range(4)) + (diagonals & 0b10101010)
    if method == "default":
        return code
    changes = numpy.array([bin(c ^ (c >> 1 | (c & 1) << 7)).count("1") for c in range(256)])
    if method == "uniform":
        table = [bin(c).count("1") if changes[c] <= 2 else 9 for c in range(256)]
    elif method == "ror":
        table = [min((c >> p | c << (8 - p)) % 256 for p in range(8)) for c in range(256)]
    else:
        ranks = {c: rank for rank, c in enumerate(c for c in range(256) if changes[c] <= 2)}
        table = [ranks.get(c, len(ranks)) for c in range(256)]
    return numpy.array(table)[code]


def compare(points, radius, variant, peer, adjacent):
    differing = cells = ties = 0
    for _, image in images():
        codes = our_codes(image, points, radius, variant)
        border = numpy.ones(image.shape, bool)
        width = int(numpy.ceil(radius))
        border[width:-width, width:-width] = False
        if not numpy.array_equal(numpy.isnan(codes), border):
            differing = numpy.inf
        if adjacent:
            theirs, tie = at_adjacent_cells(image, VARIANTS[variant]), numpy.zeros(image.shape, bool)
        else:
            theirs = their_codes(image, points, radius, VARIANTS[variant])
            if variant == "uniform":
                numbers = of_uniform_numbers(points)
                theirs = numpy.array([numbers[n] for n in range(len(numbers))])[theirs]
            # Neighbours between cells that are nearly as large as the cell: rounding of their place decides.
            distance = numpy.abs(differences(image, points, radius))
            between = [p for p in range(points) if p % (points // 4)]
            tie = ((distance[between] > 0) & (distance[between] < 1e-4 * numpy.ptp(image))).any(0)
        counted = ~border & ~tie
        differing += int((codes != theirs)[counted].sum())
        cells, ties = cells + int(counted.sum()), ties + int((tie & ~border).sum())
    note = "as above"
    if variant == "uniform":
        note += "; scikit-image numbers the same classes in another order"
    if variant == OF_POINTS[points][0]:
        note = "borders: ours is missing where a neighbour is outside, scikit-image takes it for 0"
        if adjacent:
            note += "; put together from scikit-image's (4, 1) and (8, sqrt 2), see the last row of LBP"
        else:
            note += (f"; {ties} cells omitted where a neighbour between cells is as large as the cell but for 1e-4 of "
                     f"the range, so that the rounding of its place decides")
    return Row(f"LBP ({points}, {radius:g}) {variant} (kernels/lbp)", peer + f" {VARIANTS[variant]}", f"{cells} cells",
               differing, 0, "cells", note)


def comparisons():
    try:
        import skimage
    except ImportError as error:
        raise Skipped(f"scikit-image: {error}")
    peer = f"scikit-image {skimage.__version__}"
    for points, radius in ((8, 1), (8, 2), (16, 2), (24, 3)):
        for variant in OF_POINTS[points]:
            yield compare(points, radius, variant, peer, adjacent=(points, radius) == (8, 1))

    differing = theirs_off = cells = 0
    values = [0.1, 1, 100, *(100 * numpy.random.default_rng(4).standard_normal(40))]
    for points, radius in ((8, 1), (8, 2), (16, 2)):
        ones = 2**points - 1
        flat = numpy.repeat(values, 9 * 9).reshape(-1, 9, 9)
        codes = ours("lbp", {"image": flat.astype(numpy.float32)}, {"codes": numpy.float32}, shape=[*flat.shape, 1],
                     points=points, radius=radius, variant="standard")["codes"].reshape(flat.shape)
        differing += int((codes[:, 3:-3, 3:-3] != ones).sum())
        cells += codes[:, 3:-3, 3:-3].size
        theirs_off += sum(int((their_codes(image, points, radius, "default")[3:-3, 3:-3] != ones).sum())
                          for image in flat)
    yield Row("LBP of flat areas: all bits are 1", "the definition", f"{cells} cells", differing, 0, "cells",
              f"ours interpolates differences from the cell, so that equal values compare equal; {peer} interpolates "
              f"values, whose rounding clears bits in {theirs_off} of these cells (as float64)")

    image = dict(images())["normal noise"]
    inside = (slice(1, -1), slice(1, -1))
    share = (our_codes(image, 8, 1, "standard") != their_codes(image, 8, 1, "default"))[inside].mean()
    axes = largest((our_codes(image, 8, 1, "standard")[inside].astype(int) ^
                    their_codes(image, 8, 1, "default")[inside]) & 0b01010101)
    yield Row("LBP (8, 1), bits of the four cells along the axes", f"{peer} default", f"{image[inside].size} cells",
              axes, 0, "bits", f"definition: ours takes the four diagonal cells themselves, scikit-image interpolates "
              f"at 0.71 cells; of normal noise {share:.0%} of the codes differ")


COMPARISONS = [comparisons]
