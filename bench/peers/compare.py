#!/usr/bin/env python3
"""Alternates training steps and predictions of network_peer with PyTorch's and prints the ratio of their times.

Each round times one after the other for some seconds; a ratio is PyTorch's median over ours in the same round. PyTorch
goes in the layout that is faster in the first round; gpu_compare.py is for a GPU. Reported: the median ratio, with the
smallest and the largest one. A map is 4,000 x 4,000 cells tile by tile. The bytes of a prediction are those of its
inputs and outputs, each counted once. Memory is the most that a process held, PyTorch's without what it holds once it
is imported.
"""
import argparse
import statistics
import sys

from peer import HERE, Peer, about, output_of, spread, write_json

CASES = {
    f"{model} {mode} {batch}x{size}": (model, batch, size, mode)
    for model in ("unet-text", "unet-table1", "plain-cnn")
    for mode, batch, size in (("train", 16, 64), ("train", 32, 64), ("predict", 1, 1024), ("map", 1, 4000))
    if mode != "map" or model == "unet-text"
}
UNETS = {"unet-text": ([16, 32, 64, 128, 256], 512), "unet-table1": ([16, 64, 128, 256], 512)}
INPUTS = 8


def forward_flops(model):
    """Of a cell, as sums over all taps: two for each weight that a cell meets."""
    if model == "plain-cnn":
        return 18 * (INPUTS * 64 + 5 * 64 * 64 + 64)
    widths, bottleneck = UNETS[model]
    flops, channels = 2 * widths[0], INPUTS
    for level, width in enumerate([*widths, bottleneck]):
        flops += 18 * (channels * width + width * width) / 4**level
        channels = width
    for level in reversed(range(len(widths))):
        flops += (2 * channels * widths[level] + 18 * (2 * widths[level] ** 2 + widths[level] ** 2)) / 4**level
        channels = widths[level]
    return flops


def compare(case, options):
    model, batch, size, mode = (str(word) for word in case)
    common = [model, batch, size, mode, str(options.threads)]
    torch = [options.python, str(HERE / "torch_peer.py"), *common]
    ours = Peer([options.binary, *common])
    ways = {way: Peer([*torch, way]) for way in ("nchw", "nhwc")}
    seconds = 0 if mode == "map" else options.seconds
    first = {way: peer.milliseconds(seconds) for way, peer in ways.items()}
    way = min(first, key=first.get)
    peaks = {name: peer.peak_mib() for name, peer in ways.items() if name != way}
    theirs = ways[way]
    rounds = [(ours.milliseconds(seconds), theirs.milliseconds(seconds)) for _ in range(options.rounds)]
    milliseconds = statistics.median(a for a, _ in rounds)
    cells = int(batch) * int(size) ** 2
    return {
        **spread([b / a for a, b in rounds]),
        "ours_ms": milliseconds,
        "megapixels_a_second": cells / milliseconds / 1e3,
        "gflop_a_second": (3 if mode == "train" else 1) * cells * forward_flops(model) / milliseconds / 1e6,
        **({} if mode == "train" else {"gigabytes_a_second": cells * 4 * (INPUTS + 1) / milliseconds / 1e6}),
        "torch_ms": statistics.median(b for _, b in rounds),
        "torch_way": way,
        "torch_first_ms": first,
        "ours_mib": ours.peak_mib(),
        "torch_mib": min([theirs.peak_mib(), *peaks.values()]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="build/release/bench/network_peer")
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--filter", nargs="+", default=[""], help="only cases whose names contain one of these")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()

    where = about(device="cpu", precision="fp32", threads=options.threads, rounds=options.rounds)
    results = {}
    print("| case | ours, ms | PyTorch, ms | way | ratio | from - to | ours, MiB | PyTorch, MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, case in CASES.items():
        if not any(part in name for part in options.filter):
            continue
        r = results[name] = compare(case, options)
        print(f"| {name} | {r['ours_ms']:.1f} | {r['torch_ms']:.1f} | {r['torch_way']} | {r['ratio']:.2f} "
              f"| {r['ratio_min']:.2f} - {r['ratio_max']:.2f} | {r['ours_mib']:.0f} | {r['torch_mib']:.0f} |",
              flush=True)
    if options.json:
        version = output_of(options.python, "-c", "import torch; print(torch.__version__)")
        write_json(options.json, {**where, "torch": version}, results)


main()
