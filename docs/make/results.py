"""docs/results.md and README's table, from docs/results/*.json and bench/results/*.json.

In the template {{table NAME}} is a table of this file, {{FILE.KEY.KEY:FORMAT}} a value of FILE.json and {{origin FILE}}
where its figures come from.
"""
import json
import re
import textwrap

from pages import ROOT, Problem, table

TEMPLATE, PAGE = "docs/results/results.md.in", "docs/results.md"
HEAD = ("<!-- Made by tools/docs from docs/results/results.md.in, docs/results/*.json and bench/results/*.json: "
        "edit these, not this page. -->\n\n")
DEMO_MAPS = {
    "unet-pointwise": "**footprint training** (`unet-pointwise`)",
    "linear-residual": "linear regression + residual (TsHARP)",
    "unet": "U-Net, Wald's protocol",
    "sifnet": "SIFnet, Wald's protocol",
    "nirv": "NIRv redistribution",
    "atprk": "area-to-point kriging of the regression's residual",
    "gwr-residual": "geographically weighted regression + residual",
    "evi": "EVI redistribution",
    "trees-residual": "regression trees + residual",
    "footprint-regression": "linear regression on footprints",
    "first-guess": "NIRv times a factor (the default first guess)",
    "bicubic": "bicubic interpolation",
    "bilinear": "bilinear interpolation",
    "coarse": "coarse SIF unchanged",
}
README_MAPS = {
    "bicubic": "bicubic interpolation of the coarse SIF",
    "linear-residual": "linear regression on the bands + residual (TsHARP)",
    "unet": "U-Net trained on coarse SIF (Wald's protocol)",
    "unet-pointwise": "**unetsr**: U-Net trained on footprints, corrected by soundings",
}


def read():
    reports = {}
    for folder in ("bench/results", "docs/results"):
        for file in sorted((ROOT / folder).glob("*.json")):
            reports[file.stem] = json.loads(file.read_text())
    return reports


def figure(value, digits=3):
    """A number, with its interval where it is a list of three."""
    if value is None:
        return ""
    if not isinstance(value, list):
        return f"{value:.{digits}f}"
    return f"{value[0]:.{digits}f} ({value[1]:.{digits}f} to {value[2]:.{digits}f})"


def paper_tables(reports):
    return table(["map", "R2", "RMSE", "RMSE minus that of linear regression on 7 x 7 cells"],
                 [[row["map"], figure(row["r2"]), figure(row["rmse"]), figure(row["difference"])]
                  for row in reports["paper-tables"]["rows"]])


def paper_protocol(reports):
    def paper(value):
        return "" if value is None else f"{value:.2f}"

    return table(["map", "R2 of each seed (leaky)", "the paper's R2"],
                 [[row["map"], ", ".join(str(r2) for r2 in row["seeds"]), paper(row["paper"])]
                  for row in reports["paper-protocol"]["rows"]])


def simulated_seeds(reports):
    report = reports["simulated-seeds"]
    return table(["map"] + [f"seed {seed}" for seed in report["about"]["seeds"]],
                 [[row["map"], *(figure(value) for value in row["rmse"])] for row in report["rows"]])


def simulated_folds(reports):
    return table(["map", "RMSE", "R2", "SSIM", "RMSE minus that of TsHARP"],
                 [[row["map"], figure(row["rmse"]), figure(row["r2"]), figure(row["ssim"]), figure(row["difference"])]
                  for row in reports["simulated-folds"]["rows"]])


def networks(reports):
    return table(["network (seed 3)", "RMSE"],
                 [[name if " " in name else f"`{name}`", figure(rmse, 4)]
                  for name, rmse in reports["simulated-seeds"]["networks_of_seed_3"].items()])


def filled_gaps(reports):
    report = reports["filled-gaps"]
    return table(["windows (seed)", "gaps", "cells", "map", *report["about"]["ways"]],
                 [[f"{row['windows']} ({row['seed']})", gaps, f"{row[key + '_cells']:,}",
                   figure(row["map"]) if key == "filled" else "", *(figure(rmse) for rmse in row[key])]
                  for row in report["rows"] for gaps, key in (("real", "filled"), ("planted", "planted"))])


def filled_intervals(reports):
    levels = ("0.50", "0.80", "0.90", "0.95")
    return table(["windows (seed)", "cells", "% of the truth in 50 % intervals", "80 %", "90 %", "95 %"],
                 [[f"{row['windows']} ({row['seed']})", cells, *(str(row[key][level]) for level in levels)]
                  for row in reports["filled-gaps"]["rows"]
                  for cells, key in (("filled", "intervals_percent"), ("predicted", "map_intervals_percent"))])


SETTINGS = {
    "base": "two windows of 16 days, cloud fraction up to 0.5 (the default)",
    "lbp": "the same with LBP of the coarse SIF as a feature",
    "windows-1": "one window: no means over windows, no day of year, bands not denoised",
    "windows-4": "four windows, the later ones in June and July",
    "days-8": "8 days with soundings in each window",
    "days-4": "4 days with soundings in each window",
    "cloud-0.1": "clear soundings only: cloud fraction up to 0.1",
    "cloud-0.8": "cloud fraction up to 0.8",
}


def settings(reports):
    scores = reports["footprint-study"]["scores"]
    return table(["setting", "RMSE", "best baseline's RMSE", "ratio"],
                 [[SETTINGS[name], figure(score["rmse"]), figure(score["baseline_rmse"]),
                   figure(score["rmse"] / score["baseline_rmse"])] for name, score in scores.items()])


VARIANTS = [(False, False), (True, False), (False, True), (True, True)]  # denoised bands, corrected by soundings


def words_of(name):
    method, comma, rest = name.partition(",")
    return DEMO_MAPS.get(method, method) + comma + rest


def demo(reports):
    """One row a method: the RMSE of its map as it is, of denoised bands, corrected, and both."""
    rows = {}
    for score in reports["demo"]["truth"].values():
        rows.setdefault(score["method"], {})[score["denoised_bands"], score["corrected"]] = score
    best = {method: min(maps.values(), key=lambda score: score["rmse"][0]) for method, maps in rows.items()}
    return table(["map", "RMSE as it is", "denoised bands", "corrected", "both", "R2 of the best"],
                 [[words_of(method), *(figure(rows[method].get(variant, {}).get("rmse")) for variant in VARIANTS),
                   figure(best[method]["r2"])] for method in sorted(rows, key=lambda m: best[m]["rmse"][0])])


def demo_contributions(reports):
    return table(["step", "from", "to", "RMSE difference"],
                 [[c["what"], words_of(c["from"]), words_of(c["to"]), figure(c["difference"])]
                  for c in reports["demo"]["contributions"]])


def readme(reports):
    """Four maps of the demo, the best corrected baseline, and the bound that noise sets."""
    report = reports["demo"]
    maps = dict(README_MAPS)
    network = maps.popitem()
    if best := report["best_corrected_baseline"]:
        maps[best] = words_of(best) + ": the best such baseline"
    rows = [[words, figure(report["truth"][name]["rmse"]), figure(report["truth"][name]["r2"]),
             figure(report["soundings"].get(name, {}).get("r2"))] for name, words in [*maps.items(), network]]
    rows.append(["bound: a perfect map", "0", "1", figure(report["ceiling_r2"])])
    return table(["map", "RMSE against the truth, mW m-2 sr-1 nm-1", "R2 against the truth",
                  "R2 against held-out soundings"], rows)


MAP = "unet-pointwise"  # the default
KEPT_OUT = ("neighbours", "biases", "savanna")


def mean_of(scenes, path):
    """The mean of a figure over scenes, with its interval: scenes are independent of each other."""
    values = [path(scene) for scene in scenes.values()]
    mean = sum(v[0] for v in values) / len(values)
    half = sum(((v[2] - v[1]) / 2) ** 2 for v in values) ** 0.5 / len(values)
    return [mean, mean - half, mean + half]


def percent(value, of):
    return f"{round(100 * value / of):+d} %"


def worlds(reports):
    """The default map beside the best baseline of each scene."""
    rows = []
    for world, scenes in reports["worlds"]["worlds"].items():
        rmse = mean_of(scenes, lambda scene: scene["rmse"][MAP])
        row = [f"`{world}`" + (" (kept out)" if world in KEPT_OUT else ""), str(len(scenes)), figure(rmse)]
        for best in ("uncorrected", "corrected"):
            difference = mean_of(scenes, lambda scene: scene[f"less_best_{best}"])
            of = rmse[0] - difference[0]
            row += [figure(of), figure(difference), percent(difference[0], of)]
        rows.append(row)
    return table(["world", "scenes", "default map", "best uncorrected baseline", "map minus it", "",
                  "best corrected baseline", "map minus it", ""], rows)


def kept_out(reports):
    """How far the default map is ahead in the mean of the worlds that nothing was chosen on."""
    rows = []
    for best in ("uncorrected", "corrected"):
        shares = []
        for world in KEPT_OUT:
            scenes = reports["worlds"]["worlds"][world].values()
            rmse, difference = (sum(path(scene) for scene in scenes) / len(scenes) for path in (
                lambda scene: scene["rmse"][MAP][0], lambda scene: scene[f"less_best_{best}"][0]))
            shares.append(difference / (rmse - difference))
        rows.append([f"best {best} baseline", *(f"{100 * share:+.1f} %" for share in shares),
                     f"{100 * sum(shares) / len(shares):+.1f} %", {"uncorrected": "-25 %", "corrected": "-10 %"}[best]])
    return table(["RMSE of the default map beside", *(f"`{world}`" for world in KEPT_OUT), "mean", "goal"], rows)


def footprints(reports):
    """What the estimate of footprints brings, in one scene of a world."""
    rows = []
    for world, scenes in reports["worlds"]["as_delivered"].items():
        for seed, as_delivered in scenes.items():
            for words, scene in (("as delivered", as_delivered),
                                 ("estimated", reports["worlds"]["worlds"][world][seed])):
                rows.append([f"`{world}`", words, figure(scene["rmse"][MAP]),
                             *(figure(scene[f"less_best_{best}"]) for best in ("uncorrected", "corrected"))])
    return table(["world", "footprints", "default map", "minus best uncorrected baseline",
                  "minus best corrected baseline"], rows)


def world_networks(reports):
    rows = reports["networks"]["worlds"]
    models = list(next(iter(rows.values()))["rmse"])
    return table(["world", *(f"`{model}`" for model in models)],
                 [[f"`{world}`", *(figure(scene["rmse"][model]) for model in models)] for world, scene in rows.items()])


WORLD_MAPS = {
    "unet-pointwise": "**default map**",
    "unet-pointwise, uncorrected": "default map, uncorrected",
    "first-guess, corrected by soundings": "NIRv times a factor, corrected",
    "footprint-regression": "linear regression on footprints",
    "footprint-regression, corrected by soundings": "linear regression on footprints, corrected",
    "footprint-regression, denoised bands, corrected by soundings":
        "linear regression on footprints, denoised bands, corrected",
    "linear-residual": "TsHARP",
    "linear-residual, corrected by soundings": "TsHARP, corrected",
    "nirv": "NIRv redistribution",
    "nirv, corrected by soundings": "NIRv redistribution, corrected",
    "gwr-residual": "geographically weighted regression",
    "gwr-residual, denoised bands, corrected by soundings":
        "geographically weighted regression, denoised bands, corrected",
    "atprk": "area-to-point kriging",
    "trees-residual": "regression trees",
    "bicubic": "bicubic interpolation",
    "coarse": "coarse SIF unchanged",
    "coarse, corrected by soundings": "coarse SIF, corrected",
}


def world_maps(reports):
    every = reports["worlds"]["worlds"]

    def mean(scenes, name):
        values = [scene["rmse"].get(name) for scene in scenes.values()]
        return sum(v[0] for v in values) / len(values) if all(values) else None

    return table(["map", *(f"`{world}`" for world in every)],
                 [[words, *(figure(mean(scenes, name)) for scenes in every.values())]
                  for name, words in WORLD_MAPS.items()])


def world_intervals(reports):
    levels = ("50", "80", "90", "95")
    return table(["world", *(f"{level} %" for level in levels)],
                 [[f"`{world}`", *(", ".join(f"{scene['intervals_percent'][level]:.0f}" for scene in scenes.values())
                                   for level in levels)]
                  for world, scenes in reports["worlds"]["worlds"].items()])


SENSORS = {
    "terra": "MODIS (MOD13A2)",
    "viirs-16": "VIIRS (VJ113A2), `--windows viirs-16`",
    "both": "both, `--windows 8-day --mix-sensors`",
}


def sensors(reports):
    return table(["indices", "windows", "soundings counted", "default map", "best uncorrected baseline",
                  "best corrected baseline"],
                 [[words, str(row["windows"]), f"{row['soundings']:,}", figure(row["rmse"]),
                   figure(row["best_uncorrected_rmse"]), figure(row["best_corrected_rmse"])]
                  for name, words in SENSORS.items() for row in [reports["sensors"]["datasets"][name]]])


TABLES = {"worlds": worlds, "kept-out": kept_out, "footprints": footprints, "world-maps": world_maps,
          "world-intervals": world_intervals, "world-networks": world_networks, "sensors": sensors, "demo": demo,
          "demo-contributions": demo_contributions, "paper-tables": paper_tables, "paper-protocol": paper_protocol,
          "simulated-seeds": simulated_seeds, "simulated-folds": simulated_folds, "networks": networks,
          "settings": settings, "filled-gaps": filled_gaps, "filled-intervals": filled_intervals}


def value_of(reports, path):
    at = reports
    for key in path.split("."):
        try:
            at = at[int(key)] if isinstance(at, list) else at[key]
        except (KeyError, IndexError, ValueError, TypeError):
            raise Problem(f"{TEMPLATE}: there is no {path} in the results") from None
    return at


def words(value, form):
    if not isinstance(value, list):
        return format(value, form)
    each = [format(v, form) for v in value]
    return each[0] if len(each) == 1 else ", ".join(each[:-1]) + " and " + each[-1]


def expand(reports, text):
    def replaced(match):
        kind, name = re.fullmatch(r"(?:(table|origin|interval) )?(.+)", match.group(1)).groups()
        if kind == "table":
            if name not in TABLES:
                raise Problem(f"{TEMPLATE}: there is no table {name}; take one of {', '.join(TABLES)}")
            return TABLES[name](reports)
        if kind == "origin":
            about = value_of(reports, name + ".about")
            return f"Source: `docs/results/{name}.json` ({about['origin']}). Command: `{about['command']}`."
        if kind == "interval":
            return figure(value_of(reports, name))
        path, _, form = name.partition(":")
        return words(value_of(reports, path), form)

    return re.sub(r"\{\{(.+?)\}\}", replaced, text)


def filled(text):
    """Paragraphs and items of lists in lines of the same width, whatever figures they got."""
    blocks = re.split(r"\n\n|\n(?=- )", text)
    joints = re.findall(r"\n\n|\n(?=- )", text) + [""]
    for i, block in enumerate(blocks):
        if not re.match(r"[|#!<\d]", block):
            indent = "  " if block.startswith("- ") else ""
            blocks[i] = textwrap.fill(block, 120, subsequent_indent=indent, break_long_words=False,
                                      break_on_hyphens=False)
    return "".join(block + joint for block, joint in zip(blocks, joints))


def update(pages):
    reports = read()
    pages.put(PAGE, HEAD + filled(expand(reports, (ROOT / TEMPLATE).read_text())))
    if "<!-- results:begin -->" in pages.text("README.md"):
        pages.fill("README.md", "results", readme(reports))
