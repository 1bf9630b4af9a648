#!/usr/bin/env python3
"""Alternates training steps and predictions on a GPU with PyTorch's and prints the ratio of their times.

Each round times one after the other for some seconds; a ratio is PyTorch's median over ours in the same round. PyTorch
goes the way that is fastest in the first round: eagerly, compiled, or with the eager or the compiled step as one CUDA
graph; a way that it does not go is named in one line and left out, and so is a case that fails. Reported: the median
ratio, with the smallest and the largest one. `epoch` is one of the paper's 500: 320 patches in batches, and predictions
for 80. `--device cpu` tries the comparison itself, on small images. A call that was cut short goes on with the cases
that its JSON lacks, while programs, GPU and options are the same.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from peer import HERE, Peer, PeerEnded, commit, output_of, spread, today, write_json

CASES = [
    (model, batch, size, mode)
    for model in ("unet-table1", "unet-text", "sifnet")
    for mode, batch, size in (("train", 16, 64), ("forward", 1, 1024), ("predict", 1, 1024))
] + [("unet", 32, 40, "epoch")]
SMALL = {"train": (2, 32), "forward": (1, 64), "predict": (1, 64), "epoch": (32, 16)}
WAYS = ("eager", "compile", "graph", "compiled-graph")


def name_of(case):
    model, batch, size, mode = case
    return f"{model} {mode} {batch}x{size}"


def torch_command(case, way, options):
    return [options.python, str(HERE / "gpu_torch_peer.py"), *map(str, case), way, options.device, options.precision]


def compile_ahead(cases, options):
    """Fills PyTorch's cache of compiled code, some cases at once, so that the peers find it there."""
    def once(command):
        subprocess.run(command, input="0\n", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
                       check=False)

    with concurrent.futures.ThreadPoolExecutor(min(8, os.cpu_count())) as pool:
        ways = [way for way in options.ways if "compile" in way]
        list(pool.map(once, [torch_command(case, way, options) for case in cases for way in ways]))


def each_way(ways, seconds, left_out):
    """Way -> milliseconds, one after the other, since what they choose by trial should be tried on an idle machine."""
    times = {}
    for way, peer in ways.items():
        try:
            times[way] = peer.milliseconds(seconds)
        except PeerEnded as ended:
            left_out[way] = str(ended)
            print(f"without PyTorch's way {way}: {ended}", file=sys.stderr)
    return times


def compare(case, options):
    peers = []

    def start(command):
        peers.append(Peer(command, limit=options.limit))
        return peers[-1]

    try:
        ours = start([options.binary, *map(str, case), options.device, options.precision])
        ours.milliseconds(0)
        left_out = {}
        ways = {way: start(torch_command(case, way, options)) for way in options.ways}
        ways = {way: ways[way] for way in each_way(ways, 0, left_out)}
        first = each_way(ways, options.seconds, left_out)
        if not first:
            raise PeerEnded("PyTorch goes no way at all")
        way = min(first, key=first.get)
        peaks = [ways[name].peak_mib() for name in first if name != way]
        theirs = ways[way]
        rounds = [(ours.milliseconds(options.seconds), theirs.milliseconds(options.seconds))
                  for _ in range(options.rounds)]
        return {
            **spread([b / a for a, b in rounds]),
            "ours_ms": statistics.median(a for a, _ in rounds),
            "torch_ms": statistics.median(b for _, b in rounds),
            "torch_way": way,
            "torch_first_ms": first,
            "torch_left_out": left_out,
            "ours_mib": ours.peak_mib(),
            "torch_mib": min([theirs.peak_mib(), *peaks]),
        }
    finally:
        for peer in peers:
            peer.end()


def said_by(*command):
    """Ends the comparison in one line where the program is missing or fails."""
    try:
        return output_of(*command)
    except (OSError, subprocess.CalledProcessError) as error:
        printed = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        sys.exit(f"gpu_compare: {command[0]}: {printed[-1]}")


def checksum(*files):
    return hashlib.sha256(b"".join(pathlib.Path(file).read_bytes() for file in files)).hexdigest()


def done_before(path, about):
    """The cases of a call like this one that was cut short."""
    try:
        before = json.loads(pathlib.Path(path).read_text())
    except (OSError, ValueError):
        return {}
    return before["cases"] if {**before["about"], "date": ""} == {**about, "date": ""} else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="build/gpu/bench/gpu_network_peer")
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda",
                        help="cpu: to try the comparison itself, on small images")
    parser.add_argument("--precision", choices=("fp32", "tf32", "bf16"), default="tf32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--cases", type=lambda text: text.split(","), help="some of them, by name (all)")
    parser.add_argument("--ways", type=lambda text: text.split(","), default=WAYS,
                        help=f"PyTorch's, some of {', '.join(WAYS)} (all)")
    parser.add_argument("--limit", type=float, default=240, help="seconds that a program may take to answer (240)")
    parser.add_argument("--within", type=float, help="begin no case after as many seconds; the next call goes on")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()

    cases = CASES if options.device == "cuda" else [(model, *SMALL[mode], mode) for model, _, _, mode in CASES]
    cases = {name_of(case): case for case in cases}
    unknown = set(options.cases or []) - set(cases)
    if unknown or set(options.ways) - set(WAYS):
        parser.error(f"the cases are {', '.join(cases)}; the ways {', '.join(WAYS)}")
    cases = {name: case for name, case in cases.items() if not options.cases or name in options.cases}
    start = time.monotonic()
    gpu = ("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    about = {
        "device": said_by(*gpu) if options.device == "cuda" else "cpu",
        "precision": options.precision,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "ways": list(options.ways),
        "programs": checksum(options.binary, HERE / "gpu_torch_peer.py", HERE / "torch_peer.py"),
        "commit": commit(),
        "date": today(),
        "torch": said_by(options.python, "-c", "import torch; print(torch.__version__)"),
    }
    results, failed = done_before(options.json, about) if options.json else {}, False
    if results:
        print(f"{len(results)} cases are in {options.json} already", file=sys.stderr)
    cases = {name: case for name, case in cases.items() if name not in results}
    compile_ahead(cases.values(), options)
    print("| case | ours, ms | PyTorch, ms | way | ratio | from - to | ours, MiB | PyTorch, MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, case in cases.items():
        if options.within and time.monotonic() - start > options.within:
            print(f"{name}: no time left", file=sys.stderr)
            continue
        try:
            r = results[name] = compare(case, options)
        except PeerEnded as ended:
            print(f"{name}: {ended}", file=sys.stderr)
            failed = True
            continue
        print(f"| {name} | {r['ours_ms']:.4g} | {r['torch_ms']:.4g} | {r['torch_way']} | {r['ratio']:.2f} "
              f"| {r['ratio_min']:.2f} - {r['ratio_max']:.2f} | {r['ours_mib']:.0f} | {r['torch_mib']:.0f} |",
              flush=True)
        if options.json:
            write_json(options.json, about, results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
