#!/usr/bin/env python3
"""Time and memory of each command on a simulated year over a large box, beside less of it.

    bench/year_study.py UNETSR WORK_DIR [--threads N] [SCENE...]

A scene is one of those below, all by default, from the smallest on. Writes bench/results/year.json, where the scenes
that were not measured stay as they are, and the tables of bench/README.md. What lies in WORK_DIR is not made again. The
whole year takes a day of two cores, and 100 GB of disk.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import tables
from peers.peer import about, write_json

OUT = pathlib.Path(__file__).resolve().parent / "results" / "year.json"
# Name: box (west, south, east, north), windows. Each has twice the area or twice the windows of the one before.
SCENES = {
    "region, 3 windows": ("-98,41,-90,47", 3),
    "region, 6 windows": ("-98,41,-90,47", 6),
    "twice the region, 6 windows": ("-102,41,-86,47", 6),
    "half of the box, 12 windows": ("-104,35,-93,53", 12),
    "2,000 x 2,000 km, 23 windows": ("-104,35,-82,53", 23),
}
USED = re.compile(r"^\s*used +(\d+)", re.MULTILINE)
GRID = re.compile(r"^fine grid: +(\d+) x (\d+) cells", re.MULTILINE)


def measured(command, log):
    """Seconds, and peak memory of the largest process. Ends where the command fails."""
    start = time.monotonic()
    with open(log, "w") as out:
        process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code != 0:
        last = pathlib.Path(log).read_text().strip().rsplit("\n", 1)[-1]
        sys.exit(f"year_study: {' '.join(map(str, command))}: exit code {code}: {last}")
    return {"seconds": round(time.monotonic() - start, 1), "peak_mib": round(usage.ru_maxrss / 1024),
            "processor_s": round(usage.ru_utime + usage.ru_stime, 1)}


def bytes_of(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def steps_of(unetsr, folder, box, windows, threads):
    """Name, command and output of each step."""
    scene, box = folder / "scene", f"--bbox={box}"
    use = ["--threads", threads, "--overwrite"]
    yield "simulate", [unetsr, "simulate", scene, box, "--windows", windows, *use], scene
    yield from steps_on_scene(unetsr, scene, folder, threads, box)


def steps_on_scene(unetsr, scene, folder, threads, *region):
    """The same of the steps after `simulate`; what they make lies in the folder."""
    dataset, run = folder / "scene.h5", folder / "run"
    use = ["--threads", threads, "--overwrite"]
    yield "prepare", [unetsr, "prepare", scene / "troposif", scene / "mod13a2", dataset, *region, *use], dataset
    yield "train", [unetsr, "train", dataset, run, *use], run
    yield "predict", [unetsr, "predict", dataset, run, folder / "map.tif", *use], folder / "map.tif"
    yield "evaluate", [unetsr, "evaluate", dataset, run, folder / "report", "--truth",
                       scene / "truth" / "truth_{window}.tif", *use], folder / "report"


def measured_steps(folder, steps):
    """Name -> figures of each step (name, command, output); what was measured in the folder before is not run again."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {}
    for name, command, output in steps:
        record = folder / f"{name}.json"
        if not record.exists():
            print(f"{folder.name}: {name}", flush=True)
            own = measured(command, folder / f"{name}.log")
            record.write_text(json.dumps({**own, "bytes": bytes_of(output)}))
        figures[name] = json.loads(record.read_text())
    return figures


def study(unetsr, folder, box, windows, threads):
    steps = measured_steps(folder, steps_of(unetsr, folder, box, windows, threads))
    text = (folder / "prepare.log").read_text()
    rows, columns = map(int, GRID.search(text).groups())
    return {"box": box, "windows": windows, "steps": steps, "rows": rows, "columns": columns,
            "soundings": int(USED.search(text).group(1))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unetsr", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="; ".join(SCENES))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    unknown = set(options.scenes) - set(SCENES)
    if unknown:
        parser.error(f"{', '.join(unknown)}: the scenes are {'; '.join(SCENES)}")
    cases = json.loads(OUT.read_text())["cases"] if OUT.exists() else {}
    for name in options.scenes or SCENES:
        before = about(threads=options.threads)
        folder = options.work_dir / re.sub(r"\W+", "-", name)
        cases[name] = study(options.unetsr, folder, *SCENES[name], options.threads)
        write_json(OUT, before, {each: cases[each] for each in SCENES if each in cases})
        tables.update(OUT.parent)


if __name__ == "__main__":
    main()
