#!/usr/bin/env python3
"""Runs the tests of CUDA kernels in the emulator, one after the other, and writes how long each took.

emulator_times.py BUILD_DIR bench/results/emulator.json        BUILD_DIR: built with its tests
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

from peers.peer import commit, processor, today

TESTS = r"^(emulator|cuda)\."


def times_of(build):
    """(test -> seconds, names of those that did not pass)."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "junit.xml"
        subprocess.run(["ctest", "--test-dir", build, "-R", TESTS, "-j", "1", "--no-tests=error",
                        "--output-junit", report], check=False)
        cases = xml.parse(report).getroot().findall("testcase")
    return ({case.get("name"): round(float(case.get("time")), 2) for case in cases},
            [case.get("name") for case in cases if case.get("status") != "run"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("json", type=pathlib.Path)
    options = parser.parse_args()
    load_before = os.getloadavg()[0]
    times, not_passed = times_of(options.build)
    about = {
        "machine": f"{processor()}, {os.cpu_count()} processors",
        "load_before": round(load_before, 1),
        "total_seconds": round(sum(times.values()), 1),
        "not_passed": not_passed,
        "commit": commit(),
        "date": today(),
    }
    options.json.write_text(json.dumps({"about": about, "seconds": times}, indent=1) + "\n")
    print(json.dumps(about, indent=1))
    return 1 if not_passed else 0


if __name__ == "__main__":
    sys.exit(main())
