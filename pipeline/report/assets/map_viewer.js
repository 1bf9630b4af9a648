'use strict';
// Makes each .map-viewer live: two layers in Leaflet panes that are cut at the swipe's edge. Coordinates of the map are
// cells, stretched to what they measure on the ground.
for (const viewer of document.querySelectorAll('.map-viewer')) {
  const data = JSON.parse(viewer.querySelector('script').textContent);
  const part = name => viewer.querySelector(name);
  const box = part('.viewer-box'), slider = part('.swipe'), edge = part('.swipe-edge'), value = part('.viewer-value');
  const bars = viewer.querySelectorAll('.colour-bar'), stills = viewer.nextElementSibling;
  const height = data.columns * data.aspect, bounds = [[0, 0], [height, data.columns]];
  viewer.hidden = false;
  stills.open = false;
  addEventListener('beforeprint', () => { stills.open = true; });

  const map = L.map(part('.viewer-map'), {
    crs: L.CRS.Simple, zoomSnap: 0.25, zoomDelta: 0.75, wheelPxPerZoomLevel: 90, attributionControl: false,
    scrollWheelZoom: false, maxBoundsViscosity: 0.8, maxBounds: L.latLngBounds(bounds).pad(1)
  });
  // The wheel scrolls the page until the map is in use.
  map.on('focus', () => map.scrollWheelZoom.enable()).on('blur', () => map.scrollWheelZoom.disable());

  const picture = layer => document.getElementById(layer.image).getAttribute('href');
  const sides = ['left', 'right'].map(name => ({name, pane: map.createPane(name), overlay: null, layer: null,
                                                select: part(`[data-role=${name}]`), cells: null}));
  const windows = part('[data-role=window]');

  function cut() {
    const size = map.getSize(), north = map.containerPointToLayerPoint([0, 0]), south = map.containerPointToLayerPoint(size);
    const thumb = 40, at = thumb / 2 + slider.value / 1000 * (size.x - thumb);
    edge.style.left = at + 'px';
    const x = north.x + at;
    sides[0].pane.style.clip = `rect(${north.y}px,${x}px,${south.y}px,${north.x}px)`;
    sides[1].pane.style.clip = `rect(${north.y}px,${south.x}px,${south.y}px,${x}px)`;
  }

  function fit() {
    map.invalidateSize();
    const zoom = map.getBoundsZoom(bounds);
    map.setMinZoom(zoom - 1);
    map.setMaxZoom(Math.max(zoom + 1, 5));
    return zoom;
  }

  function show(side) {
    const layer = data.layers.find(l => l.name === side.select.value && l.window === +(windows ? windows.value : 0));
    side.layer = layer;
    side.cells = null;
    if (side.overlay) side.overlay.setUrl(picture(layer));
    else side.overlay = L.imageOverlay(picture(layer), bounds, {pane: side.name}).addTo(map);
    bars.forEach((bar, i) => { bar.hidden = !sides.some(s => s.layer && s.layer.scale === i); });
    value.textContent = hint;
  }

  // Of each layer's picture, the pixels; the palette leads back to the numbers.
  function cells(side) {
    if (side.cells) return side.cells;
    const image = side.overlay.getElement();
    if (!image.complete) return null;
    const canvas = document.createElement('canvas');
    canvas.width = data.columns;
    canvas.height = data.rows;
    side.cells = canvas.getContext('2d', {willReadFrequently: true});
    side.cells.drawImage(image, 0, 0);
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
    const text = (scale.low + (scale.high - scale.low) * index / last).toFixed(2).replace('-', '\u2212');
    return (index === 0 ? 'at most ' : index === last ? 'at least ' : '') + text;
  }

  function place(x, y) {
    if (!data.placed) return `column ${Math.floor(x)}, row ${Math.floor(y)} from the south`;
    if (!data.geographic) return `x ${(x / 1000).toFixed(1)} km, y ${(y / 1000).toFixed(1)} km`.replace(/-/g, '\u2212');
    return `${Math.abs(y).toFixed(2)}\u00b0${y < 0 ? 'S' : 'N'} ${Math.abs(x).toFixed(2)}\u00b0${x < 0 ? 'W' : 'E'}`;
  }

  const hint = 'Drag to move; pinch, + and \u2212, or click and turn the wheel to zoom. Point at a cell for its values.';
  function tell({latlng}) {
    const column = Math.floor(latlng.lng), row = Math.floor((1 - latlng.lat / height) * data.rows);
    if (column < 0 || row < 0 || column >= data.columns || row >= data.rows) {
      value.textContent = hint;
      return;
    }
    const [west, east, south, north] = data.edges;
    const where = place(west + (east - west) * latlng.lng / data.columns, south + (north - south) * latlng.lat / height);
    const layers = sides[0].layer === sides[1].layer ? sides.slice(0, 1) : sides;
    value.textContent = [where, ...layers.map(s => `${s.layer.name} ${number(s, column, row)}`)].join(' \u00b7 ');
  }

  function offer() {
    const names = data.layers.filter(l => l.window === +(windows ? windows.value : 0)).map(l => l.name);
    for (const side of sides) {
      const wanted = [side.select.value, data[side.name], names[0]].find(name => names.includes(name));
      side.select.replaceChildren(...names.map(name => new Option(name, name, false, name === wanted)));
      show(side);
    }
  }

  for (const side of sides) side.select.addEventListener('change', () => show(side));
  if (windows) {
    data.windows.forEach((name, i) => windows.add(new Option(name, i)));
    windows.addEventListener('change', offer);
  }
  slider.addEventListener('input', cut);
  map.on('move resize', cut).on('mousemove click', tell).on('mouseout', () => { value.textContent = hint; });
  fit();
  const [west, east, top, bottom] = data.start;
  map.fitBounds([[height * (1 - bottom), data.columns * west], [height * (1 - top), data.columns * east]]);
  map.on('resize', fit);
  offer();
  cut();
}
