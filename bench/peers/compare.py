#!/usr/bin/env python3
"""Alternates training steps and predictions of network_peer with PyTorch's and prints the ratio of their times.

Each round times one after the other for some seconds; a ratio is PyTorch's median over ours in the same round. PyTorch
goes the way that is fastest in the first round: on a CPU a layout, on a GPU eagerly, compiled or as one CUDA graph.
Reported: the median ratio, with the smallest and the largest one.
"""
import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CASES = {
    f"{model} {mode} {batch}x{size}": (model, batch, size, mode)
    for model in ("unet-text", "unet-table1", "plain-cnn")
    for mode, batch, size in (("train", 16, 64), ("train", 32, 64), ("predict", 1, 1024))
}


class Peer:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def milliseconds(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def peak_mib(self):
        self.process.stdin.close()
        return float(self.process.stdout.readline())


def compare(case, options):
    model, batch, size, mode = (str(word) for word in case)
    common = [model, batch, size, mode, str(options.threads)]
    torch = [options.python, str(HERE / "torch_peer.py"), *common]
    on_device = ["cuda", options.precision] if options.device == "cuda" else []
    ours = Peer([options.binary, *common, *on_device])
    names = ("eager", "compile", "graph") if on_device else ("nchw", "nhwc")
    ways = {way: Peer([*torch, way, *on_device]) for way in names}
    first = {way: peer.milliseconds(options.seconds) for way, peer in ways.items()}
    way = min(first, key=first.get)
    peaks = {name: peer.peak_mib() for name, peer in ways.items() if name != way}
    theirs = ways[way]
    rounds = [(ours.milliseconds(options.seconds), theirs.milliseconds(options.seconds)) for _ in range(options.rounds)]
    ratios = [b / a for a, b in rounds]
    return {
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "ours_ms": statistics.median(a for a, _ in rounds),
        "torch_ms": statistics.median(b for _, b in rounds),
        "torch_way": way,
        "torch_first_ms": first,
        "ours_mib": ours.peak_mib(),
        "torch_mib": min([theirs.peak_mib(), *peaks.values()]),
    }


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def gpu():
    return output_of("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")


def output_of(*command):
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="build/release/bench/network_peer")
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--precision", choices=("fp32", "tf32", "bf16"), default="tf32", help="on a GPU")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--filter", default="", help="only cases whose names contain this")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()

    results = {}
    print("| case | ours, ms | PyTorch, ms | way | ratio | from - to | ours, MiB | PyTorch, MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, case in CASES.items():
        if options.filter not in name:
            continue
        r = results[name] = compare(case, options)
        print(f"| {name} | {r['ours_ms']:.1f} | {r['torch_ms']:.1f} | {r['torch_way']} | {r['ratio']:.2f} "
              f"| {r['ratio_min']:.2f} - {r['ratio_max']:.2f} | {r['ours_mib']:.0f} | {r['torch_mib']:.0f} |", flush=True)
    if options.json:
        about = {
            "processor": processor(),
            "device": gpu() if options.device == "cuda" else "cpu",
            "precision": options.precision if options.device == "cuda" else "fp32",
            "threads": options.threads,
            "rounds": options.rounds,
            "commit": output_of("git", "rev-parse", "--short", "HEAD"),
            "date": output_of("date", "-u", "+%Y-%m-%d"),
            "torch": output_of(options.python, "-c", "import torch; print(torch.__version__)"),
        }
        pathlib.Path(options.json).write_text(json.dumps({"about": about, "cases": results}, indent=1) + "\n")


main()
