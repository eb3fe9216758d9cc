/* One picture from back to front: hosts, lines, nodes, a veil over what is not asked for, and the rest above it. */

const bandPath = (context, band) => context.roundRect(band.left, band.top, band.right - band.left, band.bottom - band.top, 14);

/* While physics moves the nodes a band would only mislead. */
const bands = () => (state.loose ? [] : page.bands);

/* Above the nodes, since from afar a name is larger than the space for it. */
const drawBandName = (context, band) => {
  const scale = network.getScale();
  const headed = nodeById.has(band.host) && !nodeHidden(band.host);
  if (headed && scale > 0.6) return;
  context.fillStyle = look.quiet;
  context.font = `600 ${Math.max(15, 13 / scale)}px ${look.sans}`;
  context.textAlign = "left";
  context.textBaseline = "top";
  const from = headed ? network.getBoundingBox(band.host).right : band.left;
  const place = [from + Math.min(16, 8 / scale), band.top + 13];
  context.strokeStyle = look.band;
  context.lineWidth = 5 / scale;
  context.lineJoin = "round";
  context.strokeText(band.label, ...place);
  context.fillText(band.label, ...place);
};

/* The ground: hosts on the page, as a veil over what is there when it is not opaque. */
const drawGround = (context, opacity) => {
  const { left, top, right, bottom } = screen();
  context.globalAlpha = opacity;
  context.fillStyle = look.ground;
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  for (const band of bands()) bandPath(context, band);
  context.fill("evenodd");
  context.fillStyle = look.band;
  context.beginPath();
  for (const band of bands()) bandPath(context, band);
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = look.bandLine;
  context.lineWidth = Math.max(1, 1 / network.getScale());
  context.stroke();
};

/* How much of what is not asked for is covered. */
const VEIL = 0.82;

const ROUND = new Set(["dot", "ellipse", "hexagon", "star"]);

/* Nodes as dots, and for the mouse the places that vis-network notes when it draws them itself. */
const drawDots = (context, list) => {
  const least = 1.4 / network.getScale();
  for (const node of list) {
    const body = bodies[node.id];
    const half = Math.max(node.size, least);
    size(node.id).left = body.x - half;
    size(node.id).top = body.y - half;
    context.fillStyle = node.color;
    if (ROUND.has(node.shape) && half > least) {
      context.beginPath();
      context.arc(body.x, body.y, half, 0, 2 * Math.PI);
      context.fill();
    } else context.fillRect(body.x - half, body.y - half, 2 * half, 2 * half);
  }
};

const drawNodes = (context, list) => {
  if (isQuick()) {
    drawDots(context, list);
    return;
  }
  const area = screen();
  const captions = list
    .map((node) => bodies[node.id])
    .filter((body) => body.isBoundingBoxOverlappingWith(area))
    .map((body) => body.draw(context).drawExternalLabel);
  for (const caption of captions) if (caption) caption();
};

/* vis-network has no hook for drawing nodes another way from afar. */
const { renderer } = network;
const drawAsUsual = renderer._drawNodes.bind(renderer);
renderer._drawNodes = (context, always) => {
  if (!isQuick()) return drawAsUsual(context, always);
  drawDots(context, shownNodes);
  return { drawExternalLabels() {} };
};

/* Rings around what was found, from afar too. */
const ring = (context, id, color, gap) => {
  const { x, y } = bodies[id];
  const scale = network.getScale();
  const node = nodeById.get(id);
  context.strokeStyle = color;
  context.lineWidth = Math.max(3, 2 / scale);
  context.beginPath();
  if (isBox(node) && !isQuick()) {
    const box = network.getBoundingBox(id);
    context.roundRect(box.left - gap, box.top - gap, box.right - box.left + 2 * gap, box.bottom - box.top + 2 * gap, 6 + gap);
  } else context.arc(x, y, Math.max(node.size * (node.shape === "square" ? 1.3 : 1) + gap, 5 / scale), 0, 2 * Math.PI);
  context.stroke();
};

const drawRings = (context) => {
  for (const id of page.marked) if (!nodeHidden(id)) ring(context, id, look.accent, 4);
  if (state.hits !== null && state.hits.size < nodeList.length) {
    for (const id of state.hits) ring(context, id, look.findingText, 3);
  }
  if (isQuick() && state.selected && state.selected.node !== undefined) ring(context, state.selected.node, look.text, 3);
};

network.on("beforeDrawing", (context) => {
  drawGround(context, 1);
  drawLines(context, lit === null ? shownLines : shownLines.filter((line) => !lineBright(line)), page.quiet);
  if (lit === null) drawChosen(context);
});

network.on("afterDrawing", (context) => {
  if (lit !== null) {
    drawGround(context, VEIL);
    drawLines(context, shownLines.filter(lineBright), false);
    drawChosen(context);
    drawNodes(context, shownNodes.filter((node) => lit.has(node.id) || node.kind === "Host"));
  }
  drawRings(context);
  for (const band of bands()) drawBandName(context, band);
  drawLabels(context);
});

/* Something else is chosen, found or pointed to. */
const paint = () => {
  lit = bright();
  relabel();
};

/* The legend or the colours of the system changed. */
const refresh = () => {
  sift();
  nodes.update(nodeList.map(nodeLook));
  paint();
};
