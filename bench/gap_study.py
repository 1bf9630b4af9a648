#!/usr/bin/env python3
"""How near filled gaps are to the truth of simulated scenes, beside interpolation in time.

    bench/gap_study.py UNETSR WORK_DIR

Simulates small scenes of several windows, prepares, trains, fills the gaps of the map and scores them. Writes
docs/results/filled-gaps.json; then run tools/docs. What lies in WORK_DIR is not made again. Some minutes on two
cores.
"""
import json
import pathlib
import re
import subprocess
import sys

OUT = pathlib.Path(__file__).resolve().parents[1] / "docs" / "results" / "filled-gaps.json"
SCENES = [(6, 5), (8, 8)]  # seed and windows; the correlation of the errors was chosen on seed 5
TRAIN = ["--epochs", "6", "--buffer", "4"]
PLANTED = re.compile(r"on (\d+) planted cells .*: network ([\d.]+), linear in time ([\d.]+), "
                     r"harmonic fit \(order \d\) ([\d.]+), mean of other windows x ratio nearby ([\d.]+)")
HOLD = re.compile(r"% intervals hold ([\d./]+) % of the map's values")
WAYS = ["dense network", "linear in time", "harmonic fit", "mean of other windows x ratio nearby"]


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stderr


def percent(shares):
    return {level: round(100 * share, 1) for level, share in shares.items() if level != "values"}


def study(unetsr, work, seed, windows):
    name = f"{seed}-{windows}"
    scene, dataset, trained = work / f"scene-{name}", work / f"{name}.h5", work / f"run-{name}"
    if not (scene / "scene.json").exists():
        run(unetsr, "simulate", scene, "--small", "--windows", windows, "--seed", seed, "-q")
    if not dataset.exists():
        run(unetsr, "prepare", scene / "troposif", scene / "mod13a2", dataset, "-q")
    if not (trained / "finished.json").exists():
        run(unetsr, "train", dataset, trained, *TRAIN, "--overwrite", "-q")
    report = work / f"report-{name}"
    run(unetsr, "evaluate", dataset, trained, report, "--truth", scene / "truth" / "truth_{window}.tif", "--fill",
        "--overwrite", "-q")
    printed = run(unetsr, "predict", dataset, trained, work / f"{name}.tif", "--fill", "--overwrite")
    metrics = json.loads((report / "metrics.json").read_text())
    scores = metrics["runs"][trained.name]
    cells, *planted = PLANTED.search(printed).groups()
    return metrics["software"], {
        "seed": seed,
        "windows": windows,
        "map": round(scores["rmse"], 4),
        "filled_cells": scores["filled"][WAYS[0]]["cells"],
        "filled": [round(scores["filled"][way]["rmse"], 4) for way in WAYS],
        "planted_cells": int(cells),
        "planted": [float(rmse) for rmse in planted],
        "intervals_percent": percent(scores["coverage"]["truth, filled cells"]),
        "map_intervals_percent": percent(scores["coverage"]["truth"]),
        "planted_intervals_percent": [float(share) for share in HOLD.search(printed).group(1).split("/")],
    }


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    unetsr, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    rows = []
    for seed, windows in SCENES:
        software, row = study(unetsr, work, seed, windows)
        rows.append(row)
    about = {"what": "gaps of small simulated scenes: real ones against the truth, planted ones against the map",
             "command": "bench/gap_study.py UNETSR WORK_DIR",
             "origin": f"bench/gap_study.py, {software}",
             "unit": "mW m-2 sr-1 nm-1",
             "ways": WAYS}
    percent_below = [round(100 * (1 - row["filled"][0] / row["filled"][2]), 1) for row in rows]
    OUT.write_text(json.dumps({"about": about, "rows": rows, "percent_below_harmonic": percent_below}, indent=1) + "\n")


if __name__ == "__main__":
    main()
