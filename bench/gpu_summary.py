#!/usr/bin/env python3
"""Sums up what tools/gpu-check has measured: gpu_summary.py DIR

Each kernel's time beside cuDNN's, or cuBLAS's, of the same precision, and beside its floor: the larger of its bytes
over the copy bandwidth and its flops over the GPU's peak for the precision. Then the peers' figures, and the paper's
500 epochs from the median epoch. Prints them and writes them, with what became of each step, as DIR/gpu.json. Needs
Python alone.
"""
import json
import math
import pathlib
import sys

# Dense peaks by the makers' data sheets, in Tflop/s. A GPU is the first whose name holds all the words.
PEAKS = [
    (("H200", "NVL"), {"fp32": 60, "tf32": 417, "bf16": 835}),
    (("H200",), {"fp32": 67, "tf32": 494, "bf16": 989}),
    (("H100", "PCIe"), {"fp32": 51, "tf32": 378, "bf16": 756}),
    (("H100", "NVL"), {"fp32": 60, "tf32": 417, "bf16": 835}),
    (("H100",), {"fp32": 67, "tf32": 494, "bf16": 989}),
    (("A100",), {"fp32": 19.5, "tf32": 156, "bf16": 312}),
]
EPOCHS = 500


def peaks_of(gpu):
    """Precision -> flop/s; empty for a GPU that is not known, whose floors are then those of bytes alone."""
    for words, peaks in PEAKS:
        if all(word in gpu for word in words):
            return {precision: peak * 1e12 for precision, peak in peaks.items()}
    return {}


def steps_of(directory):
    """name -> status (passed, failed, left out, not run) and reason of every step, as DIR/NAME.status have them."""
    steps = {}
    for name in ("build", "tests", "sanitizer", "kernels", "peers"):
        for path in sorted(directory.glob(f"{name}*.status")):
            status, *reason = path.read_text().splitlines()
            steps[path.stem] = {"status": status} | ({"reason": " ".join(reason)} if reason else {})
        if not any(step.startswith(name) for step in steps):
            steps[name] = {"status": "not run"}
    return steps


def benchmarks(path):
    """name -> (time, bytes, flops) of every benchmark of a file."""
    table = {}
    for b in json.loads(path.read_text())["benchmarks"] if path.exists() else []:
        if b.get("error_occurred"):
            print(f"{path.name}: {b['name']}: {b['error_message']}", file=sys.stderr)
            continue
        time = b["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[b["time_unit"]]
        table[b["name"].removesuffix("/manual_time")] = (time, b.get("B/s", 0) * time, b.get("flop/s", 0) * time)
    return table


def copy_bandwidth(directory):
    """Bytes a second, from the first line of a benchmark's log; None where no benchmark has come so far."""
    log = directory / "kernels.log"
    for line in log.read_text().splitlines() if log.exists() else []:
        if line.startswith("copy ") and line.endswith("GB/s"):
            return float(line.split()[1]) * 1e9
    return None


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def kernels_of(directory, precision, bandwidth, peak):
    """What became of every kernel in one precision."""
    theirs = benchmarks(directory / f"kernels-{precision}-cudnn.json")
    kernels = {}
    for name, (time, moved, flops) in benchmarks(directory / f"kernels-{precision}-ours.json").items():
        floor = max(moved / bandwidth, flops / peak if peak else 0)
        kernels[name] = {"us": time * 1e6, "floor_us": floor * 1e6, "floor_share": floor / time, "bytes": moved,
                         "flops": flops}
        if name in theirs:
            kernels[name] |= {"cudnn_us": theirs[name][0] * 1e6, "cudnn_over_ours": theirs[name][0] / time}
    return kernels


def summary_of(kernels):
    ratios = [k["cudnn_over_ours"] for k in kernels.values() if "cudnn_over_ours" in k]
    if not ratios:
        return {}
    return {"compared": len(ratios), "geometric_mean": geometric_mean(ratios), "smallest": min(ratios),
            "below_0.8": sorted(name for name, k in kernels.items() if k.get("cudnn_over_ours", 1) < 0.8)}


def print_kernels(precision, kernels, summary):
    print(f"\n{precision}: ours, cuDNN's and floor in microseconds; cuDNN / ours; floor / ours")
    for name, k in kernels.items():
        theirs = f"{k['cudnn_us']:9.1f}" if "cudnn_us" in k else " " * 9
        ratio = f"{k['cudnn_over_ours']:5.2f}" if "cudnn_us" in k else " " * 5
        print(f"{k['us']:9.1f} {theirs} {k['floor_us']:8.1f}  {ratio}  {k['floor_share']:5.2f}  {name}")
    if summary:
        print(f"{precision}: cuDNN / ours, geometric mean {summary['geometric_mean']:.2f}, smallest "
              f"{summary['smallest']:.2f}, {len(summary['below_0.8'])} of {summary['compared']} below 0.8")


def epochs_of(cases):
    """name -> seconds for the paper's epochs, ours and PyTorch's."""
    return {name: {"ours": EPOCHS * r["ours_ms"] / 1e3, "pytorch": EPOCHS * r["torch_ms"] / 1e3}
            for name, r in cases.items() if " epoch " in name}


def print_peers(precision, cases, epochs):
    print(f"\n{precision}: PyTorch / ours")
    for name, r in cases.items():
        line = (f"{r['ratio']:5.2f} ({r['ratio_min']:.2f} - {r['ratio_max']:.2f})  {r['ours_ms']:8.3f} ms, "
                f"PyTorch {r['torch_ms']:8.3f} ms ({r['torch_way']})  {name}")
        if name in epochs:
            line += f": {EPOCHS} epochs in {epochs[name]['ours']:.1f} s, PyTorch {epochs[name]['pytorch']:.1f} s"
        print(line)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.splitlines()[0])
    directory = pathlib.Path(sys.argv[1])
    result = {"about": json.loads((directory / "about.json").read_text()), "steps": steps_of(directory), "kernels": {},
              "summary": {}, "peers": {}, f"epochs_{EPOCHS}_s": {}}
    gpu = result["about"]["gpu"]
    peaks = peaks_of(gpu)
    known = ", ".join(f"{name} {peak / 1e12:g}" for name, peak in peaks.items()) + " Tflop/s by its data sheet"
    print(f"{gpu}: {known if peaks else 'its peaks are not known, floors are those of bytes alone'}")
    for name, step in result["steps"].items():
        print(f"{name}: {step['status']}" + (f", {step['reason']}" if "reason" in step else ""))
    bandwidth = copy_bandwidth(directory)
    if bandwidth:
        result["about"]["copy_bytes_per_s"] = bandwidth
        print(f"copy bandwidth {bandwidth / 1e9:.0f} GB/s")
        for precision in ("fp32", "tf32", "bf16"):
            kernels = kernels_of(directory, precision, bandwidth, peaks.get(precision))
            if kernels:
                result["kernels"][precision] = kernels
                result["summary"][precision] = summary_of(kernels)
                print_kernels(precision, kernels, result["summary"][precision])
    for path in sorted(directory.glob("peers-*.json")):
        precision = path.stem.removeprefix("peers-")
        result["peers"][precision] = json.loads(path.read_text())
        cases = result["peers"][precision]["cases"]
        epochs = result[f"epochs_{EPOCHS}_s"][precision] = epochs_of(cases)
        print_peers(precision, cases, epochs)
    (directory / "gpu.json").write_text(json.dumps(result, indent=1) + "\n")


main()
