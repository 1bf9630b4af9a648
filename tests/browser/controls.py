"""Uses every control of a page, and says what went wrong."""

import map_controls

SORT = """
const table = arguments[0], wrong = [];
const value = cell => cell.dataset.value ?? cell.textContent.trim().replace(/\\u2212/g, '-').replace(/,/g, '');
const badness = {high: v => -v, low: v => v, 0: Math.abs, 1: v => Math.abs(v - 1)};
[...table.tHead.rows[0].cells].forEach((heading, column) => {
  const button = heading.querySelector('button'), better = heading.dataset.better;
  if (!button) return wrong.push('no button in ' + heading.textContent);
  for (const best of [true, false]) {
    button.click();
    if (!heading.hasAttribute('aria-sort')) wrong.push('no aria-sort at ' + heading.textContent);
    const rows = [...table.tBodies[0].rows].filter(row => !row.classList.contains('rule-above'));
    let keys = rows.map(row => value(row.cells[column]));
    if (better) keys = keys.map(key => badness[better](parseFloat(key))).filter(key => !isNaN(key));
    for (let i = 1; i < keys.length; ++i)
      if (best ? keys[i - 1] > keys[i] : keys[i - 1] < keys[i])
        wrong.push(`${heading.textContent}: ${keys[i - 1]} before ${keys[i]}`);
  }
});
return wrong;
"""

LEGEND = """
const button = arguments[0], holder = button.closest('.chart-group') || button.closest('.chart');
const pictures = () => [...holder.querySelectorAll('canvas')].map(c => c.toDataURL()).join();
const before = pictures(), pressed = button.getAttribute('aria-pressed');
button.click();
const wrong = [];
if (button.getAttribute('aria-pressed') === pressed) wrong.push('aria-pressed stays at ' + button.textContent);
if (pictures() === before) wrong.push('nothing changes with ' + button.textContent);
button.click();
return wrong;
"""

CHOOSE = """
const [control, value] = arguments;
control.value = value;
control.dispatchEvent(new Event('input', {bubbles: true}));
control.dispatchEvent(new Event('change', {bubbles: true}));
"""


def use_all(browser):
    """Opens what is folded, then sorts, switches, chooses, moves and presses all that there is."""
    wrong = map_controls.use_map(browser)
    every = browser.driver.find_elements
    for summary in every("css selector", "summary"):
        was = browser.run("return arguments[0].parentElement.open", summary)
        browser.run("arguments[0].click()", summary)
        if browser.run("return arguments[0].parentElement.open", summary) == was:
            wrong.append("a fold does not open: " + summary.text)
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true;")
    browser.show_whole_page(1280)
    for table in every("css selector", "table.sortable"):
        wrong += browser.run(SORT, table)
    for button in every("css selector", ".chart-legend button"):
        wrong += browser.run(LEGEND, button)
    for select in every("css selector", "select"):
        for value in browser.run("return [...arguments[0].options].map(option => option.value)", select):
            browser.run(CHOOSE, select, value)
    for control in every("css selector", "input"):
        kind = control.get_attribute("type")
        if kind in ("checkbox", "radio"):
            browser.run("arguments[0].click(); arguments[0].click();", control)
        else:
            for value in (control.get_attribute("min"), control.get_attribute("max"), "500"):
                browser.run(CHOOSE, control, value)
    used = "table.sortable button, .chart-legend button"
    for button in browser.run("return [...document.querySelectorAll('button, [role=button]')]"
                              f".filter(b => !b.matches('{used}'))"):
        browser.run("arguments[0].click()", button)
    return wrong
