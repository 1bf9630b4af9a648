"""docs/gpu.md: what nvcc made of the kernels, and how long the emulator's tests take, from bench/results."""
import json

from pages import ROOT, table

PAGE = "docs/gpu.md"


def report(name):
    return json.loads((ROOT / "bench" / "results" / f"{name}.json").read_text())


def nvcc():
    about = report("nvcc")["about"]
    spilling = f"{len(about['spilling'])} spill" if about["spilling"] else "none spills"
    return (f"{about['kernels']} kernels for {', '.join(about['architectures'])}: at most {about['most_registers']} "
            f"registers a thread, {spilling} ({about['nvcc']}; commit {about['commit']}, {about['date']}).")


def emulator():
    times = report("emulator")
    about = times["about"]
    rows = sorted(times["seconds"].items(), key=lambda row: -row[1])
    return (table(["test", "seconds"], [[f"`{name}`", f"{seconds:.1f}"] for name, seconds in rows]) +
            f"\n\n{about['machine']}, commit {about['commit']}, {about['date']}, load {about['load_before']}.")


def update(pages):
    pages.fill(PAGE, "nvcc", nvcc())
    pages.fill(PAGE, "emulator", emulator())
