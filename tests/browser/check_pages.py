"""check_pages.py FOLDER PICTURES [--record]: see tests/browser/run."""

import pathlib
import sys

import axe_core_python

import controls
import pictures
from browser import Browser

VIEWS = [(1280, False), (1280, True), (390, False), (390, True)]
AXE = (pathlib.Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
FINDINGS = """
const {violations} = await axe.run(document, {resultTypes: ['violations']});
return violations.filter(v => ['serious', 'critical'].includes(v.impact))
  .map(v => `${v.id} (${v.impact}): ${v.nodes.length} times, as ${v.nodes[0].html.slice(0, 160)}`);
"""
EMPTY_CHARTS = """
return [...document.querySelectorAll('.chart-box')].filter(box => box.checkVisibility()).filter(box => {
  const canvas = box.querySelector('canvas');
  if (!canvas.width) return true;
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
  return drawn < 200;
}).map(box => box.parentElement.querySelector('.panel-title').textContent);
"""
# The first chart as it is drawn now.
CHART = "const canvas = document.querySelector('.chart canvas'); return canvas && canvas.toDataURL();"

# The same, once it is drawn in other colours, or after five seconds.
REPAINTED = """
const canvas = document.querySelector('.chart canvas'), before = canvas.toDataURL();
for (let i = 0; i < 50 && canvas.toDataURL() === before; ++i) await new Promise(next => setTimeout(next, 100));
return canvas.toDataURL();
"""


def check_print(browser):
    """A dark page is printed as a light one, and is dark again after that."""
    screen = browser.run(CHART)
    if not screen:
        return []
    browser.run("dispatchEvent(new Event('beforeprint'))")
    paper = browser.run(CHART)
    browser.run("dispatchEvent(new Event('afterprint'))")
    after = browser.run(CHART)
    browser.set_scheme("light")
    light = browser.wait(REPAINTED)
    wrong = [] if screen != paper == light else ["a dark page is not printed as a light one"]
    return wrong if after == screen else wrong + ["the charts stay as on paper after printing"]


def check_view(browser, page, width, dark):
    """What is wrong with one page at one width, and how it looks."""
    browser.open(page, width, dark)
    browser.show_whole_page(width)
    wrong = ["chart is empty: " + title for title in browser.run(EMPTY_CHARTS)]
    look = pictures.pictures_of(browser)
    wide = browser.run("return document.documentElement.scrollWidth")
    if wide > width:
        wrong.append(f"the page is {wide} px wide")
    if (width, dark) == (1280, False):
        wrong += controls.use_all(browser)
    else:
        browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true;")
        browser.show_whole_page(width)
    wide = browser.run("return document.documentElement.scrollWidth")
    if wide > width:
        wrong.append(f"with all folds open the page is {wide} px wide")
    if (width, dark) in ((1280, False), (390, True)):
        browser.run(AXE)
        wrong += ["axe: " + finding for finding in browser.wait(FINDINGS)]
    if dark and width == 1280:
        wrong += check_print(browser)
    return wrong + ["console: " + error for error in browser.errors()], look


def time_to_interactive(browser, page):
    browser.open(page, 1280, False)
    return browser.run("return performance.timing.domInteractive - performance.timing.navigationStart"), browser.run(
        "return performance.timing.loadEventEnd - performance.timing.navigationStart")


def main(folder, stored_file, record):
    browser = Browser()
    failures, looks = 0, {}
    try:
        for page in sorted(folder.glob("*.html")):
            for width, dark in VIEWS:
                name = f"{page.stem} {width} {'dark' if dark else 'light'}"
                wrong, look = check_view(browser, page, width, dark)
                looks |= {f"{name} {part}": picture for part, picture in look.items()}
                for text in wrong:
                    print(f"{name}: {text}")
                failures += len(wrong)
            print(f"{page.stem}: looked at")
        interactive, loaded = time_to_interactive(browser, folder / "evaluate-many.html")
        print(f"a report of 8 runs: interactive after {interactive} ms, loaded after {loaded} ms")
    finally:
        browser.close()
    if record:
        pictures.write(stored_file, looks)
        return failures
    stored = pictures.read(stored_file)
    for key in sorted(stored.keys() | looks.keys()):
        if key not in stored or key not in looks:
            print(f"{key}: {'not stored; see --record' if key in looks else 'is no longer there'}")
            failures += 1
        elif text := pictures.difference(stored[key], looks[key]):
            print(f"{key}: looks different: {text}")
            failures += 1
    return failures


if __name__ == "__main__":
    sys.exit(1 if main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), "--record" in sys.argv) else 0)
