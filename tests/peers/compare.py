#!/usr/bin/env python3
"""Compares the project's methods with those of known libraries: compare.py TABLE.md, called by tests/peers/run.

UNETSR_COMMIT names the commit. Prints one line a comparison and writes the table. Exit code 1 where a difference passes
its bound.
"""
import datetime
import math
import os
import pathlib
import platform
import sys

import aggregation
import kriging
import lbp
import regression
import scores
import xarray_dataset
from row import Row, Skipped

NOT_COMPARED = [
    Row("GWR (data/regression/local_regression)", "spgwr",
        skipped="neither Debian 12 nor PyPI has it; mgwr stands in its place"),
]


def number(value):
    return f"{value:.2g}" if math.isnan(value) or math.isinf(value) or value != int(value) else str(int(value))


def rows():
    for module in (aggregation, kriging, regression, lbp, scores, xarray_dataset):
        for comparison in module.COMPARISONS:
            try:
                yield from comparison()
            except Skipped as reason:
                yield Row(f"{module.__name__}: {module.__doc__.split('.')[0]}", "-", skipped=str(reason))
    yield from NOT_COMPARED


def cells(row):
    if row.skipped:
        return [row.method, row.peer, "", "", "", "", f"skipped: {row.skipped}"]
    return [row.method, row.peer, row.cases, number(row.difference), number(row.bound), row.unit,
            row.note if row.passed else f"**beyond the bound.** {row.note}"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    table, failed, skipped = [], [], 0
    for row in rows():
        table.append("| " + " | ".join(cells(row)) + " |")
        print(table[-1], flush=True)
        failed += [] if row.passed else [row.method]
        skipped += bool(row.skipped)
    text = f"""# Our methods beside those of known libraries

Made by `tests/peers/run` on {datetime.date.today()}; commit {os.environ.get("UNETSR_COMMIT", "unknown")}, Python \
{platform.python_version()}, {platform.machine()}. Both sides get the same arrays; the difference is the largest one, \
unless the row says otherwise.

| method | peer | cases | difference | bound | unit | where they differ on purpose |
| --- | --- | --- | --- | --- | --- | --- |
"""
    pathlib.Path(sys.argv[1]).write_text(text + "\n".join(table) + "\n")
    print(f"peers: {len(table) - skipped} comparisons, {skipped} skipped, {len(failed)} beyond their bound", *failed,
          sep="\n  ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
