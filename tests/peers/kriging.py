"""Area-to-point kriging beside gstat in R."""
import pathlib
import shutil
import subprocess
import tempfile

import numpy

from row import Row, Skipped, largest, ours, smooth_field

HERE = pathlib.Path(__file__).parent


def block_means(rows, columns, factor, seed, steepness, gaps):
    fine = smooth_field(rows * factor, columns * factor, seed, steepness) + 2
    blocks = fine.reshape(rows, factor, columns, factor).mean((1, 3)).astype(numpy.float32)
    blocks[numpy.random.default_rng(seed).random(blocks.shape) < gaps] = numpy.nan
    return blocks


def kriged_by_gstat(blocks, factor, cell_range, centres, reach):
    """The cells of each centre's block, (centres, factor, factor), from the blocks within `reach`."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        numpy.savetxt(folder / "blocks.txt", blocks, fmt="%.17g")
        numpy.savetxt(folder / "centres.txt", centres, fmt="%d")
        subprocess.run(["Rscript", "--vanilla", HERE / "area_to_point.R", folder, str(factor), repr(cell_range),
                        str(reach)], check=True, stdout=subprocess.DEVNULL)
        return numpy.loadtxt(folder / "cells.txt").reshape(len(centres), factor, factor)


def comparisons():
    if not shutil.which("Rscript"):
        raise Skipped("R (r-base-core) is not installed")
    version = subprocess.run(["Rscript", "--vanilla", "-e", "cat(as.character(packageVersion('gstat')))"],
                             capture_output=True, text=True)
    if version.returncode != 0:
        raise Skipped("gstat (r-cran-gstat) is not installed")
    peer = f"gstat {version.stdout.strip()} krige0 with vgmArea"
    off, reached, conserved, ranges, cells = [], [], [], [], 0
    for factor, steepness, gaps in ((4, 1.2, 0), (3, 2.0, 0.25), (5, 0.6, 0.1)):
        blocks = block_means(9, 10, factor, factor, steepness, gaps)
        fine = [1, blocks.shape[0] * factor, blocks.shape[1] * factor, 1]
        result = ours("area_to_point", {"blocks": blocks}, {"cells": numpy.float32, "range": float}, shape=fine,
                      factor=factor)
        image, cell_range = result["cells"].reshape(fine[1:3]), float(result["range"][0])
        ranges.append(f"{cell_range:.2g}")
        centres = [(i, j) for i, j in ((0, 0), (0, 5), (4, 4), (3, 7), (8, 9), (6, 1), (5, 5))
                   if not numpy.isnan(blocks[i, j])]
        own = numpy.array([image[i * factor:(i + 1) * factor, j * factor:(j + 1) * factor] for i, j in centres])
        spread = numpy.nanstd(blocks)
        theirs = kriged_by_gstat(blocks, factor, cell_range, centres, 2)
        off.append(largest(own - theirs) / spread)
        conserved.append(largest(theirs.mean((1, 2)) - [blocks[c] for c in centres]) / spread)
        some = slice(1, 3)
        everything = kriged_by_gstat(blocks, factor, cell_range, centres[some], 9)
        reached.append(numpy.sqrt(((own[some] - everything) ** 2).mean()) / spread)
        cells += own.size
    cases = f"{cells} cells, variogram ranges {', '.join(ranges)} cells"
    yield Row("area-to-point kriging from 5 x 5 blocks (data/regression/area_to_point)", peer, cases, largest(off),
              1e-5, "of the blocks' spread", f"the same exponential variogram for both; gstat's cells keep their "
              f"block's mean to {max(conserved):.0e}")
    yield Row("the same, rms", f"{peer}, all blocks", "2 blocks each", largest(reached), 0.1,
              "of the blocks' spread", "definition: ours kriges from the 5 x 5 blocks around a cell, gstat here from "
              "all")


COMPARISONS = [comparisons]
