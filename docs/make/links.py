"""Links of all pages of the project: files, images and headings that they name must exist."""
import re
import subprocess
import urllib.parse

from pages import ROOT

IGNORED = re.compile(r"[a-z]+:")  # https:, mailto:
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
LINKED_IMAGE = re.compile(r"\[!\[[^\]]*\]\(([^)\s]+)\)\]\(")
IMAGE = re.compile(r"<img\b[^>]*\bsrc=\"([^\"]+)\"")
ANCHOR = re.compile(r"<a\b[^>]*\b(?:id|name)=\"([^\"]+)\"")


def without_code(text):
    """Lines of fenced blocks become empty, so that numbers of lines stay."""
    lines, fence = [], None
    for line in text.splitlines():
        mark = re.match(r"\s*(```+|~~~+)", line)
        if fence is None and mark:
            fence = mark.group(1)
            lines.append("")
        elif fence is not None:
            if mark and mark.group(1).startswith(fence):
                fence = None
            lines.append("")
        else:
            lines.append(line)
    return lines


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"[`*]", "", text).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(text):
    found, seen = set(ANCHOR.findall(text)), {}
    for line in without_code(text):
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if not heading:
            continue
        name = slug(heading.group(1))
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    return found


def markdown_files():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT,
                            capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]
    folders = ["docs", "bench", "tests"]  # an archive without git's data
    return [*ROOT.glob("*.md"), *(file for folder in folders for file in (ROOT / folder).rglob("*.md"))]


def complaint(file, target):
    path, _, fragment = urllib.parse.unquote(target).partition("#")
    there = file if not path else (ROOT / path[1:] if path.startswith("/") else file.parent / path)
    if not there.resolve().is_relative_to(ROOT):
        return "leads out of the project"
    if not there.exists():
        return "does not exist"
    if fragment and there.suffix == ".md" and fragment not in anchors(there.read_text()):
        return "names a heading that is not there"
    return None


def targets(file):
    """(number of the line, target) of all links and images that do not lead out into the web."""
    text = re.sub(r"`[^`\n]*`", "", "\n".join(without_code(file.read_text())))
    for pattern in (LINK, IMAGE, LINKED_IMAGE):
        for match in pattern.finditer(text):
            if not IGNORED.match(match.group(1)):
                yield text.count("\n", 0, match.start()) + 1, match.group(1)


def complaints():
    found = []
    for file in sorted(markdown_files()):
        for number, target in sorted(targets(file)):
            wrong = complaint(file, target)
            if wrong:
                found.append(f"{file.relative_to(ROOT)}:{number}: {target} {wrong}")
    return found


def lost_pages():
    """Pages of docs/ that no way of links leads to from its index."""
    docs, index = ROOT / "docs", ROOT / "docs" / "README.md"
    reached, waiting = set(), [index]
    while waiting:
        file = waiting.pop()
        if file in reached or not file.exists():
            continue
        reached.add(file)
        waiting += [(file.parent / target.partition("#")[0]).resolve() for _, target in targets(file)
                    if target.partition("#")[0].endswith(".md")]
    lost = [file for file in sorted(markdown_files()) if file.is_relative_to(docs) and file not in reached]
    return [f"{file.relative_to(ROOT)} is not linked from docs/README.md, nor from a page that is" for file in lost]
