#!/usr/bin/env python3
"""Alternates local binary patterns of lbp_peer with scikit-image's and prints the ratio of their times.

Each round times one after the other; a ratio is scikit-image's median over ours in the same round. Reported: the median
ratio, with the smallest and the largest one.
"""
import argparse
import statistics
import sys

from peer import HERE, Peer, about, output_of, spread, write_json

CIRCLES = [(points, radius, variant) for points, radius in ((8, 1), (16, 2)) for variant in ("default", "uniform")]


def compare(circle, options):
    common = [options.side, *circle]
    ours = Peer([options.binary, *common, options.threads])
    theirs = Peer([options.python, HERE / "skimage_peer.py", *common])
    rounds = [(ours.milliseconds(options.seconds), theirs.milliseconds(options.seconds)) for _ in range(options.rounds)]
    ours.end(), theirs.end()
    milliseconds = statistics.median(a for a, _ in rounds)
    cells = options.side**2
    return {**spread([b / a for a, b in rounds]), "ours_ms": milliseconds,
            "skimage_ms": statistics.median(b for _, b in rounds),
            "megapixels_a_second": cells / milliseconds / 1e3,
            "gigabytes_a_second": 8 * cells / milliseconds / 1e6}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="build/release/bench/lbp_peer")
    parser.add_argument("--python", default=sys.executable, help="a Python that has scikit-image")
    parser.add_argument("--side", type=int, default=4000, help="of the image, in cells")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()

    where = about(threads=options.threads, rounds=options.rounds, side=options.side)
    results = {}
    print("| case | ours, ms | scikit-image, ms | ratio | from - to | megapixels/s | GB/s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for circle in CIRCLES:
        name = "({}, {}) {}".format(*circle)
        r = results[name] = compare(circle, options)
        print(f"| {name} | {r['ours_ms']:.1f} | {r['skimage_ms']:.0f} | {r['ratio']:.0f} | {r['ratio_min']:.0f} - "
              f"{r['ratio_max']:.0f} | {r['megapixels_a_second']:.0f} | {r['gigabytes_a_second']:.1f} |", flush=True)
    if options.json:
        version = output_of(options.python, "-c", "import skimage; print(skimage.__version__)")
        write_json(options.json, {**where, "scikit_image": version}, results)


main()
