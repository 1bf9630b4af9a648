#!/usr/bin/env python3
"""Times commands with one process and with several of mpirun, in turn, and writes bench/results/processes.json.

    bench/process_scaling.py UNETSR DATASET.h5 RUN_DIR --processes 2 --rounds 5

predict maps DATASET.h5 with RUN_DIR, uncorrected, in blocks of 128 cells; crossvalidate trains two folds of it for two
epochs; evaluate scores RUN_DIR, against --truth where it is given. Each process has one thread. Ratios are those of one
round each.
"""
import argparse
import os
import pathlib
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


def seconds(command):
    begin = time.monotonic()
    done = subprocess.run(command, env={**os.environ, **AS_ROOT}, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"process_scaling: {' '.join(command)}: {done.stderr.strip()}")
    return time.monotonic() - begin


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
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    where = about(processes=options.processes, rounds=options.rounds)
    cases = {}
    with tempfile.TemporaryDirectory() as out:
        for name, arguments in commands(options, pathlib.Path(out)).items():
            command = [str(options.unetsr), *arguments]
            rounds = [(seconds(command), seconds([*MPIRUN, str(options.processes), *command]))
                      for _ in range(options.rounds)]
            cases[name] = {"one_s": sorted(one for one, _ in rounds)[len(rounds) // 2],
                           "several_s": sorted(several for _, several in rounds)[len(rounds) // 2],
                           **spread([one / several for one, several in rounds])}
    write_json(HERE / "results" / "processes.json", where, cases)
    tables.update(HERE / "results")


if __name__ == "__main__":
    main()
