"""Uses every control of a page's first live map, and says which of them does nothing or something wrong."""

STATE = """
const viewer = document.querySelector('.map-viewer'), pane = side => viewer.querySelector(`.leaflet-${side}-pane`);
return {
  pictures: ['left', 'right'].map(side => pane(side).querySelector('image').getAttribute('href')),
  clips: ['left', 'right'].map(side => pane(side).style.clip),
  lines: [...pane('lines').querySelectorAll('use')].map(use => use.getAttribute('class')),
  edge: viewer.querySelector('.swipe-edge').getBoundingClientRect().left,
  scale: (viewer.querySelector('.scale-bar') || {}).textContent,
  value: viewer.querySelector('.viewer-value').innerText
};
"""
CHOOSE = """
const [selector, value] = arguments, control = document.querySelector('.map-viewer ' + selector);
if (control.type === 'checkbox') control.click();
else control.value = value;
control.dispatchEvent(new Event('input', {bubbles: true}));
control.dispatchEvent(new Event('change', {bubbles: true}));
"""
# Points at a cell: a share of the raster's width from the west, of its height from the north.
POINT = """
const [right, down] = arguments, raster = document.querySelector('.map-viewer .leaflet-right-pane image');
const matrix = raster.getScreenCTM(), place = new DOMPoint(
  right * raster.width.baseVal.value, down * raster.height.baseVal.value).matrixTransform(matrix);
document.querySelector('.map-viewer .viewer-map').dispatchEvent(new MouseEvent(
  'mousemove', {bubbles: true, clientX: place.x, clientY: place.y}));
"""
PLACES = "return JSON.parse(document.querySelector('.map-viewer script').textContent).places"


def degrees(text):
    """Longitude and latitude of "45.344°N 94.641°W"."""
    latitude, longitude = text.split("\n")[0].split(" ")
    signed = [float(part[:-2]) * (-1 if part[-1] in "SW" else 1) for part in (longitude, latitude)]
    return signed


def check_places(browser):
    """The place under the pointer, at points of the page's own grid of places."""
    places = browser.run(PLACES)
    if not places:
        return []
    wrong = []
    rows, columns = places["rows"], places["columns"]
    for row in range(0, rows, max(rows // 4, 1)):
        for column in range(0, columns, max(columns // 4, 1)):
            right, down = column / (columns - 1), row / (rows - 1)
            inside = [min(max(share, 0.003), 0.997) for share in (right, down)]
            browser.run(POINT, *inside)
            value = browser.run(STATE)["value"]
            at = row * columns + column
            expected = places["longitude"][at], places["latitude"][at]
            if None in expected or "°" not in value:
                continue
            size = abs(places["longitude"][-1] - places["longitude"][0]), abs(
                places["latitude"][-1] - places["latitude"][0])
            off = [abs(a - b) for a, b in zip(degrees(value), expected)]
            if off[0] > 0.006 * size[0] + 0.001 or off[1] > 0.006 * size[1] + 0.001:
                wrong.append(f"the pointer at {expected} reads {value}")
    return wrong


def use_map(browser):
    if not browser.run("return document.querySelector('.map-viewer')"):
        return []
    wrong = []

    def changes(what, key, selector, value=None):
        before = browser.run(STATE)[key]
        browser.run(CHOOSE, selector, value)
        if browser.run(STATE)[key] == before:
            wrong.append(f"{what} changes nothing")

    for side in ("left", "right"):
        options = browser.run("return [...document.querySelector(arguments[0]).options].map(o => o.value)",
                              f".map-viewer [data-role={side}]")
        own = browser.run("return document.querySelector(arguments[0]).value", f".map-viewer [data-role={side}]")
        for option in options:
            if option != own:
                changes(f"{side} {option}", "pictures", f"[data-role={side}]", option)
                changes(f"{side} {own}", "pictures", f"[data-role={side}]", own)
    for role in ("outline", "coasts"):
        if browser.run("return document.querySelector(arguments[0])", f".map-viewer [data-role={role}]"):
            changes("the box of " + role, "lines", f"[data-role={role}]")
            changes("the box of " + role, "lines", f"[data-role={role}]")
    for value in (10, 90):
        for key in ("clips", "edge"):
            changes(f"the swipe at {value}", key, ".swipe", value)
            browser.run(CHOOSE, ".swipe", 50)
    return wrong + check_places(browser)
