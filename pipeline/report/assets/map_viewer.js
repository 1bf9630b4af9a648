'use strict';
// Makes each .map-viewer live: two layers in Leaflet panes that are cut at the swipe's edge, lines over both. Coordinates
// of the map are cells, stretched to what they measure on the ground and sheared so that north is up.
for (const viewer of document.querySelectorAll('.map-viewer')) {
  const data = JSON.parse(viewer.querySelector('script').textContent);
  const part = name => viewer.querySelector(name), role = name => part(`[data-role=${name}]`);
  const box = part('.viewer-box'), slider = part('.swipe'), edge = part('.swipe-edge'), value = part('.viewer-value');
  const frame = part('.viewer-map'), bars = viewer.querySelectorAll('.colour-bar'), stills = viewer.nextElementSibling;
  const height = data.columns * data.aspect, shift = Math.max(-data.lean, 0) * height;
  const bounds = [[0, 0], [height, data.columns + Math.abs(data.lean) * height]];
  viewer.hidden = false;
  stills.open = false;
  addEventListener('beforeprint', () => { stills.open = true; });

  const map = L.map(frame, {
    crs: L.CRS.Simple, minZoom: -20, zoomSnap: 0.125, zoomDelta: 0.75, wheelPxPerZoomLevel: 90, attributionControl: false,
    scrollWheelZoom: false, keyboardPanDelta: 40, maxBoundsViscosity: 0.8, maxBounds: L.latLngBounds(bounds).pad(1)
  });
  // The wheel scrolls the page until the map is in use.
  map.on('focus', () => map.scrollWheelZoom.enable()).on('blur', () => map.scrollWheelZoom.disable());

  const sides = ['left', 'right'].map(name => ({
    name, pane: map.createPane(name), layer: null, select: role(name), label: part(`.side-name.${name}`),
    cells: null
  }));
  const windows = role('window'), coasts = role('coasts'), outline = role('outline');
  const picture = layer => document.getElementById(layer.image).getAttribute('href');
  const minus = text => text.replace(/-/g, '\u2212');

  function cut() {
    const size = map.getSize(), north = map.containerPointToLayerPoint([0, 0]), south = map.containerPointToLayerPoint(size);
    const thumb = 40, at = thumb / 2 + slider.value / 100 * (size.x - thumb);
    edge.style.left = at + 'px';
    const x = north.x + at;
    sides[0].pane.style.clip = `rect(${north.y}px,${x}px,${south.y}px,${north.x}px)`;
    sides[1].pane.style.clip = `rect(${north.y}px,${south.x}px,${south.y}px,${x}px)`;
    sides[0].label.style.maxWidth = Math.max(at - 62, 0) + 'px';
    sides[1].label.style.maxWidth = Math.max(size.x - at - 20, 0) + 'px';
  }

  function fit() {
    map.invalidateSize();
    const zoom = map.getBoundsZoom(bounds);
    map.setMinZoom(zoom - 1);
    map.setMaxZoom(Math.max(zoom + 1, 5));
  }

  // What is drawn has the units of the page's paths.
  const svg = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const [width, depth] = data.drawn, right = width / data.columns, down = depth / height;
  function sheared(pane) {
    const drawing = svg('svg', {viewBox: `0 0 ${right * bounds[1][1]} ${depth}`, preserveAspectRatio: 'none'});
    const group = svg('g', {transform: `matrix(1 0 ${data.lean * right / down} 1 ${shift * right} 0)`});
    drawing.append(group);
    L.svgOverlay(drawing, bounds, {pane, interactive: false}).addTo(map);
    return group;
  }
  map.createPane('lines');
  const lines = sheared('lines');
  for (const side of sides) {
    side.image = svg('image', {width, height: depth, preserveAspectRatio: 'none'});
    sheared(side.name).append(svg('rect', {width, height: depth, class: 'missing'}), side.image);
  }

  function drawLines() {
    const wanted = [];
    if (coasts && coasts.checked) for (const kind of ['state', 'country', 'coast']) wanted.push([`${data.id}-${kind}`, kind]);
    if (outline && outline.checked) for (const id of new Set(sides.map(s => s.layer.outline))) wanted.push([id, 'outline']);
    lines.replaceChildren(...wanted.filter(([id]) => id && document.getElementById(id)).flatMap(([id, kind]) =>
      ['casing', 'ink'].map(stroke => svg('use', {href: '#' + id, class: `${kind} ${stroke}`}))));
  }

  function show(side) {
    const layer = data.layers.find(l => l.name === side.select.value && l.window === +(windows ? windows.value : 0));
    side.layer = layer;
    side.cells = null;
    side.label.textContent = layer.name;
    side.image.setAttribute('href', picture(layer));
    side.pixels = Object.assign(new Image(), {src: picture(layer)});
    bars.forEach((bar, i) => { bar.hidden = !sides.some(s => s.layer && s.layer.scale === i); });
    value.textContent = hint;
  }

  // Of each layer's picture, the pixels; the palette leads back to the numbers.
  function cells(side) {
    if (side.cells) return side.cells;
    if (!side.pixels.complete) return null;
    const canvas = document.createElement('canvas');
    canvas.width = data.columns;
    canvas.height = data.rows;
    side.cells = canvas.getContext('2d', {willReadFrequently: true});
    side.cells.drawImage(side.pixels, 0, 0);
    return side.cells;
  }

  const palettes = data.scales.map(scale => scale.palette.match(/.{6}/g).map(c => parseInt(c, 16)));
  function number(side, column, row) {
    const context = cells(side);
    if (!context) return '';
    const [red, green, blue, alpha] = context.getImageData(column, row, 1, 1).data;
    if (alpha === 0) return 'no value';
    const colours = palettes[side.layer.scale], scale = data.scales[side.layer.scale], last = colours.length - 1;
    const index = colours.indexOf(red << 16 | green << 8 | blue);
    if (index < 0) return '';
    const step = (scale.high - scale.low) / last, digits = Math.min(Math.max(Math.ceil(-Math.log10(step)), 0), 6);
    const text = minus((scale.low + step * index).toFixed(digits));
    return (index === 0 ? 'at most ' : index === last ? 'at least ' : '') + text;
  }

  // Longitude and latitude at a place of the raster: shares of its width from the west, of its height from the north.
  function degrees(right, down) {
    const {rows, columns, longitude, latitude} = data.places;
    const x = right * (columns - 1), y = down * (rows - 1);  // beyond the raster the outermost squares go on
    const square = (place, squares) => Math.min(Math.max(Math.floor(place), 0), squares - 1);
    const column = square(x, columns - 1), row = square(y, rows - 1);
    const corners = [0, 1, columns, columns + 1].map(step => row * columns + column + step);
    if (corners.some(i => longitude[i] === null)) return null;
    const between = values => {
      const [a, b, c, d] = corners.map(i => values[i]), u = x - column, v = y - row;
      return (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d);
    };
    return [between(longitude), between(latitude)];
  }

  // Columns from the west and rows from the north, with their fractions.
  function cellAt({lng, lat}) {
    const south = height - lat;
    return [lng - shift - data.lean * south, south / height * data.rows];
  }
  const at = latlng => {
    const [column, row] = cellAt(latlng);
    return degrees(column / data.columns, row / data.rows);
  };

  function place(latlng) {
    const [column, row] = cellAt(latlng);
    if (!data.places) return `column ${Math.floor(column)}, row ${Math.floor(data.rows - row)} from the south`;
    const found = at(latlng);
    if (!found) return 'no place on the globe';
    const longitude = found[0] - 360 * Math.round(found[0] / 360), latitude = found[1];
    const text = (degree, positive, negative) => `${Math.abs(degree).toFixed(3)}\u00b0${degree < 0 ? negative : positive}`;
    return `${text(latitude, 'N', 'S')} ${text(longitude, 'E', 'W')}`;
  }

  const hint = 'Drag to move; pinch, + and \u2212, or click and turn the wheel to zoom. Point at a cell for its values.';
  function read(latlng) {
    const [column, row] = cellAt(latlng).map(Math.floor);
    if (column < 0 || row < 0 || column >= data.columns || row >= data.rows) {
      value.textContent = hint;
      return;
    }
    const layers = sides[0].layer === sides[1].layer ? sides.slice(0, 1) : sides;
    const line = (text, element) => Object.assign(document.createElement(element), {textContent: text});
    value.replaceChildren(line(place(latlng), 'strong'),
                          ...layers.map(s => line(`${s.layer.name}: ${number(s, column, row)}`, 'span')));
  }

  // Who has no pointer moves the map under a cross.
  let pointer = false;
  function readMiddle() {
    const keyboard = document.activeElement === frame && !pointer;
    box.classList.toggle('by-keyboard', keyboard);
    value.setAttribute('aria-live', keyboard ? 'polite' : 'off');
    if (keyboard) read(map.getCenter());
  }

  // The length of a pixel in the middle of the view, along the map's rows.
  const Scale = L.Control.extend({
    options: {position: 'bottomleft'},
    onAdd() {
      this.bar = L.DomUtil.create('div', 'scale-bar');
      map.on('move zoomend resize', this.update, this);
      this.update();
      return this.bar;
    },
    update() {
      const middle = map.getSize().divideBy(2), most = 120, radius = 6371.007;
      const [west, east] = [-most / 2, most / 2].map(x => at(map.containerPointToLatLng(middle.add([x, 0]))));
      const rad = degree => degree * Math.PI / 180;
      const length = west && east ? 2 * radius * Math.asin(Math.sqrt(
        Math.sin(rad(east[1] - west[1]) / 2) ** 2 +
        Math.cos(rad(west[1])) * Math.cos(rad(east[1])) * Math.sin(rad(east[0] - west[0]) / 2) ** 2)) : 0;
      this.bar.hidden = !(length > 0);
      if (this.bar.hidden) return;
      const power = 10 ** Math.floor(Math.log10(length)), round = [5, 2, 1].find(n => n * power <= length) * power;
      this.bar.style.width = most * round / length + 'px';
      this.bar.textContent = round < 1 ? `${1000 * round} m` : `${round} km`;
    }
  });

  function offer() {
    const layers = data.layers.filter(l => l.window === +(windows ? windows.value : 0)), names = layers.map(l => l.name);
    for (const side of sides) {
      const wanted = [side.select.value, data[side.name], names[0]].find(name => names.includes(name));
      const headings = new Map();
      const under = heading => {
        if (!headings.has(heading)) headings.set(heading, Object.assign(document.createElement('optgroup'), {label: heading}));
        return headings.get(heading);
      };
      side.select.replaceChildren();
      for (const {name, group} of layers) {
        if (group) side.select.append(under(group));
        (group ? under(group) : side.select).append(new Option(name));
      }
      side.select.value = wanted;
      show(side);
    }
    drawLines();
  }

  for (const side of sides) side.select.addEventListener('change', () => { show(side); drawLines(); });
  if (windows) {
    data.windows.forEach((name, i) => windows.add(new Option(name, i)));
    windows.addEventListener('change', offer);
  }
  for (const box of [coasts, outline]) if (box) box.addEventListener('change', drawLines);
  slider.addEventListener('input', cut);
  frame.addEventListener('mousedown', () => { pointer = true; });
  frame.addEventListener('keydown', () => { pointer = false; readMiddle(); });
  map.on('move resize', cut).on('moveend', readMiddle).on('focus blur', readMiddle);
  map.on('mousemove click', event => read(event.latlng)).on('mouseout', () => {
    if (!box.classList.contains('by-keyboard')) value.textContent = hint;
  });
  fit();
  const [west, east, south, north] = data.start;
  map.fitBounds([[south, west], [north, east]], {padding: [4, 4]});
  map.on('resize', fit);
  if (data.places) map.addControl(new Scale());
  offer();
  cut();
}
