/* Draws the network and everything around it. Text from logs is only ever set as text, never as markup. */
"use strict";

(() => {
  const started = performance.now();
  const { nodes: nodeList, edges: edgeList, page, options } = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

  const home = new Map(nodeList.map((node) => [node.id, { x: node.x, y: node.y }]));
  const nodeById = new Map(nodeList.map((node) => [node.id, node]));
  const edgeById = new Map(edgeList.map((edge) => [edge.id, edge]));
  const incident = new Map(nodeList.map((node) => [node.id, []]));
  for (const edge of edgeList) {
    incident.get(edge.from).push(edge);
    if (edge.to !== edge.from) incident.get(edge.to).push(edge);
  }

  /* What is shown now: hidden kinds and types, search hits, and what is selected. */
  const state = {
    kinds: new Set(),
    types: new Set(page.types.filter((type) => !type.shown).map((type) => type.name)),
    hits: null,
    selected: null,
    hovered: null,
    loose: false,
    moved: false,
  };

  /* --- small helpers for elements --- */

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") made.className = value;
      else if (name === "click") made.addEventListener("click", value);
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };

  const drawing = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  const SHAPES = {
    dot: ["circle", { cx: 9, cy: 7, r: 5.5 }],
    ellipse: ["ellipse", { cx: 9, cy: 7, rx: 8, ry: 5 }],
    square: ["rect", { x: 4, y: 2, width: 10, height: 10 }],
    box: ["rect", { x: 1, y: 2.5, width: 16, height: 9, rx: 2.5 }],
    diamond: ["path", { d: "M9 .5 15.5 7 9 13.5 2.5 7Z" }],
    triangle: ["path", { d: "M9 1 16 13H2Z" }],
    hexagon: ["path", { d: "M5.8 1.5h6.4L15.4 7l-3.2 5.5H5.8L2.6 7Z" }],
    star: ["path", { d: "m9 .4 2 4.5 4.9.5-3.7 3.2 1.1 4.8L9 10.9l-4.3 2.5 1.1-4.8L2.1 5.4 7 4.9Z" }],
  };

  const swatch = (name, attributes) => {
    const svg = drawing("svg", { viewBox: "0 0 18 14", "aria-hidden": "true" });
    svg.append(drawing(name, attributes));
    return svg;
  };

  /* --- colours and visibility --- */

  const textOf = (node) => {
    const details = page.nodes[node.id];
    const rows = details.records.flatMap((record) => record.rows.flatMap((row) => row[1]));
    return [details.name, details.kind, node.label, node.id, ...rows].join("\n").toLowerCase();
  };
  const searchable = new Map(nodeList.map((node) => [node.id, textOf(node)]));

  const nodeHidden = (id) => state.kinds.has(nodeById.get(id).kind);
  const edgeHidden = (edge) => state.types.has(edge.kind) || nodeHidden(edge.from) || nodeHidden(edge.to);

  /* The nodes that stay bright: the hits of a search, else what is selected and its neighbours, else all. */
  const bright = () => {
    if (state.hits) return state.hits;
    if (!state.selected) return null;
    if (state.selected.edge) {
      const edge = edgeById.get(state.selected.edge);
      return new Set([edge.from, edge.to]);
    }
    const near = incident.get(state.selected.node).filter((edge) => !edgeHidden(edge));
    return new Set([state.selected.node, ...near.flatMap((edge) => [edge.from, edge.to])]);
  };

  const edgeBright = (edge, lit) => {
    if (!lit) return true;
    if (state.selected && state.selected.edge) return edge.id === state.selected.edge;
    if (state.selected && !state.hits) return edge.from === state.selected.node || edge.to === state.selected.node;
    return lit.has(edge.from) && lit.has(edge.to);
  };

  const edgeLabelled = (edge, lit) => {
    if (!page.quiet || edge.tone === "finding") return true;
    if (state.hovered === edge.from || state.hovered === edge.to || state.hovered === edge.id) return true;
    return lit !== null && edgeBright(edge, lit);
  };

  const isBox = (node) => node.shape === "box" || node.shape === "ellipse";

  const looks = () => ({
    text: style("text"),
    quiet: style("quiet"),
    halo: page.bands.length ? style("band") : style("ground"),
    finding: style("finding"),
    findingText: style("finding-text"),
    flow: style("edge"),
    other: style("edge-other"),
    sans: style("sans"),
  });
  let look = looks();

  const nodeLook = (node, lit) => {
    const isDim = lit !== null && !lit.has(node.id) && node.kind !== "Host";
    const isHit = state.hits !== null && state.hits.size < nodeList.length && state.hits.has(node.id);
    const font = {
      face: look.sans,
      size: 13,
      color: isBox(node) ? "#ffffff" : look.text,
      background: isBox(node) || isDim ? undefined : look.halo,
    };
    return {
      id: node.id,
      hidden: nodeHidden(node.id),
      opacity: isDim ? 0.16 : 1,
      font: isDim ? { ...font, color: faded(font.color) } : font,
      borderWidth: isHit ? 4 : 0,
      color: {
        background: node.color,
        border: isHit ? look.findingText : node.color,
        highlight: { background: node.color, border: look.text },
        hover: { background: node.color, border: look.text },
      },
    };
  };

  const faded = (color) => `color-mix(in srgb, ${color} 25%, transparent)`;

  const edgeLook = (edge, lit) => {
    const isFinding = edge.tone === "finding";
    const isDim = !edgeBright(edge, lit);
    const color = look[edge.tone];
    return {
      id: edge.id,
      hidden: edgeHidden(edge),
      width: isFinding ? 3.5 : edge.tone === "flow" ? 1.6 : 1.2,
      dashes: edge.tone === "other" ? [6, 4] : false,
      label: undefined,
      color: { color, highlight: isFinding ? color : look.text, hover: isFinding ? color : look.text, opacity: isDim ? 0.12 : page.quiet && !isFinding && lit === null ? 0.55 : 1 },
    };
  };

  /* --- the network --- */

  const container = $("network");
  let lit = null;
  const nodes = new vis.DataSet(nodeList.map((node) => ({ ...node, ...nodeLook(node, null), title: hoverText(page.nodes[node.id]) })));
  const edges = new vis.DataSet(edgeList.map((edge) => ({ ...edge, ...edgeLook(edge, null), title: edgeTitle(edge) })));
  const network = new vis.Network(container, { nodes, edges }, options);

  function hoverText(details) {
    return `${details.kind}\n${clip(details.name)}`;
  }

  function edgeTitle(edge) {
    const details = page.edges[edge.id];
    return `${details.kind}\n${details.span}`;
  }

  function clip(text) {
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
  }

  const paint = () => {
    lit = bright();
    nodes.update(nodeList.map((node) => nodeLook(node, lit)));
    edges.update(edgeList.map((edge) => edgeLook(edge, lit)));
    labels = null;
  };

  /* --- labels of relationships ---
   * Drawn by the page, above all lines, each where it covers neither a node nor another label: along its line a few
   * places are tried, the middle first. */

  const LABEL_SIZE = 12;
  const LABEL_LINE = 16;
  const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8];
  let labels = null;

  const control = (from, to, smooth) => {
    const [dx, dy] = [to.x - from.x, from.y - to.y];
    const length = Math.hypot(dx, dy);
    const share = (smooth.roundness + 1) / 2;
    const turn = smooth.type === "curvedCW" ? share : 1 - share;
    const angle = Math.atan2(dy, dx) + turn * Math.PI;
    return { x: from.x + share * length * Math.sin(angle), y: from.y + share * length * Math.cos(angle) };
  };

  const pointOn = (edge, at) => {
    const [from, to] = [network.getPosition(edge.from), network.getPosition(edge.to)];
    if (edge.from === edge.to) return { x: from.x + 34, y: from.y - 34 };
    const via = edge.smooth.enabled ? control(from, to, edge.smooth) : { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const back = 1 - at;
    return {
      x: back * back * from.x + 2 * back * at * via.x + at * at * to.x,
      y: back * back * from.y + 2 * back * at * via.y + at * at * to.y,
    };
  };

  const overlap = (one, other) =>
    Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
    Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));

  const boxAt = (edge, at, width, height) => {
    const { x, y } = pointOn(edge, at);
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  };

  /* A node's shape and its caption; vis-network's own box forgets the caption after each change. */
  const nodeBoxes = (context, node) => {
    if (isBox(node)) return [network.getBoundingBox(node.id)];
    const { x, y } = network.getPosition(node.id);
    const lines = node.label.split("\n");
    const half = Math.max(...lines.map((line) => context.measureText(line).width)) / 2 + 2;
    const foot = y + node.size;
    return [
      { left: x - node.size, right: x + node.size, top: y - node.size, bottom: foot },
      { left: x - half, right: x + half, top: foot, bottom: foot + 6 + lines.length * 14 },
    ];
  };

  const placeLabels = (context) => {
    context.font = `13px ${look.sans}`;
    const taken = nodeList.filter((node) => !nodeHidden(node.id)).flatMap((node) => nodeBoxes(context, node));
    context.font = `${LABEL_SIZE}px ${look.sans}`;
    const shown = edgeList.filter((edge) => !edgeHidden(edge) && edgeBright(edge, lit) && edgeLabelled(edge, lit));
    shown.sort((one, other) => (other.tone === "finding") - (one.tone === "finding"));
    return shown.map((edge) => {
      const lines = edge.label.split("\n");
      const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 8;
      const height = lines.length * LABEL_LINE;
      let best = null;
      for (const at of PLACES) {
        const box = boxAt(edge, at, width, height);
        const cost = taken.reduce((sum, other) => sum + overlap(box, other), 0);
        if (best === null || cost < best.cost) best = { box, cost };
        if (cost === 0) break;
      }
      taken.push(best.box);
      return { edge, lines, box: best.box };
    });
  };

  const drawLabels = (context) => {
    if (network.getScale() < 0.4) return;
    if (labels === null || state.loose) labels = placeLabels(context);
    context.font = `${LABEL_SIZE}px ${look.sans}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const { edge, lines, box } of labels) {
      context.fillStyle = look.halo;
      context.beginPath();
      context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 5);
      context.fill();
      const isSelected = state.selected !== null && state.selected.edge === edge.id;
      context.fillStyle = edge.tone === "finding" ? look.findingText : isSelected ? look.text : look.quiet;
      lines.forEach((line, index) => context.fillText(line, (box.left + box.right) / 2, box.top + LABEL_LINE * (index + 0.5) + 0.5));
    }
  };

  const labelUnder = ({ x, y }) => {
    if (labels === null || network.getScale() < 0.4) return null;
    const found = labels.find(({ box }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
    return found ? found.edge : null;
  };

  const relabel = () => {
    labels = null;
    network.redraw();
  };
  network.on("afterDrawing", drawLabels);
  network.on("dragging", (event) => { if (event.nodes.length) labels = null; });
  network.on("dragEnd", (event) => { if (event.nodes.length) relabel(); });

  /* Hosts behind everything; while physics moves the nodes a band would only mislead. */
  network.on("beforeDrawing", (context) => {
    if (state.loose) return;
    const [fill, line, name] = [style("band"), style("band-line"), style("quiet")];
    for (const band of page.bands) {
      context.beginPath();
      context.roundRect(band.left, band.top, band.right - band.left, band.bottom - band.top, 14);
      context.fillStyle = fill;
      context.fill();
      context.strokeStyle = line;
      context.lineWidth = 1;
      context.stroke();
      const scale = network.getScale();
      const headed = has(page.nodes, band.host) && !nodeHidden(band.host);
      if (headed && scale > 0.6) continue;
      context.fillStyle = name;
      context.font = `600 ${Math.max(15, 13 / scale)}px ${look.sans}`;
      context.textAlign = "left";
      context.textBaseline = "top";
      const from = headed ? network.getBoundingBox(band.host).right : band.left;
      context.fillText(band.label, from + 16, band.top + 13);
    }
  });

  /* Findings stay visible from afar, where a line of the usual width would vanish. */
  network.on("beforeDrawing", (context) => {
    const scale = network.getScale();
    if (scale > 0.6) return;
    context.strokeStyle = look.finding;
    context.lineWidth = 2.4 / scale;
    for (const edge of edgeList) {
      if (edge.tone !== "finding" || edge.from === edge.to || edgeHidden(edge) || !edgeBright(edge, lit)) continue;
      context.beginPath();
      for (let step = 0; step <= 12; step += 1) {
        const { x, y } = pointOn(edge, step / 12);
        context.lineTo(x, y);
      }
      context.stroke();
    }
  });

  /* The whole picture, beside the legend where there is room for both; small ones are not blown up. */
  const fit = () => {
    const boxes = [...page.bands, ...nodeList.filter((node) => !nodeHidden(node.id)).map((node) => {
      const at = home.get(node.id);
      return { left: at.x - 90, right: at.x + 90, top: at.y - 40, bottom: at.y + 58 };
    })];
    if (!boxes.length) return;
    const left = Math.min(...boxes.map((box) => box.left));
    const right = Math.max(...boxes.map((box) => box.right));
    const top = Math.min(...boxes.map((box) => box.top));
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    const [width, height] = [container.clientWidth, container.clientHeight];
    const legend = $("legend").open && width > 800 ? $("legend").offsetWidth + 14 : 0;
    const scale = Math.min((width - legend - 40) / (right - left), (height - 40) / (bottom - top), 1.3);
    network.moveTo({
      position: { x: (left + right) / 2 - legend / 2 / scale, y: (top + bottom) / 2 },
      scale: Math.max(scale, 0.02),
    });
  };

  const refit = () => {
    if (!state.moved) fit();
  };
  let fitted = "";
  network.on("initRedraw", () => {
    const size = `${container.clientWidth} ${container.clientHeight}`;
    if (size === fitted) return;
    fitted = size;
    refit();
  });
  network.on("zoom", () => { state.moved = true; });
  network.on("dragStart", () => { state.moved = true; });
  $("legend").addEventListener("toggle", refit);

  const centre = (id) => {
    state.moved = true;
    const scale = Math.max(network.getScale(), 0.9);
    const legend = $("legend").open ? $("legend").offsetWidth : 0;
    const shift = container.clientWidth > 900 ? (400 - legend) / 2 : 0;
    const animation = matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 };
    network.focus(id, { scale, offset: { x: -shift, y: 0 }, animation });
  };

  /* --- the panel --- */

  const link = (text, note, click) => {
    const made = element("button", { type: "button", class: "link", click }, text);
    if (note) made.append(element("small", {}, note));
    return made;
  };

  const kindOf = (id) => {
    const second = nodeById.get(id).label.split("\n")[1];
    return page.nodes[id].kind + (second ? ` · ${second}` : "");
  };

  const propertyList = (rows) => {
    const list = element("dl");
    for (const [name, values, doc] of rows) {
      list.append(element("dt", doc ? { title: doc } : {}, name), element("dd", {}, valueText(values)));
    }
    return list;
  };

  const valueText = (values) => {
    const shown = values.slice(0, 50).join("\n");
    return values.length > 50 ? `${shown}\n… ${values.length - 50} more` : shown;
  };

  const evidenceList = (citations) => {
    const list = element("ul");
    for (const citation of citations) list.append(element("li", { class: "citation" }, citation));
    return [element("h3", {}, "Evidence"), citations.length ? list : element("p", { class: "missing" }, page.unknown)];
  };

  const recordBox = (record, withEvidence) => {
    const box = element("div", { class: "record" }, propertyList(record.rows));
    if (withEvidence || record.evidence.length) box.append(...evidenceList(record.evidence));
    if (record.missing.length) {
      box.append(element("p", { class: "missing" }, `${page.unknown}: ${record.missing.join(", ")}`));
    }
    return box;
  };

  const relationshipList = (id) => {
    const near = incident.get(id);
    const list = element("div", {}, element("h3", {}, `Relationships (${near.length})`));
    for (const edge of near.slice(0, 200)) {
      const other = edge.from === id ? edge.to : edge.from;
      const arrow = edge.from === id ? "→" : "←";
      const details = page.edges[edge.id];
      list.append(link(`${details.name} ${arrow} ${clip(page.nodes[other].name)}`, details.span, () => select({ edge: edge.id })));
    }
    if (near.length > 200) list.append(element("p", { class: "more" }, `… ${near.length - 200} more`));
    return list;
  };

  const endList = (edge) =>
    element("div", {}, ...[["from", edge.from], ["to", edge.to]].map(([word, id]) =>
      link(clip(page.nodes[id].name), `${word} · ${kindOf(id)}`, () => select({ node: id }, true))));

  const showPanel = (details, isFinding, ...parts) => {
    $("panel").classList.toggle("is-finding", isFinding);
    $("panel-kind").textContent = details.kind;
    $("panel-name").textContent = details.name;
    $("panel-body").replaceChildren(...parts);
    $("panel").hidden = false;
    $("panel").scrollTop = 0;
  };

  const showNode = (id) => {
    const details = page.nodes[id];
    const records = details.records.map((record) => recordBox(record, false));
    showPanel(details, nodeById.get(id).kind === "Movement", ...records, ...(incident.get(id).length ? [relationshipList(id)] : []));
  };

  const showEdge = (id) => {
    const edge = edgeById.get(id);
    const details = page.edges[id];
    const records = details.records.slice(0, 100).map((record) => recordBox(record, true));
    const count = details.records.length;
    const heading = element("h3", {}, count > 1 ? `${count} records` : "Record");
    const more = count > 100 ? [element("p", { class: "more" }, `… ${count - 100} more`)] : [];
    showPanel(details, edge.tone === "finding", endList(edge), element("p", { class: "missing" }, details.span), heading, ...records, ...more);
  };

  const select = (what, move) => {
    state.selected = what;
    state.hits = null;
    if (!what) {
      $("panel").hidden = true;
      network.unselectAll();
    } else if (what.node !== undefined) {
      network.selectNodes([what.node], false);
      showNode(what.node);
      if (move) centre(what.node);
    } else {
      network.setSelection({ nodes: [], edges: [what.edge] }, { highlightEdges: false });
      showEdge(what.edge);
    }
    paint();
  };

  network.on("click", (event) => {
    if (event.nodes.length) select({ node: event.nodes[0] });
    else if (labelUnder(event.pointer.canvas)) select({ edge: labelUnder(event.pointer.canvas).id });
    else if (event.edges.length) select({ edge: event.edges[0] });
    else select(null);
    closeHits();
  });
  const hover = (id) => {
    state.hovered = id;
    if (page.quiet) relabel();
  };
  network.on("hoverNode", (event) => hover(event.node));
  network.on("hoverEdge", (event) => hover(event.edge));
  network.on("blurNode", () => hover(null));
  network.on("blurEdge", () => hover(null));

  /* --- search --- */

  const LISTED = 40;
  let hitButtons = [];
  let current = -1;

  const search = () => {
    const wanted = $("search").value.trim().toLowerCase();
    const found = wanted ? nodeList.filter((node) => !nodeHidden(node.id) && searchable.get(node.id).includes(wanted)) : [];
    state.hits = wanted ? new Set(found.map((node) => node.id)) : null;
    listHits(wanted, found);
    paint();
  };

  const listHits = (wanted, found) => {
    current = -1;
    hitButtons = found.slice(0, LISTED).map((node) => {
      const details = page.nodes[node.id];
      return link(clip(details.name), kindOf(node.id), () => take(node.id));
    });
    const note = found.length > LISTED ? [element("li", {}, element("p", {}, `… ${found.length - LISTED} more`))] : [];
    const none = wanted && !found.length ? [element("li", {}, element("p", {}, "Nothing found"))] : [];
    $("hits").replaceChildren(...hitButtons.map((button) => element("li", {}, button)), ...note, ...none);
    $("hits").hidden = !wanted;
    $("hit-count").textContent = wanted ? `${found.length} found` : "";
  };

  const closeHits = () => {
    $("hits").hidden = true;
    current = -1;
  };

  const take = (id) => {
    closeHits();
    select({ node: id }, true);
    $("panel").focus();
  };

  const walk = (step) => {
    if (!hitButtons.length) return;
    current = (current + step + hitButtons.length) % hitButtons.length;
    hitButtons.forEach((button, index) => button.setAttribute("aria-selected", String(index === current)));
    hitButtons[current].scrollIntoView({ block: "nearest" });
  };

  $("search").addEventListener("input", search);
  $("search").addEventListener("focus", () => { if ($("search").value.trim()) search(); });
  $("search").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      walk(step);
    } else if (event.key === "Enter" && hitButtons.length) {
      event.preventDefault();
      hitButtons[Math.max(current, 0)].click();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== $("search") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      $("search").focus();
      $("search").select();
    } else if (event.key === "Escape") {
      $("search").value = "";
      closeHits();
      select(null);
      container.focus();
    }
  });
  $("close").addEventListener("click", () => select(null));

  /* --- legend --- */

  const legendItem = (set, entry, words, picture, redo) => {
    const made = element("button", { type: "button", class: "item", title: entry.doc || entry.name, "aria-pressed": String(!set.has(entry.name)) },
      picture, element("span", { class: "name" }, words), element("span", { class: "count" }, entry.count.toLocaleString("en")));
    made.addEventListener("click", () => {
      if (set.has(entry.name)) set.delete(entry.name);
      else set.add(entry.name);
      made.setAttribute("aria-pressed", String(!set.has(entry.name)));
      redo();
    });
    return made;
  };

  for (const kind of page.kinds) {
    const [name, attributes] = has(SHAPES, kind.shape) ? SHAPES[kind.shape] : SHAPES.dot;
    $("kinds").append(legendItem(state.kinds, kind, kind.name, swatch(name, { ...attributes, fill: kind.color }), paint));
  }
  for (const type of page.types) {
    const line = swatch("line", { x1: 1, y1: 7, x2: 17, y2: 7, class: type.tone });
    const item = legendItem(state.types, type, type.words, line, paint);
    item.classList.add(`tone-${type.tone}`);
    $("types").append(item);
  }

  /* --- tools --- */

  const settle = (isLoose) => {
    state.loose = isLoose;
    $("physics").setAttribute("aria-pressed", String(isLoose));
    network.setOptions({
      physics: {
        enabled: isLoose,
        solver: "forceAtlas2Based",
        forceAtlas2Based: { gravitationalConstant: -90, springLength: 150, springConstant: 0.05, avoidOverlap: 0.6 },
        stabilization: false,
      },
    });
  };

  const reset = () => {
    settle(false);
    nodes.update(nodeList.map((node) => ({ id: node.id, ...home.get(node.id) })));
    state.moved = false;
    fit();
    relabel();
  };

  $("physics").addEventListener("click", () => (state.loose ? reset() : settle(true)));
  $("fit").addEventListener("click", reset);

  const repaint = () => {
    look = looks();
    paint();
    network.redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

  window.provgraph = Object.freeze({ network, select }); /* for the browser's console */

  $("empty").hidden = nodeList.length > 0;
  $("legend").hidden = nodeList.length === 0;
  if (innerWidth < 720) $("legend").open = false;

  /* Said once the first picture is there, so that whoever drives the page from outside can wait for it. */
  network.once("afterDrawing", () => {
    const data = document.documentElement.dataset;
    data.drawn = `${nodeList.length} nodes, ${edgeList.length} lines`;
    data.milliseconds = String(Math.round(performance.now() - started));
  });
  /* vis-network makes its own first view of everything, which knows neither the bands nor the legend. */
  network.once("afterDrawing", () => setTimeout(() => { refit(); relabel(); }, 0));
  network.redraw();
})();
