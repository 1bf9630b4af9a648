#!/usr/bin/env python3
"""Draws bench/results/roofline.svg out of kernels.json: roofline.py [RESULTS_DIR]

Each kernel's flops a second over its flops for a byte, below what the machine can do at most. Flops are those of direct
sums, also where Winograd's algorithm needs fewer: such a kernel may lie above the roof. What lies in a cache may too.
Needs matplotlib.
"""
import json
import pathlib
import sys

COLOURS = {"conv2d": "#0072b2", "conv_transpose2x2": "#d55e00", "dense": "#009e73"}
OTHERS = "#999999"


def draw(results):
    source = results / "kernels.json"
    if not source.exists():
        print(f"roofline: there is no {source}", file=sys.stderr)
        return
    try:
        import matplotlib
    except ImportError:
        print("roofline: no matplotlib, no figure", file=sys.stderr)
        return
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "roofline"
    import matplotlib.pyplot as plt

    report = json.loads(source.read_text())
    where = report["about"]
    peak, copy = where["peak_gflop_a_second"], where["copy_gb_a_second"]
    figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
    points = {}
    for name, case in report["cases"].items():
        if "gflop_a_second" not in case:
            continue
        kind = name.split()[0]
        points.setdefault(kind if kind in COLOURS else "others", []).append(
            (case["gflop_a_second"] / case["gb_a_second"], case["gflop_a_second"]))
    for kind, pairs in points.items():
        axis.scatter(*zip(*pairs), s=14, color=COLOURS.get(kind, OTHERS), label=kind)
    intensities = [x for pairs in points.values() for x, _ in pairs]
    low, high = min(intensities) / 2, max(intensities) * 2
    axis.plot([low, peak / copy, high], [low * copy, peak, peak], color="black")
    axis.annotate(f"{peak:.0f} Gflop/s", (high, peak), ha="right", va="bottom")
    axis.annotate(f"copy {copy:.1f} GB/s", (low, low * copy), rotation=0, va="bottom")
    axis.set(xscale="log", yscale="log", xlabel="flops for a byte of memory (each array once)", ylabel="Gflop/s")
    axis.set_title(f"{where['processor']}, {where['threads']} threads, {where['date']}, {where['commit']}", fontsize=9)
    axis.grid(alpha=0.3, which="both")
    axis.legend()
    figure.savefig(results / "roofline.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent / "results")
