/* Where lines run: straight, or as arcs beside their parallels; one to the node itself is a loop. */

const LOOP = 22;

const ends = (line) => [bodies[line.from], bodies[line.to]];

const control = (from, to, bend) => {
  const [dx, dy] = [to.x - from.x, from.y - to.y];
  const length = Math.hypot(dx, dy);
  const share = (Math.abs(bend) + 1) / 2;
  const turn = bend > 0 ? share : 1 - share;
  const angle = Math.atan2(dy, dx) + turn * Math.PI;
  return { x: from.x + share * length * Math.sin(angle), y: from.y + share * length * Math.cos(angle) };
};

/* The point that bends the line, or null where it is straight. */
const viaOf = (line, from, to) => (line.bend ? control(from, to, line.bend) : null);

const between = (one, other, at) => ({ x: one.x + (other.x - one.x) * at, y: one.y + (other.y - one.y) * at });

const loopOf = (node) => ({ x: node.x + node.options.size * 0.7 + LOOP * 0.7, y: node.y - node.options.size * 0.7 - LOOP * 0.7 });

const pointOn = (line, at) => {
  const [from, to] = ends(line);
  if (from === to) {
    const middle = loopOf(from);
    const angle = (at - 0.5) * 1.6 * Math.PI - Math.PI / 4;
    return { x: middle.x + LOOP * Math.cos(angle), y: middle.y + LOOP * Math.sin(angle) };
  }
  const via = viaOf(line, from, to);
  return via === null ? between(from, to, at) : between(between(from, via, at), between(via, to, at), at);
};

/* The part of a line's way at which it meets the border of the node that it points to, by halving the interval. */
const arrival = (line, context) => {
  const to = bodies[line.to];
  let [low, high] = line.from === line.to ? [0.6, 1] : [0, 1];
  for (let round = 0; round < 12; round += 1) {
    const middle = (low + high) / 2;
    const { x, y } = pointOn(line, middle);
    const border = to.distanceToBorder(context, Math.atan2(y - to.y, x - to.x));
    if (Math.hypot(x - to.x, y - to.y) > border) low = middle;
    else high = middle;
  }
  return low;
};

const MARGIN = 40;
const lineInside = (line, area) => {
  const [from, to] = ends(line);
  const bulge = line.bend || from === to ? Math.hypot(to.x - from.x, to.y - from.y) / 2 + MARGIN : MARGIN;
  return (
    Math.min(from.x, to.x) - bulge < area.right &&
    Math.max(from.x, to.x) + bulge > area.left &&
    Math.min(from.y, to.y) - bulge < area.bottom &&
    Math.max(from.y, to.y) + bulge > area.top
  );
};

const distanceToPiece = (point, from, to) => {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy || 1);
  return Math.hypot(point.x - from.x - dx * Math.min(1, Math.max(0, along)), point.y - from.y - dy * Math.min(1, Math.max(0, along)));
};

const distanceTo = (line, point) => {
  const pieces = line.bend || line.from === line.to ? 12 : 1;
  let nearest = Infinity;
  for (let piece = 0; piece < pieces; piece += 1) {
    nearest = Math.min(nearest, distanceToPiece(point, pointOn(line, piece / pieces), pointOn(line, (piece + 1) / pieces)));
  }
  return nearest;
};

/* The line under a point, if one is no farther than a hand is steady. */
const lineUnder = (point) => {
  const reach = 6 / network.getScale();
  const around = { left: point.x - reach, right: point.x + reach, top: point.y - reach, bottom: point.y + reach };
  let best = null;
  let nearest = reach;
  for (const line of shownLines) {
    if (!lineInside(line, around)) continue;
    const distance = distanceTo(line, point);
    if (distance <= nearest) [best, nearest] = [line, distance];
  }
  return best;
};
