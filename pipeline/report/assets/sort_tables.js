'use strict';
// A click on a heading sorts its table by that column: numbers from the highest, words from A; one more click turns the
// order round. What is missing stays last.
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0], headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const numbers = heading.classList.contains('number');
    const key = row => {
      const text = row.cells[column].textContent.trim();
      return numbers ? parseFloat(text.replace(/\u2212/g, '-').replace(/,/g, '')) : text;
    };
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const now = heading.getAttribute('aria-sort');
      const rising = now ? now === 'descending' : !numbers;
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
      const order = (a, b) => {
        if (numbers && (isNaN(a) || isNaN(b))) return isNaN(a) - isNaN(b);
        return (rising ? 1 : -1) * (a < b ? -1 : a > b ? 1 : 0);
      };
      body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
    });
  });
}
