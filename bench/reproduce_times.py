#!/usr/bin/env python3
"""Compares two runs of `unetsr reproduce`, network by network, and writes bench/results/reproduce.json.

    bench/reproduce_times.py BEFORE_DIR AFTER_DIR --commits 4508fbd 4827c34 --wall 2820 1705 --threads 2

BEFORE_DIR and AFTER_DIR are the OUT_DIR of the two; --wall: seconds that each took from start to end.
"""
import argparse
import json
import pathlib
import re
import sys

import tables
from peers.peer import about, write_json

HERE = pathlib.Path(__file__).resolve().parent


def trainings(directory):
    """{kind: [(seconds, epochs)]}: a kind is a protocol and a network, over its folds, windows and seeds."""
    kinds = {}
    for history in sorted(directory.glob("runs/*/history.jsonl")):
        kind = re.sub(r"(-fold\d+|-window\d+)?-seed\d+$", "", history.parent.name)
        epochs = [json.loads(line) for line in history.read_text().splitlines()]
        kinds.setdefault(kind, []).append((sum(e["seconds"] for e in epochs), len(epochs)))
    return kinds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("--commits", nargs=2, required=True)
    parser.add_argument("--wall", nargs=2, type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()

    before, after = trainings(options.before), trainings(options.after)
    cases = {}
    for kind, runs in after.items():
        if [e for _, e in before.get(kind, [])] != [e for _, e in runs]:
            sys.exit(f"reproduce_times: {kind} was not trained as often and as long in {options.before}; "
                     "compare equal runs")
        cases[kind] = {"trainings": len(runs), "epochs": runs[0][1],
                       "before_s": round(sum(s for s, _ in before[kind]), 1),
                       "after_s": round(sum(s for s, _ in runs), 1)}
    cases["the whole command"] = {"before_s": options.wall[0], "after_s": options.wall[1]}
    where = about(threads=options.threads, before=options.commits[0], commit=options.commits[1])
    del where["load"]  # this script's, not that of the runs
    write_json(HERE / "results" / "reproduce.json", where, cases)
    tables.update(HERE / "results")


if __name__ == "__main__":
    main()
