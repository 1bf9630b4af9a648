#!/usr/bin/env python3
"""Time, memory and disk of a map of the whole globe at 1 km, and of a training there.

    bench/global_study.py UNETSR GLOBAL_DATASET WORK_DIR [--threads N] [--share S]

Makes a dataset of 43,200 x 21,600 cells with one window (bench/global_dataset.cpp), or of a strip with a share of the
rows, trains on it for two epochs, and maps it with this run, uncorrected. (A run of another dataset would be fitted to
its soundings, which holds the maps of all windows.) Writes bench/results/global.json and the tables of bench/README.md.
What lies in WORK_DIR is not made again.
"""
import argparse
import json
import pathlib

import tables
from peers.peer import about, write_json
from year_study import measured_steps

OUT = pathlib.Path(__file__).resolve().parent / "results" / "global.json"
ROWS, COLUMNS = 21600, 43200
SOUNDINGS = 2_000_000


def steps_of(unetsr, maker, folder, rows, soundings, threads):
    """Name, command and output of each step."""
    dataset, sif, run = folder / "globe.h5", folder / "sif.tif", folder / "run"
    use = ["--threads", threads, "--overwrite"]
    yield "dataset", [maker, dataset, rows, soundings], dataset
    yield "train", [unetsr, "train", dataset, run, "--epochs", "2", *use], run
    yield "predict", [unetsr, "predict", dataset, run, sif, "--conserve", "none", *use], sif


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unetsr", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("global_dataset", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--share", type=float, default=1, help="of the rows (default: 1)")
    options = parser.parse_args()
    rows, soundings = round(options.share * ROWS), round(options.share * SOUNDINGS)
    before = about(threads=options.threads)
    steps = steps_of(options.unetsr, options.global_dataset, options.work_dir, rows, soundings, options.threads)
    case = {"rows": rows, "columns": COLUMNS, "soundings": soundings, "steps": measured_steps(options.work_dir, steps)}
    scene = "the globe" if rows == ROWS else "a strip of the globe"
    cases = json.loads(OUT.read_text())["cases"] if OUT.exists() else {}
    write_json(OUT, before, {**cases, scene: case})
    tables.update(OUT.parent)


if __name__ == "__main__":
    main()
