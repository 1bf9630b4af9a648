#!/usr/bin/env python3
"""Compiles the kernels of a build folder for its architectures, with its options, and writes what nvcc reports of each:
registers, static shared memory, stack and spills. Ends with exit code 1 where a kernel spills or does not compile.
Needs no GPU.

nvcc_report.py BUILD_DIR bench/results/nvcc.json        BUILD_DIR: configured with -DUNETSR_CUDA=ON
"""
import argparse
import concurrent.futures
import datetime
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ENTRY = re.compile(r"Compiling entry function '(\S+)' for '(\S+)'")
SPILLS = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
USED = re.compile(r"Used (\d+) registers")
SHARED = re.compile(r"(\d+) bytes smem")


def kernels_in(text):
    """What `ptxas -v` has printed: a list of (mangled name, architecture, figures)."""
    kernels = []
    for line in text.splitlines():
        if found := ENTRY.search(line):
            kernels.append((found[1], found[2], {}))
        elif kernels and (found := SPILLS.search(line)):
            kernels[-1][2].update(stack=int(found[1]), spills=int(found[2]) + int(found[3]))
        elif kernels and (found := USED.search(line)):
            shared = SHARED.search(line)
            kernels[-1][2].update(registers=int(found[1]), static_shared=int(shared[1]) if shared else 0)
    return kernels


def commands(build):
    """(source, command) of every CUDA source, the command without its output."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if source.suffix == ".cu" and "nvcc" in entry["command"].split()[0]:
            words = shlex.split(entry["command"])
            output = words.index("-o")
            device_code = ["-fatbin" if word == "-c" else word for word in words[:output] + words[output + 2:]]
            yield source, device_code, entry["directory"]


def compiled(source, command, directory):
    with tempfile.NamedTemporaryFile(suffix=".o") as out:
        done = subprocess.run([*command, "-Xptxas", "-v", "-o", out.name], cwd=directory, capture_output=True,
                              text=True)
    print(f"{source.name}: {'done' if done.returncode == 0 else 'FAILED'}", flush=True)
    return source, done.returncode, done.stdout + done.stderr


def readable(names):
    done = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True)
    return [re.sub(r"unetsr::kernels::(cuda::)?|\(anonymous namespace\)::|^void ", "", name).split("(")[0]
            for name in done.stdout.splitlines()]


def output_of(*command):
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("json", type=pathlib.Path)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    options = parser.parse_args()
    work = list(commands(options.build))
    if not work:
        sys.exit(f"nvcc_report: {options.build} compiles no .cu; configure it with -DUNETSR_CUDA=ON")

    kernels, failed = [], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for source, status, text in pool.map(lambda job: compiled(*job), work):
            kernels += [(source.name, *kernel) for kernel in kernels_in(text)]
            if status != 0:
                failed.append(source.name)
                print(text, file=sys.stderr)
    names = readable([mangled for _, mangled, _, _ in kernels])
    table = {}
    for name, (source, _, architecture, figures) in zip(names, kernels):
        table.setdefault(source, {}).setdefault(name, {})[architecture] = figures
    spilling = sorted({name for name, (_, _, _, figures) in zip(names, kernels) if figures["spills"] > 0})
    about = {
        "nvcc": output_of(work[0][1][0], "--version").splitlines()[-2],
        "architectures": sorted({architecture for _, _, architecture, _ in kernels}, key=lambda a: (len(a), a)),
        "kernels": sum(len(of_source) for of_source in table.values()),
        "most_registers": max(figures["registers"] for _, _, _, figures in kernels),
        "spilling": spilling,
        "failed": failed,
        "commit": output_of("git", "rev-parse", "--short", "HEAD"),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
    }
    options.json.write_text(json.dumps({"about": about, "kernels": table}, indent=1) + "\n")
    print(json.dumps(about, indent=1))
    return 1 if spilling or failed else 0


if __name__ == "__main__":
    sys.exit(main())
