#!/usr/bin/env python3
"""How learning from soundings fares with local binary patterns, windows, days and clouds.

    bench/footprint_study.py UNETSR WORK_DIR FIGURE.svg

Simulates Minnesota, prepares and trains the default U-Net on footprints in every setting, scores it against the 1 km
truth on held-out columns, and draws its RMSE over that of the best baseline of the same setting. Writes FIGURE.json
beside the figure. Half an hour on two cores. Needs matplotlib.
"""
import json
import pathlib
import platform
import subprocess
import sys

import matplotlib.pyplot as plt

plt.switch_backend("svg")

SEED = 2
EPOCHS = 40  # half of the default
BOX = "-100,44.5,-94,49"
MOST_WINDOWS = 4
DENOISED = [f"{band}_denoised" for band in ("ndvi", "evi", "nir", "red", "blue", "mir", "nirv")]
BANDS = [*DENOISED, *(f"{band}_mean" for band in DENOISED), "day_of_year", "reliability"]  # what train takes by itself
# setting: (panel, tick, windows, days of each, most cloud, options of train)
SETTINGS = {
    "base": (None, "", 2, 16, 0.5, []),
    "lbp": ("LBP", "with", 2, 16, 0.5, ["--features", ",".join([*BANDS, "lbp"]), "--first-guess", "nirv_denoised"]),
    "windows-1": ("windows", "1", 1, 16, 0.5, []),
    "windows-4": ("windows", "4", 4, 16, 0.5, []),
    "days-4": ("days a window", "4", 2, 4, 0.5, []),
    "days-8": ("days a window", "8", 2, 8, 0.5, []),
    "cloud-0.1": ("most cloud fraction", "0.1", 2, 16, 0.1, []),
    "cloud-0.8": ("most cloud fraction", "0.8", 2, 16, 0.8, []),
}
BASE_TICKS = {"LBP": "without", "windows": "2", "days a window": "16", "most cloud fraction": "0.5"}


def run(*command):
    subprocess.run([str(c) for c in command], check=True)


def granules(scene, windows, days):
    """Index granules of the first windows, and the soundings of the first days of each."""
    indices = sorted((scene / "mod13a2").glob("*.hdf"))
    dates = sorted({f.name.split(".")[1] for f in indices})[:windows]
    soundings = sorted((scene / "troposif").glob("*.nc"))
    return [f for f in indices if f.name.split(".")[1] in dates] + [
        f for w in range(windows) for f in soundings[16 * w:16 * w + days]]


def score(unetsr, work, name, windows, days, cloud, options):
    scene, dataset, report = work / "scene", work / f"{name}.h5", work / f"report-{name}"
    if not (report / "metrics.json").exists():
        run(unetsr, "prepare", *granules(scene, windows, days), dataset, "--bbox", BOX, "--max-cloud-fraction", cloud,
            "--overwrite", "-q")
        run(unetsr, "train", dataset, work / "runs" / name, "--validation", 0, "--buffer", 8, "--seed", SEED,
            "--epochs", EPOCHS, "--overwrite", "-q", *options)
        run(unetsr, "evaluate", dataset, work / "runs" / name, report, "--truth",
            scene / "truth" / "truth_{window}.tif", "--overwrite")
    run_of = json.loads((report / "metrics.json").read_text())["runs"][name]
    baselines = {b: m["rmse"] for b, m in run_of["baselines"].items()}
    best = min(baselines, key=baselines.get)
    return {"rmse": run_of["rmse"], "baseline": best, "baseline_rmse": baselines[best]}


def draw(scores, file):
    ratio = {name: s["rmse"] / s["baseline_rmse"] for name, s in scores.items()}
    panels = list(BASE_TICKS)
    figure, axes = plt.subplots(1, len(panels), figsize=(11, 3), sharey=True, layout="constrained")
    for axis, panel in zip(axes, panels):
        points = [(BASE_TICKS[panel], ratio["base"])]
        points += [(tick, ratio[name]) for name, (own, tick, *_) in SETTINGS.items() if own == panel]
        if panel != "LBP":
            points.sort(key=lambda p: float(p[0]))
        axis.plot([p[0] for p in points], [p[1] for p in points], "o-", color="#0072b2")
        for tick, value in points:
            axis.annotate(f"{value:.3f}", (tick, value), textcoords="offset points", xytext=(0, 7), ha="center")
        axis.set_xlabel(panel)
        axis.margins(x=0.25, y=0.25)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("RMSE / best baseline's")
    figure.savefig(file)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    unetsr, work, figure = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "scene" / "scene.json").exists():
        run(unetsr, "simulate", work / "scene", "--region", "minnesota", "--windows", MOST_WINDOWS, "--seed", SEED)
    scores = {name: score(unetsr, work, name, *setting[2:]) for name, setting in SETTINGS.items()}
    result = {"machine": platform.processor() or platform.machine(), "seed": SEED, "scores": scores,
              "version": subprocess.run([unetsr, "--version"], capture_output=True, text=True).stdout.strip()}
    figure.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    draw(scores, figure)


if __name__ == "__main__":
    main()
