#!/usr/bin/env python3
"""The default job with two builds in turn: train, predict with correction, evaluate against the truth.

    bench/build_study.py BEFORE AFTER WORK_DIR --commits 1fc743b 9c0f54a [--rounds N] [--threads N]

BEFORE and AFTER are programs of these commits. BEFORE simulates the default scene into WORK_DIR, and each prepares a
dataset of it with all defaults, which may differ: each does what a user of its time got. Writes
bench/results/builds.json, and the tables of bench/README.md. A scene that lies in WORK_DIR is not made again.
"""
import argparse
import pathlib
import statistics
import subprocess

import tables
from peers.peer import about, write_json
from year_study import measured, steps_on_scene

OUT = pathlib.Path(__file__).resolve().parent / "results" / "builds.json"


def median(rounds):
    return {key: round(statistics.median(each[key] for each in rounds), 1) for key in rounds[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("after", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--commits", nargs=2, required=True)
    parser.add_argument("--note", default="", help="a sentence for the table: what the later build does more")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    builds = {"before": options.before, "after": options.after}
    scene = options.work_dir / "scene"
    options.work_dir.mkdir(parents=True, exist_ok=True)
    where = about(threads=options.threads, before=options.commits[0], commit=options.commits[1], rounds=options.rounds,
                  note=options.note)
    if not scene.exists():
        subprocess.run([options.before, "simulate", scene, "-q"], check=True)
    steps = {}
    for build, unetsr in builds.items():
        folder = options.work_dir / build
        folder.mkdir(exist_ok=True)
        for name, command, _ in steps_on_scene(unetsr, scene, folder, options.threads):
            steps.setdefault(name, {})[build] = command, folder / f"{name}.log"
    figures = {}
    for name, of_build in steps.items():
        rounds = {build: [] for build in builds}
        for _ in range(options.rounds):
            for build, (command, log) in of_build.items():
                rounds[build].append(measured(command, log))
                print(f"{name}, {build}: {rounds[build][-1]}", flush=True)
        figures[name] = {build: median(each) for build, each in rounds.items()}
    write_json(OUT, where, figures)
    tables.update(OUT.parent)


if __name__ == "__main__":
    main()
