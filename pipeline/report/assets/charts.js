'use strict';
// Draws each .chart with Chart.js from the description that it carries, when it comes near the screen or is printed.
// Colours are those of the style sheet, read anew when the page turns dark, light or to paper.
(() => {
  const root = document.documentElement, dark = matchMedia('(prefers-color-scheme: dark)');
  let colours = {};
  const colour = name => colours[name] ??= getComputedStyle(root).getPropertyValue('--' + name).trim();
  const minus = text => text.replace('-', '\u2212');
  const short = value => minus(String(+value.toPrecision(4)));
  const fixed = (value, decimals) => minus(value.toFixed(decimals));
  const narrow = chart => chart.width < 480;
  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [5, 2, 1, 2, 1, 2]];

  Object.assign(Chart.defaults, {
    animation: false, maintainAspectRatio: false, locale: 'en-US', color: () => colour('ink'),
    borderColor: () => colour('rule')
  });
  Object.assign(Chart.defaults.font, {family: getComputedStyle(document.body).fontFamily, size: 12});
  Chart.defaults.plugins.legend.display = false;
  Object.assign(Chart.defaults.plugins.tooltip, {
    backgroundColor: () => colour('ink'), titleColor: () => colour('ground'), bodyColor: () => colour('ground'),
    displayColors: false
  });

  // A name in lines of at most `most` characters.
  function wrapped(name, most) {
    const lines = [''];
    for (const word of name.split(' ')) {
      const last = lines.length - 1;
      if (lines[last] && lines[last].length + word.length >= most) lines.push(word);
      else lines[last] += (lines[last] ? ' ' : '') + word;
    }
    return lines;
  }

  function stroke(context, name, path, dash = []) {
    context.save();
    context.strokeStyle = colour(name);
    context.lineWidth = 1.3;
    context.setLineDash(dash);
    context.beginPath();
    for (const [x, y, x2, y2] of path) {
      context.moveTo(x, y);
      context.lineTo(x2, y2);
    }
    context.stroke();
    context.restore();
  }

  function write(chart, text, x, y, align) {
    const context = chart.ctx;
    context.save();
    context.font = `12px ${Chart.defaults.font.family}`;
    context.fillStyle = colour('ink');
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.fillText(text, x, y);
    context.restore();
  }

  // The picture of a density, below everything.
  const background = {
    id: 'background',
    beforeDatasetsDraw({ctx, chartArea: {left, top, width, height}}, _, {image}) {
      if (!image) return;
      ctx.save();
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(image, left, top, width, height);
      ctx.restore();
    }
  };

  // Lines to compare with: y = x, an x with a name, a value of horizontal bars.
  const guides = {
    id: 'guides',
    afterDatasetsDraw(chart, _, {diagonal, mark, reference}) {
      const {left, right, top, bottom} = chart.chartArea, {x, y} = chart.scales;
      const across = (at, text) => {
        stroke(chart.ctx, 'ink', [[at, top, at, bottom]], [5, 4]);
        const before = at > (left + right) / 2;
        write(chart, text, at + (before ? -5 : 5), top + 8, before ? 'right' : 'left');
      };
      if (diagonal) {
        const low = Math.max(x.min, y.min), high = Math.min(x.max, y.max);
        stroke(chart.ctx, 'ink', [[x, y, low, high]].map(([a, b, l, h]) => [
          a.getPixelForValue(l), b.getPixelForValue(l), a.getPixelForValue(h), b.getPixelForValue(h)]), [5, 4]);
      }
      if (mark) across(x.getPixelForValue(mark.x), mark.name);
      if (!reference) return;
      const at = x.getPixelForValue(reference.value);
      stroke(chart.ctx, 'ink', [[at, top, at, bottom]], [5, 4]);
      if (reference.name) write(chart, reference.name, at, top - 9, at > (left + right) / 2 ? 'right' : 'left');
    }
  };

  // Intervals of the values, and of horizontal bars the values themselves.
  const whiskers = {
    id: 'whiskers',
    afterDatasetsDraw(chart, _, {decimals}) {
      const {x, y} = chart.scales, end = 4;
      chart.data.datasets.forEach((set, index) => {
        if (!chart.isDatasetVisible(index)) return;
        chart.getDatasetMeta(index).data.forEach((point, i) => {
          const range = (set.whiskers || [])[i], value = set.values && set.values[i];
          if (!set.values) {
            if (!range) return;
            const [low, high] = range.map(v => y.getPixelForValue(v)), at = point.x;
            stroke(chart.ctx, 'ink',
                   [[at, low, at, high], [at - end, low, at + end, low], [at - end, high, at + end, high]]);
            return;
          }
          if (value === null) return write(chart, '\u2013', x.getPixelForValue(0) + 7, point.y, 'left');
          const dots = set.type === 'line', most = Math.max(value, 0);
          let last = dots ? chart.chartArea.right : x.getPixelForValue(most);
          if (range) {
            const [low, high] = range.map(v => x.getPixelForValue(v)), at = point.y;
            stroke(chart.ctx, 'ink',
                   [[low, at, high, at], [low, at - end, low, at + end], [high, at - end, high, at + end]]);
            last = Math.max(last, high);
          }
          write(chart, fixed(value, decimals), last + 7, point.y, 'left');
        });
      });
    }
  };
  Chart.register(background, guides, whiskers);

  function logarithmic_label(value) {
    const digit = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
    const decades = Math.log10(this.max / this.min);
    return digit === 1 || (decades < 2 && [2, 5].includes(digit)) ? short(value) : null;
  }

  function linear_label(value, index, ticks) {
    return minus(Chart.Ticks.formatters.numeric.call(this, value, index, ticks));
  }

  function scale(axis, room = 36) {
    const [min, max] = axis.range || [];
    const options = {
      type: axis.categories ? 'category' : axis.logarithmic ? 'logarithmic' : 'linear', min, max,
      reverse: axis.reversed, grid: {color: () => colour('grid'), borderColor: () => colour('soft')},
      title: {display: !!axis.label, text: wrapped(axis.label || '', room), color: () => colour('soft')},
      ticks: {color: () => colour('soft'), maxRotation: 45, includeBounds: false}
    };
    if (axis.categories) {
      options.offset = true;
      options.ticks.callback = function(value) { return wrapped(this.getLabelForValue(value), 16); };
    } else {
      options.ticks.callback = axis.logarithmic ? logarithmic_label : linear_label;
    }
    return options;
  }

  const interval = range => range ? ` (${short(range[0])} to ${short(range[1])})` : '';

  function series(s, categories) {
    const joined = s.shape !== 'dots', bar = s.shape === 'bars', points = s.shape === 'dots' || s.shape === 'joined dots';
    return {
      type: bar ? 'bar' : categories ? 'line' : 'scatter', label: s.name, whiskers: s.whiskers,
      data: categories ? categories.map((_, i) => s.y[s.x.indexOf(i)] ?? null) : s.x.map((x, i) => ({x, y: s.y[i]})),
      showLine: joined, stepped: s.shape === 'steps' && 'middle',
      borderDash: dashes[s.dashes || 0],
      borderWidth: bar ? 0 : 2, maxBarThickness: 36,
      borderColor: () => colour(s.colour), backgroundColor: () => colour(s.colour), borderJoinStyle: 'round',
      pointRadius: points ? 3.5 : 0, pointHoverRadius: 5, pointHitRadius: 8, pointBorderWidth: 0
    };
  }

  function lines(data, room) {
    const categories = data.x.categories;
    return {
      data: {labels: categories, datasets: data.series.map(s => series(s, categories))},
      options: {
        scales: {x: scale(data.x, room), y: scale(data.y)},
        interaction: {mode: categories ? 'index' : 'nearest', intersect: false},
        plugins: {
          guides: {diagonal: data.diagonal, mark: data.mark},
          tooltip: {callbacks: {
            title: items => categories ? items[0].label : `${data.x.label}: ${short(items[0].parsed.x)}`,
            label({dataset, dataIndex, parsed}) {
              return `${dataset.label}: ${short(parsed.y)}${interval((dataset.whiskers || [])[dataIndex])}`;
            }
          }}
        }
      }
    };
  }

  function bars(data, room) {
    const dots = data.kind === 'intervals', ends = data.bars.flatMap(b => b.whisker || []);
    if (data.reference) ends.push(data.reference.value);
    const value = scale({label: data.axis}, room), names = scale({categories: data.bars.map(b => b.name)});
    Object.assign(value, {beginAtZero: true, suggestedMin: Math.min(...ends, 0), suggestedMax: Math.max(...ends, 0)});
    names.grid.display = false;
    Object.assign(names.ticks, {
      color: () => colour('ink'), autoSkip: false,
      callback(at) { return wrapped(this.getLabelForValue(at), narrow(this.chart) ? 18 : 44); }
    });
    const paint = data.bars.map(b => b.colour);
    return {
      type: dots ? 'line' : 'bar',
      data: {
        labels: data.bars.map(b => b.name),
        datasets: [{
          type: dots ? 'line' : 'bar', data: data.bars.map(b => b.value), values: data.bars.map(b => b.value),
          whiskers: data.bars.map(b => b.whisker),
          backgroundColor: ({dataIndex}) => colour(paint[dataIndex] || 'grey'), showLine: false,
          pointRadius: 5, pointHoverRadius: 6, pointBorderWidth: 0, maxBarThickness: 18
        }]
      },
      options: {
        indexAxis: 'y', scales: {x: value, y: names},
        layout: {padding: {right: 52, top: data.reference && data.reference.name ? 18 : 0}},
        interaction: {mode: 'index', axis: 'y', intersect: false},
        plugins: {
          guides: {reference: data.reference || (dots && {value: 0})}, whiskers: {decimals: data.decimals},
          tooltip: {callbacks: {
            label: ({dataIndex, dataset}) => {
              const number = dataset.values[dataIndex], range = dataset.whiskers[dataIndex];
              if (number === null) return 'no value';
              const text = `${data.axis}: ${fixed(number, data.decimals)}`;
              return range ? [text, `${data.whisker}: ${range.map(v => fixed(v, data.decimals)).join(' to ')}`] : text;
            }
          }}
        }
      }
    };
  }

  function density(data, room, image) {
    return {
      type: 'scatter', data: {datasets: []},
      options: {
        scales: {x: scale(data.x, room), y: scale(data.y)},
        plugins: {guides: {diagonal: data.diagonal}, background: {image}, tooltip: {enabled: false}}
      }
    };
  }

  const charts = [...document.querySelectorAll('.chart')].map(element => {
    const data = JSON.parse(element.querySelector('script').textContent);
    const box = element.querySelector('.chart-box'), image = element.querySelector('.density-picture');
    const numbers = element.querySelector('.chart-numbers');
    box.hidden = false;
    if (image) image.hidden = true;
    if (numbers) numbers.open = false;
    if (data.bars) box.style.setProperty('--rows', data.bars.length);
    const off = new Set((data.series || []).filter(s => s.off).map(s => s.name));
    return {element, data, box, image, off, chart: null};
  });

  function draw(c) {
    if (c.chart) return;
    const room = c.box.clientWidth / 7;
    const make = {lines, density}[c.data.kind] || bars;
    const config = make(c.data, room, c.image);
    for (const set of config.data.datasets) set.hidden = c.off.has(set.label);
    c.chart = new Chart(c.box.querySelector('canvas'), config);
    if (c.image) c.image.decode().then(() => c.chart.draw());
  }

  // One legend for the charts of a group: a button a name, which switches its series in all of them.
  function legend(members, before) {
    const all = new Map(members.flatMap(c => (c.data.series || []).map(s => [s.name, s])));
    if (all.size < 2) return;
    const list = document.createElement('div');
    list.className = 'legend chart-legend';
    list.setAttribute('role', 'group');
    list.setAttribute('aria-label', 'Series shown');
    for (const [name, s] of all) {
      const button = document.createElement('button'), mark = document.createElement('i');
      mark.className = s.shape === 'dots' || s.shape === 'bars' ? 'mark-dot' : 'mark-line';
      if (s.dashes && s.shape !== 'bars') mark.classList.add(`dashes-${s.dashes}`);
      mark.style.setProperty('--s', `var(--${s.colour})`);
      button.type = 'button';
      button.append(mark, name);
      button.setAttribute('aria-pressed', !s.off);
      button.addEventListener('click', () => {
        const on = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', on);
        for (const c of members) {
          c.off[on ? 'delete' : 'add'](name);
          if (!c.chart) continue;
          c.chart.data.datasets.forEach((set, i) => set.label === name && c.chart.setDatasetVisibility(i, on));
          c.chart.update();
        }
      });
      list.append(button);
    }
    before.before(list);
  }
  for (const group of document.querySelectorAll('.chart-group'))
    legend(charts.filter(c => group.contains(c.element)), group.firstElementChild);
  for (const c of charts) if (!c.element.closest('.chart-group')) legend([c], c.box);

  const near = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) draw(charts.find(c => c.box === entry.target));
  }, {rootMargin: '600px'});
  for (const c of charts) near.observe(c.box);

  function repaint() {
    colours = {};
    for (const c of charts) if (c.chart) c.chart.update();
  }
  dark.addEventListener('change', repaint);
  addEventListener('beforeprint', () => {
    root.classList.add('paper');
    charts.forEach(draw);
    repaint();
  });
  addEventListener('afterprint', () => {
    root.classList.remove('paper');
    repaint();
  });
})();
