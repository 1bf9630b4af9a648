#!/usr/bin/env python3
"""Times commands with one process and with several of mpirun, in turn, and writes bench/results/processes.json.

    bench/process_scaling.py UNETSR DATASET.h5 RUN_DIR --processes 2 --rounds 5 --commands predict crossvalidate

predict maps DATASET.h5 with RUN_DIR, uncorrected, in blocks of 128 cells; crossvalidate trains two folds of it for two
epochs; evaluate scores RUN_DIR, against --truth where it is given. Each process has one thread. Beside the time from
start to end stands the processor's time of the process that had most to do, which other programs on the machine change
little; ratios are of these, of one round each. Needs GNU time (Debian: time).
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import tables
from peers.peer import about, spread, write_json

HERE = pathlib.Path(__file__).resolve().parent
MPIRUN = ["mpirun", "--quiet", "--oversubscribe", "--bind-to", "none", "-n"]
AS_ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
           "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
TIMED = 'exec /usr/bin/time -f "%U %S" -o "$0.$$" "$@"'


def seconds(processes, command):
    """From start to end, and of the processor for the busiest process."""
    with tempfile.TemporaryDirectory() as times:
        start = [*MPIRUN, str(processes)] if processes > 1 else []
        begin = time.monotonic()
        done = subprocess.run([*start, "sh", "-c", TIMED, f"{times}/of", *command], env={**os.environ, **AS_ROOT},
                              capture_output=True, text=True)
        wall = time.monotonic() - begin
        if done.returncode != 0:
            sys.exit(f"process_scaling: {' '.join(command)}: {done.stderr.strip()}")
        busiest = max(sum(map(float, file.read_text().split())) for file in pathlib.Path(times).iterdir())
    print(f"{processes}: {wall:.1f} s, processor {busiest:.2f} s: {command[1]}", flush=True)
    return wall, busiest


def commands(options, out):
    dataset, run = str(options.dataset), str(options.run)
    every = ["--threads", "1", "--overwrite", "-q"]
    truth = ["--truth", options.truth] if options.truth else []
    return {
        "predict": ["predict", dataset, run, str(out / "map.tif"), "--conserve", "none", "--block", "128", *every],
        "crossvalidate": ["crossvalidate", dataset, str(out / "runs"), "--folds", "2", "--epochs", "2", *every],
        "evaluate": ["evaluate", dataset, run, str(out / "report"), *truth, *every],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unetsr", type=pathlib.Path)
    parser.add_argument("dataset", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--truth", default="")
    parser.add_argument("--commands", nargs="+", default=["predict", "crossvalidate", "evaluate"])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    where = about(processes=options.processes, rounds=options.rounds)
    cases = {}
    with tempfile.TemporaryDirectory() as out:
        for name in options.commands:
            arguments = commands(options, pathlib.Path(out))[name]
            command = [str(options.unetsr.resolve()), *arguments]
            rounds = [(seconds(1, command), seconds(options.processes, command)) for _ in range(options.rounds)]
            cases[name] = {"one_s": statistics.median(one[0] for one, _ in rounds),
                           "several_s": statistics.median(several[0] for _, several in rounds),
                           "one_processor_s": statistics.median(one[1] for one, _ in rounds),
                           "several_processor_s": statistics.median(several[1] for _, several in rounds),
                           **spread([one[1] / several[1] for one, several in rounds])}
    write_json(HERE / "results" / "processes.json", where, cases)
    tables.update(HERE / "results")


if __name__ == "__main__":
    main()
