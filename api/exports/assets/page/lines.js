/* Lines, many with one stroke: what looks the same is one path. */

const WIDTHS = { other: 1.2, flow: 1.6, finding: 3.5 };
const DASHES = [6, 4];

const trace = (context, line, end) => {
  const [from, to] = ends(line);
  if (from === to) {
    const { x, y } = loopOf(from);
    context.moveTo(x + LOOP, y);
    context.arc(x, y, LOOP, 0, 2 * Math.PI);
    return;
  }
  const via = isQuick() ? null : viaOf(line, from, to);
  context.moveTo(from.x, from.y);
  if (via === null) {
    const { x, y } = between(from, to, end);
    context.lineTo(x, y);
  } else {
    const bend = between(from, via, end);
    const { x, y } = between(bend, between(via, to, end), end);
    context.quadraticCurveTo(bend.x, bend.y, x, y);
  }
};

const traceArrow = (context, line, at, width) => {
  const tip = pointOn(line, at);
  const before = pointOn(line, Math.max(0, at - 0.03));
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const length = 8.25 + 3 * width;
  const corner = (back, aside) => [
    tip.x - length * (back * Math.cos(angle) + aside * Math.sin(angle)),
    tip.y - length * (back * Math.sin(angle) - aside * Math.cos(angle)),
  ];
  context.moveTo(tip.x, tip.y);
  context.lineTo(...corner(1, 0.3));
  context.lineTo(...corner(0.9, 0));
  context.lineTo(...corner(1, -0.3));
  context.closePath();
};

/* Up to the arrow's middle, so that its tip stays sharp. */
const arrowStart = (line, at, width) => {
  const [from, to] = ends(line);
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return Math.max(0, at - (8.25 + 3 * width) / 2 / length);
};

/* Where the lines end, of those whose end can be seen; others run on to the middle of the node. */
const tipsOf = (context, lines) => {
  const area = screen();
  const isSeen = ({ x, y }) => x > area.left - MARGIN && x < area.right + MARGIN && y > area.top - MARGIN && y < area.bottom + MARGIN;
  return new Map(lines.filter((line) => isSeen(bodies[line.to])).map((line) => [line, arrival(line, context)]));
};

const strokeAll = (context, lines, width, color, isDashed) => {
  const quick = isQuick();
  const tips = quick ? new Map() : tipsOf(context, lines);
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = width;
  context.setLineDash(isDashed && !quick ? DASHES : []);
  context.beginPath();
  for (const line of lines) trace(context, line, tips.has(line) ? arrowStart(line, tips.get(line), width) : 1);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  for (const [line, tip] of tips) traceArrow(context, line, tip, width);
  context.fill();
};

/* The more lines there are, the fainter each, so that nodes and captions stand out. */
const faintness = (count) => Math.min(0.55, Math.max(0.2, 200 / count));

const drawLines = (context, lines, isFaint) => {
  const scale = network.getScale();
  const area = screen();
  const seen = lines.filter((line) => lineInside(line, area));
  const opacity = isFaint ? faintness(seen.length) : 1;
  for (const tone of TONES) {
    const isFinding = tone === "finding";
    /* from afar a line of the usual width would vanish, a finding above all must not */
    const width = Math.max(WIDTHS[tone], (isFinding ? 2.4 : 0.7) / scale);
    context.globalAlpha = isFinding ? 1 : opacity;
    strokeAll(context, seen.filter((line) => line.tone === tone), width, look[tone], tone === "other");
  }
  context.globalAlpha = 1;
};

/* The line that the reader points to or has chosen. */
const drawChosen = (context) => {
  const ids = new Set([state.hovered, state.selected && state.selected.line]);
  for (const line of [...ids].map((id) => lineById.get(id))) {
    if (line === undefined || lineHidden(line)) continue;
    const color = line.tone === "finding" ? look.finding : look.text;
    strokeAll(context, [line], Math.max(WIDTHS[line.tone] + 1, 1.6 / network.getScale()), color, line.tone === "other");
  }
};
