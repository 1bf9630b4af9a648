#!/usr/bin/env python3
"""scikit-image's side of compare_lbp.py: skimage_peer.py SIDE POINTS RADIUS default|uniform

It has no threads. Its "nri_uniform" is what lbp calls uniform.
"""
import statistics
import sys
import time
import warnings

import numpy
from skimage.feature import local_binary_pattern


def main():
    warnings.simplefilter("ignore")  # it would rather have integers
    side, points, radius = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    method = {"default": "default", "uniform": "nri_uniform"}[sys.argv[4]]
    image = numpy.random.default_rng(1).standard_normal((side, side))  # double, which it computes in
    local_binary_pattern(image[:64, :64], points, radius, method)
    for line in sys.stdin:
        times, start = [], time.perf_counter()
        while not times or time.perf_counter() - start < float(line):
            begin = time.perf_counter()
            local_binary_pattern(image, points, radius, method)
            times.append(time.perf_counter() - begin)
        print(1e3 * statistics.median(times), flush=True)


main()
