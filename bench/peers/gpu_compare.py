#!/usr/bin/env python3
"""Alternates training steps and predictions on a GPU with PyTorch's and prints the ratio of their times.

Each round times one after the other for some seconds; a ratio is PyTorch's median over ours in the same round. PyTorch
goes the way that is fastest in the first round: eagerly, compiled, or with the eager or the compiled step as one CUDA
graph. Reported: the median ratio, with the smallest and the largest one. `epoch` is one of the paper's 500: 320 patches
in batches, and predictions for 80.
"""
import argparse
import concurrent.futures
import statistics
import subprocess
import sys

from peer import HERE, Peer, PeerEnded, commit, output_of, spread, today, write_json

CASES = [
    (model, batch, size, mode)
    for model in ("unet-table1", "unet-text", "sifnet")
    for mode, batch, size in (("train", 16, 64), ("forward", 1, 1024), ("predict", 1, 1024))
] + [("unet", 32, 40, "epoch")]
WAYS = ("eager", "compile", "graph", "compiled-graph")


def torch_command(case, way, options):
    return [options.python, str(HERE / "gpu_torch_peer.py"), *map(str, case), way, options.device, options.precision]


def compile_ahead(cases, options):
    """Fills PyTorch's cache of compiled code, some cases at once, so that the peers find it there."""
    def once(command):
        subprocess.run(command, input="0\n", stdout=subprocess.DEVNULL, text=True, check=False)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(once, [torch_command(c, way, options) for c in cases for way in WAYS if "compile" in way]))


def starts(peer):
    try:
        peer.milliseconds(0)
    except PeerEnded as ended:
        print(ended, file=sys.stderr)
        return False
    return True


def compare(case, options):
    ours = Peer([options.binary, *map(str, case), options.device, options.precision])
    ours.milliseconds(0)
    ways = {way: Peer(torch_command(case, way, options)) for way in WAYS}
    # One gets ready after the other, since what they choose by trial should be tried on an idle machine.
    ways = {way: peer for way, peer in ways.items() if starts(peer)}
    if not ways:
        raise PeerEnded("PyTorch goes no way at all")
    first = {way: peer.milliseconds(options.seconds) for way, peer in ways.items()}
    way = min(first, key=first.get)
    peaks = [peer.peak_mib() for name, peer in ways.items() if name != way]
    theirs = ways[way]
    rounds = [(ours.milliseconds(options.seconds), theirs.milliseconds(options.seconds)) for _ in range(options.rounds)]
    return {
        **spread([b / a for a, b in rounds]),
        "ours_ms": statistics.median(a for a, _ in rounds),
        "torch_ms": statistics.median(b for _, b in rounds),
        "torch_way": way,
        "torch_first_ms": first,
        "ours_mib": ours.peak_mib(),
        "torch_mib": min([theirs.peak_mib(), *peaks]),
    }


def gpu():
    return output_of("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="build/gpu/bench/gpu_network_peer")
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu: to try the comparison itself")
    parser.add_argument("--precision", choices=("fp32", "tf32", "bf16"), default="tf32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--filter", default="", help="only cases whose names contain this")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()

    cases = {"{0} {3} {1}x{2}".format(*case): case for case in CASES}
    cases = {name: case for name, case in cases.items() if options.filter in name}
    compile_ahead(cases.values(), options)
    about = {
        "device": gpu() if options.device == "cuda" else "cpu",
        "precision": options.precision,
        "rounds": options.rounds,
        "commit": commit(),
        "date": today(),
        "torch": output_of(options.python, "-c", "import torch; print(torch.__version__)"),
    }
    results, failed = {}, False
    print("| case | ours, ms | PyTorch, ms | way | ratio | from - to | ours, MiB | PyTorch, MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, case in cases.items():
        try:
            r = results[name] = compare(case, options)
        except PeerEnded as ended:
            print(f"{name}: {ended}", file=sys.stderr)
            failed = True
            continue
        print(f"| {name} | {r['ours_ms']:.4g} | {r['torch_ms']:.4g} | {r['torch_way']} | {r['ratio']:.2f} "
              f"| {r['ratio_min']:.2f} - {r['ratio_max']:.2f} | {r['ours_mib']:.0f} | {r['torch_mib']:.0f} |", flush=True)
        if options.json:
            write_json(options.json, about, results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
