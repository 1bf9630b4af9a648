"""Excerpts of sources, and outputs of programs, in pages.

A part `source FILE "FIRST" "LAST"` holds the lines of FILE from the first one that contains FIRST up to the next one
that contains LAST, or begins with it where LAST has a ^ before it. A part `output PROGRAM` holds what PROGRAM of the
build prints.
"""
import re
import subprocess
import textwrap

from pages import ROOT, Problem

FENCES = {".cu": "cpp", ".hpp": "cpp", ".cpp": "cpp", ".py": "python", ".sh": "sh"}


def ends(line, last):
    return line.startswith(last[1:]) if last.startswith("^") else last in line


def excerpt(page, argument):
    fields = re.fullmatch(r'(\S+) "(.+?)" "(.+?)"', argument)
    if not fields:
        raise Problem(f'{page}: a part "source {argument}" is not FILE "FIRST" "LAST"')
    file, first, last = fields.groups()
    if not (ROOT / file).exists():
        raise Problem(f"{page} quotes {file}, which does not exist")
    lines = (ROOT / file).read_text().splitlines()
    begin = next((i for i, line in enumerate(lines) if first in line), None)
    if begin is None:
        raise Problem(f"{page} quotes {file} from '{first}' on, which is not there: mend the page")
    end = next((i for i in range(begin, len(lines)) if ends(lines[i], last)), None)
    if end is None:
        raise Problem(f"{page} quotes {file} up to '{last}', which is not there: mend the page")
    text = textwrap.dedent("\n".join(lines[begin:end + 1]))
    where = f"[`{file}`, line {begin + 1}]({'../' * page.count('/')}{file}#L{begin + 1})"
    return f"{where}:\n\n```{FENCES.get((ROOT / file).suffix, '')}\n{text}\n```"


def update(pages, programs):
    """`programs`: path of a program of the build by its name. Returns what was not built."""
    for page, argument in pages.parts("source"):
        pages.fill(page, f"source {argument}", excerpt(page, argument))
    absent = []
    for page, name in pages.parts("output"):
        if name not in programs:
            raise Problem(f"{page} wants the output of {name}; known are {', '.join(programs)}")
        if not programs[name].exists():
            absent.append(name)
            continue
        done = subprocess.run([programs[name]], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Problem(f"{programs[name]} ended with {done.returncode}: {done.stderr.strip()}")
        pages.fill(page, f"output {name}", "```text\n" + done.stdout.strip("\n") + "\n```")
    return absent
