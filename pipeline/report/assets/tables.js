'use strict';
// A click on a heading sorts its table by that column: the best values first, words from A; one more click turns the
// order round. What is missing stays last, and so do rows that sum up the others.
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0], headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const better = heading.dataset.better;
    const badness = {high: v => -v, low: v => v, 0: Math.abs, 1: v => Math.abs(v - 1)}[better] || (v => v);
    const key = row => {
      const cell = row.cells[column], text = cell.textContent.trim();
      if (!better) return text;
      return badness(parseFloat(cell.dataset.value || text.replace(/\u2212/g, '-').replace(/,/g, '')));
    };
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const best = heading.dataset.sorted !== 'best';
      for (const other of headings) {
        other.removeAttribute('aria-sort');
        delete other.dataset.sorted;
      }
      heading.dataset.sorted = best ? 'best' : 'worst';
      heading.setAttribute('aria-sort', best === (better === 'high') ? 'descending' : 'ascending');
      const order = (a, b) => {
        const last = a.classList.contains('rule-above') - b.classList.contains('rule-above');
        const x = key(a), y = key(b);
        if (last) return last;
        if (better && (isNaN(x) || isNaN(y))) return isNaN(x) - isNaN(y);
        return (best ? 1 : -1) * (x < y ? -1 : x > y ? 1 : 0);
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}

// What is wider than the page scrolls, with a hint and by the keyboard.
for (const box of document.querySelectorAll('.scroll')) {
  const hint = document.createElement('p');
  hint.className = 'scroll-hint';
  hint.textContent = 'Scroll sideways for more columns \u2192';
  box.before(hint);
  const mark = () => {
    const more = box.scrollWidth - box.clientWidth;
    box.classList.toggle('wider', more > 1);
    box.classList.toggle('at-end', box.scrollLeft >= more - 1);
    hint.hidden = more <= 1;
    for (const [name, value] of [['tabindex', 0], ['role', 'group'], ['aria-label', 'Table, scrolls sideways']])
      if (more > 1) box.setAttribute(name, value);
      else box.removeAttribute(name);
  };
  box.addEventListener('scroll', mark, {passive: true});
  new ResizeObserver(mark).observe(box);
}
