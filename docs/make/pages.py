"""Pages and their generated parts: what stands between two marks is made, the rest is written by hand."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Problem(Exception):
    """One line that names the page and what to do."""


class Pages:
    """Collects what pages should hold; writes them, or lists those that differ."""

    def __init__(self):
        self.texts = {}

    def text(self, name):
        """The page as it will be, by its path from the root; None where there is none."""
        if name not in self.texts:
            path = ROOT / name
            if not path.exists():
                return None
            self.texts[name] = path.read_text()
        return self.texts[name]

    def put(self, name, text):
        self.texts[name] = text.rstrip("\n") + "\n"

    def fill(self, name, part, text):
        """Replaces the part `part` of a page."""
        page, begin, end = self.text(name), f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
        if page is None:
            raise Problem(f"{name}: no such page, and its part {part} is made by tools/docs")
        if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
            raise Problem(f"{name}: wants one {begin} and one {end} behind it")
        head, rest = page.split(begin)
        self.texts[name] = f"{head}{begin}\n{text.strip(chr(10))}\n{end}{rest.split(end)[1]}"

    def parts(self, kind):
        """(page, argument) of every part that is named `kind ARGUMENT`, in all pages of docs/."""
        for path in sorted((ROOT / "docs").rglob("*.md")):
            name = str(path.relative_to(ROOT))
            for match in re.finditer(rf"<!-- {kind} (.+?):begin -->", self.text(name)):
                yield name, match.group(1)

    def changed(self):
        return [name for name, text in sorted(self.texts.items())
                if not (ROOT / name).exists() or (ROOT / name).read_text() != text]

    def write(self):
        for name in self.changed():
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(self.texts[name])


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
