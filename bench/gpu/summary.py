"""Sums up what tools/gpu-check has measured.

Each kernel's time beside cuDNN's, or cuBLAS's, of the same precision, and beside its floor: the larger of its bytes
over the copy bandwidth and its flops over the GPU's peak for the precision. The peers' figures, and the paper's 500
epochs from the median epoch.
"""
import contextlib
import json
import math

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
PRECISIONS = ("fp32", "tf32", "bf16")


def peaks_of(gpu):
    """Precision -> flop/s; empty for a GPU that is not known, whose floors are then those of bytes alone."""
    for words, peaks in PEAKS:
        if all(word in gpu for word in words):
            return {precision: peak * 1e12 for precision, peak in peaks.items()}
    return {}


def read(path):
    with contextlib.suppress(OSError, ValueError):
        return json.loads(path.read_text())
    return {}


def benchmarks(path):
    """name -> (time, bytes, flops) of every benchmark of a file."""
    table = {}
    for b in read(path).get("benchmarks", []):
        if b.get("error_occurred"):
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


def beside_cudnn(kernels):
    ratios = [k["cudnn_over_ours"] for k in kernels.values() if "cudnn_over_ours" in k]
    if not ratios:
        return {}
    return {"compared": len(ratios), "geometric_mean": geometric_mean(ratios), "smallest": min(ratios),
            "below_0.8": sorted(name for name, k in kernels.items() if k.get("cudnn_over_ours", 1) < 0.8)}


def result_of(directory):
    """All that lies in the folder of a run."""
    about = read(directory / "about.json")
    result = {"about": about, "phases": read(directory / "steps.json"), "ours": read(directory / "ours.json"),
              "peers": {}, f"epochs_{EPOCHS}_s": {}, "kernels": {}, "beside_cudnn": {},
              "in_a_step": read(directory / "in-a-step.json"), "cudnn_tests": read(directory / "cudnn-tests.json")}
    for precision in PRECISIONS:
        cases = {}
        for name in ("first-peers", "peers"):
            cases |= read(directory / f"{name}-{precision}.json").get("cases", {})
        if cases:
            result["peers"][precision] = cases
            result[f"epochs_{EPOCHS}_s"][precision] = {
                name: {"ours": EPOCHS * r["ours_ms"] / 1e3, "pytorch": EPOCHS * r["torch_ms"] / 1e3}
                for name, r in cases.items() if " epoch " in name}
    bandwidth, peaks = copy_bandwidth(directory), peaks_of(about.get("gpu", ""))
    if bandwidth:
        about["copy_bytes_per_s"] = bandwidth
        for precision in PRECISIONS:
            kernels = kernels_of(directory, precision, bandwidth, peaks.get(precision))
            if kernels:
                result["kernels"][precision] = kernels
                result["beside_cudnn"][precision] = beside_cudnn(kernels)
    return result


def print_ours(result, file):
    for name, figures in result["ours"].items():
        print(f"{figures['ms']:10.4f} ms {figures['mib']:8.0f} MiB  {name}", file=file)


def print_peers(result, file):
    for precision, cases in result["peers"].items():
        print(f"{precision}: PyTorch / ours", file=file)
        for name, r in cases.items():
            print(f"{r['ratio']:5.2f} ({r['ratio_min']:.2f} - {r['ratio_max']:.2f})  {r['ours_ms']:8.3f} ms, PyTorch "
                  f"{r['torch_ms']:8.3f} ms ({r['torch_way']})  {name}", file=file)
        for name, seconds in result[f"epochs_{EPOCHS}_s"].get(precision, {}).items():
            print(f"{EPOCHS} epochs of {name}: {seconds['ours']:.1f} s, PyTorch {seconds['pytorch']:.1f} s", file=file)


def print_kernels(result, file):
    if "copy_bytes_per_s" in result["about"]:
        print(f"copy bandwidth {result['about']['copy_bytes_per_s'] / 1e9:.0f} GB/s", file=file)
    for precision, kernels in result["kernels"].items():
        print(f"{precision}: ours, cuDNN's and floor in microseconds; cuDNN / ours; floor / ours", file=file)
        for name, k in kernels.items():
            theirs = f"{k['cudnn_us']:9.1f}" if "cudnn_us" in k else " " * 9
            ratio = f"{k['cudnn_over_ours']:5.2f}" if "cudnn_us" in k else " " * 5
            print(f"{k['us']:9.1f} {theirs} {k['floor_us']:8.1f}  {ratio}  {k['floor_share']:5.2f}  {name}", file=file)
        ratios = result["beside_cudnn"][precision]
        if ratios:
            print(f"{precision}: cuDNN / ours, geometric mean {ratios['geometric_mean']:.2f}, smallest "
                  f"{ratios['smallest']:.2f}, {len(ratios['below_0.8'])} of {ratios['compared']} below 0.8", file=file)


def print_in_a_step(result, file):
    for precision, kernels in result["in_a_step"].items():
        print(f"{precision}: launches and microseconds of each kernel in the first steps", file=file)
        for name, k in list(kernels.items())[:15]:
            print(f"{k['launches']:5d} {k['us']:10.1f}  {name}", file=file)


PRINTERS = {"ours": print_ours, "first-peers": print_peers, "peers": print_peers, "kernels": print_kernels,
            "cudnn": print_kernels, "in-a-step": print_in_a_step}


def print_phase(result, name, file):
    PRINTERS.get(name, lambda *_: None)(result, file)


def write(directory, file):
    """Prints all to the file; returns the result."""
    result = result_of(directory)
    gpu = result["about"].get("gpu", "")
    peaks = peaks_of(gpu)
    known = ", ".join(f"{name} {peak / 1e12:g}" for name, peak in peaks.items()) + " Tflop/s by its data sheet"
    print(f"{gpu}: {known if peaks else 'its peaks are not known, floors are those of bytes alone'}", file=file)
    for name, phase in result["phases"].items():
        print(f"{name}: {phase['status']}, {phase['seconds']} s" + (f", {phase['reason']}" if phase["reason"] else ""),
              file=file)
    if result["cudnn_tests"]:
        print(f"tests of cuDNN's calls: exit code {result['cudnn_tests']['exit_code']}", file=file)
    for printer in (print_ours, print_peers, print_kernels, print_in_a_step):
        printer(result, file)
    return result
