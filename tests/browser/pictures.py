"""The look of a page as text: of each section its size, and the mean luminance of 8 x 6 parts of it."""

import io

from PIL import Image

COLUMNS, ROWS = 8, 6
BOXES = """
return [...document.querySelectorAll('header, section')].map(part => {
  const box = part.getBoundingClientRect();
  return {name: part.id || 'top', x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height};
});
"""


def pictures_of(browser):
    """{name of the section: (width, height, luminances)}, where the window holds the whole page"""
    pictures = {}
    whole = Image.open(io.BytesIO(browser.screenshot())).convert("L")
    for box in browser.run(BOXES):
        x, y, width, height = (round(box[key]) for key in ("x", "y", "width", "height"))
        grid = whole.crop((x, y, x + width, y + height)).resize((COLUMNS, ROWS), Image.BOX)
        pictures[box["name"]] = (width, height, list(grid.getdata()))
    return pictures


def difference(stored, now):
    """What differs more than other fonts explain; None for nothing."""
    for what, one, other in (("width", stored[0], now[0]), ("height", stored[1], now[1])):
        if abs(one - other) > 0.2 * one + 20:
            return f"{what} {other} px, stored {one} px"
    parts = [abs(a - b) for a, b in zip(stored[2], now[2])]
    if sum(parts) / len(parts) > 12:
        return f"mean difference of luminance {sum(parts) / len(parts):.0f} of 255"
    return f"difference of luminance {max(parts)} of 255 in one part" if max(parts) > 70 else None


def read(path):
    stored = {}
    for line in path.read_text().splitlines():
        key, size, values = line.rsplit(" ", 2)
        width, height = map(int, size.split("x"))
        stored[key] = (width, height, list(bytes.fromhex(values)))
    return stored


def write(path, pictures):
    path.write_text("".join(f"{key} {width}x{height} {bytes(values).hex()}\n"
                            for key, (width, height, values) in sorted(pictures.items())))
