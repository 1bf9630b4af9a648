#!/usr/bin/env python3
"""Writes the tables of bench/README.md out of the JSON in bench/results: tables.py [--check]

With --check it writes nothing and ends with 1 where README.md differs.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
BEGIN, END = "<!-- made by bench/tables.py -->", "<!-- end -->"
QUIET_LOAD = 0.5


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def where(about):
    names = {"torch": "PyTorch", "scikit_image": "scikit-image"}
    parts = [about["processor"], f"{about['threads']} threads"] if "threads" in about else [about["processor"]]
    parts += [f"{name} {about[key]}" for key, name in names.items() if key in about]
    if "onednn" in about:
        parts.append("oneDNN " + " and ".join(sorted(set(about["onednn"].values()))))
    text = ", ".join([*parts, f"commit {about['commit']}", about["date"]]) + "."
    if about.get("load", 0) > QUIET_LOAD:
        text += f" **The machine was not quiet (load {about['load']}): no figures to rely on.**"
    return text


def ratio(case):
    return f"{case['ratio']:.2f} ({case['ratio_min']:.2f} - {case['ratio_max']:.2f})"


def ceilings(report, _):
    return table(["threads", "peak, Gflop/s", "copy, GB/s"],
                 [[str(c["threads"]), f"{c['peak_gflop_a_second']:.0f}", f"{c['copy_gb_a_second']:.1f}"]
                  for c in report["cases"].values()])


def share(case, key):
    return f"{100 * case[key]:.0f} %" if key in case else ""


def kernels(report, _):
    return table(["kernel", "us", "Gflop/s", "of the peak", "GB/s", "of the copy"],
                 [[name, f"{c['us']:.1f}", f"{c['gflop_a_second']:.1f}" if "gflop_a_second" in c else "",
                   share(c, "of_peak"), f"{c['gb_a_second']:.1f}", share(c, "of_copy")]
                  for name, c in report["cases"].items()])


def data(report, _):
    return table(["gridding", "million soundings/s", "GB/s", "of the copy"],
                 [[name, f"{c['soundings_a_second'] / 1e6:.2f}", f"{c['gb_a_second']:.2f}", share(c, "of_copy")]
                  for name, c in report["cases"].items()])


def correction(report, _):
    return table(["correction", "ms", "million soundings/s"],
                 [[name, f"{c['us'] / 1e3:.1f}",
                   f"{c['soundings_a_second'] / 1e6:.2f}" if "soundings_a_second" in c else ""]
                  for name, c in report["cases"].items()])


def aggregation(report, _):
    return table(["aggregation", "ms", "GB/s", "of the copy"],
                 [[name, f"{c['us'] / 1e3:.1f}", f"{c['gb_a_second']:.2f}", share(c, "of_copy")]
                  for name, c in report["cases"].items()])


def networks(report, _):
    return table(["case", "ours, ms", "PyTorch, ms", "ratio (from - to)", "ours, MiB", "PyTorch, MiB"],
                 [[name, f"{c['ours_ms']:.1f}", f"{c['torch_ms']:.1f}", ratio(c), f"{c['ours_mib']:.0f}",
                   f"{c['torch_mib']:.0f}"] for name, c in report["cases"].items()])


def peak(ceilings_report, threads):
    for case in (ceilings_report or {"cases": {}})["cases"].values():
        if case["threads"] == threads:
            return case
    return None


def maps(report, ceilings_report):
    ceiling = peak(ceilings_report, report["about"]["threads"])

    def share_of(c, figure, of, decimals):
        return f"{100 * c[figure] / ceiling[of]:.{decimals}f} %" if ceiling and figure in c else ""

    return table(["case", "ours, s", "megapixels/s", "of the peak", "GB/s", "of the copy", "PyTorch, s",
                  "ratio (from - to)"],
                 [[name, f"{c['ours_ms'] / 1e3:.1f}", f"{c['megapixels_a_second']:.2f}",
                   share_of(c, "gflop_a_second", "peak_gflop_a_second", 0),
                   f"{c['gigabytes_a_second']:.3f}" if "gigabytes_a_second" in c else "",
                   share_of(c, "gigabytes_a_second", "copy_gb_a_second", 1), f"{c['torch_ms'] / 1e3:.1f}", ratio(c)]
                  for name, c in report["cases"].items()])


def convolutions(report, _):
    return table(["kernels", "ours, ms", "oneDNN, ms", "ratio (from - to)"],
                 [[name, f"{c['ours_ms']:.2f}", f"{c['onednn_ms']:.2f}", ratio(c)]
                  for name, c in report["cases"].items() if name.startswith("sum")])


def lbp(report, ceilings_report):
    ceiling = peak(ceilings_report, report["about"]["threads"])
    return table(["case", "ours, ms", "megapixels/s", "GB/s", "of the copy", "scikit-image, ms", "ratio (from - to)"],
                 [[name, f"{c['ours_ms']:.1f}", f"{c['megapixels_a_second']:.0f}", f"{c['gigabytes_a_second']:.1f}",
                   f"{100 * c['gigabytes_a_second'] / ceiling['copy_gb_a_second']:.0f} %" if ceiling else "",
                   f"{c['skimage_ms']:.0f}", ratio(c)] for name, c in report["cases"].items()])


def reproduce(report, _):
    heads = ["network", "trainings", "epochs", f"before ({report['about']['before']}), s", "after, s", "ratio"]
    return table(heads, [[name, str(c.get("trainings", "")), str(c.get("epochs", "")), f"{c['before_s']:.0f}",
                          f"{c['after_s']:.0f}", f"{c['before_s'] / c['after_s']:.2f}"]
                         for name, c in report["cases"].items()])


def duration(seconds):
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def year(report, _):
    rows = []
    for name, c in report["cases"].items():
        size = [name, f"{c['rows']} x {c['columns']}", f"{c['soundings'] / 1e6:.2f}"]
        for step, s in c["steps"].items():
            rows.append([*size, step, duration(s["seconds"]), duration(s["processor_s"]), f"{s['peak_mib']} MiB",
                         f"{s['bytes'] / 1e9:.2f} GB"])
            size = ["", "", ""]
    return table(["scene", "cells", "million soundings", "command", "time", "processor", "peak of memory", "files"],
                 rows)


def processes(report, _):
    several = report["about"]["processes"]
    return table(["command", "1 process, s", f"{several} processes, s", "processor, 1 process, s",
                  f"processor, the busiest of {several}, s", "ratio (from - to)"],
                 [[name, f"{c['one_s']:.1f}", f"{c['several_s']:.1f}", f"{c['one_processor_s']:.1f}",
                   f"{c['several_processor_s']:.1f}", ratio(c)] for name, c in report["cases"].items()])


def builds(report, _):
    about, rows = report["about"], []
    for step, of in report["cases"].items():
        before, after = of["before"], of["after"]
        rows.append([step, f"{before['seconds']:.0f}", f"{after['seconds']:.0f}", f"{before['processor_s']:.0f}",
                     f"{after['processor_s']:.0f}", f"{before['seconds'] / after['seconds']:.2f}",
                     f"{before['peak_mib']:.0f}", f"{after['peak_mib']:.0f}"])
    return (table(["command", "before, s", "after, s", "processor before, s", "processor after, s", "ratio",
                   "peak before, MiB", "peak after, MiB"], rows) +
            f"\n\nBefore: commit {about['before']}. Medians; rounds: {about['rounds']}. {about['note']}".rstrip())


PARTS = {
    "ceilings": ("What the machine can do at most", ceilings),
    "networks": ("Training steps and predictions beside PyTorch", networks),
    "map": ("A map of 4,000 x 4,000 cells beside PyTorch", maps),
    "convolutions": ("The 3x3 convolutions of unet-text's training step beside oneDNN", convolutions),
    "lbp": ("Local binary patterns beside scikit-image", lbp),
    "reproduce": ("`unetsr reproduce` at full length, before Winograd's convolutions and after", reproduce),
    "builds": ("The default job on the default scene, with an earlier build", builds),
    "processes": ("Several processes of mpirun, one thread each", processes),
    "data": ("Gridding", data),
    "correction": ("Correction by soundings", correction),
    "aggregation": ("Means of blocks, and back", aggregation),
    "kernels": ("Every kernel", kernels),
    "year": ("A simulated year", year),
    "global": ("A map of the globe at 1 km", year),
}


def text_of(results):
    reports = {part: json.loads((results / f"{part}.json").read_text())
               for part in PARTS if (results / f"{part}.json").exists()}
    text = ""
    for part, (title, make) in PARTS.items():
        if part in reports:
            table = make(reports[part], reports.get("ceilings"))
            text += f"### {title}\n\n{where(reports[part]['about'])}\n\n{table}\n\n"
            if part == "kernels" and (results / "roofline.svg").exists():
                text += "![Flops a second over flops for a byte](results/roofline.svg)\n\n"
    return text


def update(results, check=False):
    readme = HERE / "README.md"
    before = readme.read_text()
    head, rest = before.split(BEGIN)
    tail = rest.split(END)[1]
    after = f"{head}{BEGIN}\n\n{text_of(results)}{END}{tail}"
    if not check:
        readme.write_text(after)
    return before == after


if __name__ == "__main__":
    is_check = sys.argv[1:] == ["--check"]
    if not update(HERE / "results", is_check) and is_check:
        sys.exit("tables: bench/README.md and bench/results differ; run bench/tables.py")
