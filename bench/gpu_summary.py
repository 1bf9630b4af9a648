#!/usr/bin/env python3
"""Sums up what tools/gpu-check has measured: gpu_summary.py DIR

Each kernel's time beside cuDNN's, or cuBLAS's, of the same precision, and beside its floor: the larger of its bytes over
the copy bandwidth and its flops over the peak of the precision. Needs Python alone.
"""
import json
import math
import pathlib
import sys

# What an H200 reaches, in flop/s; another GPU's figures take its own.
PEAKS = {"fp32": 60e12, "tf32": 400e12, "bf16": 790e12}


def seconds(path):
    """name -> (time, bytes, flops) of every benchmark of a file."""
    table = {}
    for b in json.loads(path.read_text())["benchmarks"]:
        time = b["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}[b["time_unit"]]
        table[b["name"].removesuffix("/manual_time")] = (time, b.get("B/s", 0) * time, b.get("flop/s", 0) * time)
    return table


def copy_bandwidth(directory):
    """Bytes a second, as the first line of a benchmark's log says."""
    for line in (directory / "kernels.log").read_text().splitlines():
        if line.startswith("copy ") and line.endswith("GB/s"):
            return float(line.split()[1]) * 1e9
    raise SystemExit("gpu_summary: no copy bandwidth in kernels.log")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.splitlines()[0])
    directory = pathlib.Path(sys.argv[1])
    bandwidth = copy_bandwidth(directory)
    print(f"copy bandwidth {bandwidth / 1e9:.0f} GB/s")
    for precision, peak in PEAKS.items():
        ours_file = directory / f"kernels-{precision}-ours.json"
        theirs_file = directory / f"kernels-{precision}-cudnn.json"
        if not ours_file.exists():
            continue
        theirs = seconds(theirs_file) if theirs_file.exists() else {}
        ratios = []
        print(f"\n{precision}: ours, cuDNN's and floor in microseconds; cuDNN / ours; floor / ours")
        for name, (time, moved, flops) in seconds(ours_file).items():
            floor = max(moved / bandwidth, flops / peak)
            line = f"{time * 1e6:9.1f}"
            if name in theirs:
                ratios.append(theirs[name][0] / time)
                line += f" {theirs[name][0] * 1e6:9.1f} {floor * 1e6:8.1f}  {ratios[-1]:5.2f}"
            else:
                line += f" {'':9} {floor * 1e6:8.1f}  {'':5}"
            print(f"{line}  {floor / time:5.2f}  {name}")
        if ratios:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            print(f"{precision}: cuDNN / ours, geometric mean {mean:.2f}, smallest {min(ratios):.2f}")
    for peers in sorted(directory.glob("peers-*.json")):
        print(f"\n{peers.stem}: PyTorch / ours")
        for name, r in json.loads(peers.read_text())["cases"].items():
            print(f"{r['ratio']:5.2f} ({r['ratio_min']:.2f} - {r['ratio_max']:.2f})  {r['ours_ms']:8.3f} ms  {name}")


main()
