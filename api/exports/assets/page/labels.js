/* Labels of lines, above all of them, each where it covers neither a node nor another label: along its line a few
 * places are tried, the middle first. */

const LABEL_SIZE = 12;
const LABEL_LINE = 16;
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8];
const CELL = 160;
let labels = null;

const overlap = (one, other) =>
  Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));

/* Boxes by the squares of a grid, so that each asks only its neighbours. */
const grid = () => {
  const cells = new Map();
  const squares = (box) => {
    const found = [];
    for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x += 1) {
      for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y += 1) found.push(`${x} ${y}`);
    }
    return found;
  };
  return {
    add: (box) => {
      for (const square of squares(box)) {
        if (cells.has(square)) cells.get(square).push(box);
        else cells.set(square, [box]);
      }
    },
    cost: (box) => {
      const near = new Set(squares(box).flatMap((square) => cells.get(square) || []));
      return [...near].reduce((sum, other) => sum + overlap(box, other), 0);
    },
  };
};

const captionWidths = new Map();
const captionWidth = (context, node) => {
  if (!captionWidths.has(node.id)) {
    captionWidths.set(node.id, Math.max(...node.label.split("\n").map((line) => context.measureText(line).width)));
  }
  return captionWidths.get(node.id);
};

/* A node's shape and its caption; vis-network's own box forgets the caption after each change. */
const nodeBoxes = (context, node) => {
  if (isBox(node)) return [network.getBoundingBox(node.id)];
  const { x, y } = bodies[node.id];
  const half = captionWidth(context, node) / 2 + 2;
  const foot = y + node.size;
  return [
    { left: x - node.size, right: x + node.size, top: y - node.size, bottom: foot },
    { left: x - half, right: x + half, top: foot, bottom: foot + 6 + node.label.split("\n").length * 14 },
  ];
};

const boxAt = (line, at, width, height) => {
  const { x, y } = pointOn(line, at);
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
};

const placed = (context, line, taken) => {
  const texts = line.label.split("\n");
  const width = Math.max(...texts.map((text) => context.measureText(text).width)) + 8;
  let best = null;
  for (const at of PLACES) {
    const box = boxAt(line, at, width, texts.length * LABEL_LINE);
    const cost = taken.cost(box);
    if (best === null || cost < best.cost) best = { box, cost };
    if (cost === 0) break;
  }
  taken.add(best.box);
  return { line, texts, box: best.box };
};

const placeLabels = (context) => {
  const shown = shownLines.filter((line) => lineBright(line) && lineLabelled(line)).reverse();
  if (!shown.length) return [];
  const taken = grid();
  context.font = `13px ${look.sans}`;
  for (const node of shownNodes) nodeBoxes(context, node).forEach(taken.add);
  context.font = `${LABEL_SIZE}px ${look.sans}`;
  return shown.map((line) => placed(context, line, taken));
};

const drawLabel = (context, { line, texts, box }) => {
  context.fillStyle = look.halo;
  context.beginPath();
  context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 5);
  context.fill();
  const isSelected = state.selected !== null && state.selected.line === line.id;
  context.fillStyle = line.tone === "finding" ? look.findingText : isSelected ? look.text : look.quiet;
  texts.forEach((text, index) => context.fillText(text, (box.left + box.right) / 2, box.top + LABEL_LINE * (index + 0.5) + 0.5));
};

const drawLabels = (context) => {
  if (network.getScale() < FAR) return;
  if (labels === null || state.loose) labels = placeLabels(context);
  const area = screen();
  context.font = `${LABEL_SIZE}px ${look.sans}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const label of labels) if (overlap(label.box, area) > 0) drawLabel(context, label);
};

const labelUnder = ({ x, y }) => {
  if (labels === null || network.getScale() < FAR) return null;
  const found = labels.find(({ box }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
  return found ? found.line : null;
};

const relabel = () => {
  labels = null;
  network.redraw();
};
