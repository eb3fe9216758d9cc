/* What the page knows: nodes, lines, and the state of the view. */

const started = performance.now();
const $ = (id) => document.getElementById(id);
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

const { nodes: nodeList, edges: lineList, page, options } = JSON.parse($("data").textContent);
const nodeById = new Map(nodeList.map((node) => [node.id, node]));
const lineById = new Map(lineList.map((line) => [line.id, line]));
const home = new Map(nodeList.map((node) => [node.id, { x: node.x, y: node.y }]));
const incident = new Map(nodeList.map((node) => [node.id, []]));
for (const line of lineList) {
  incident.get(line.from).push(line);
  if (line.to !== line.from) incident.get(line.to).push(line);
}

/* Details stand one to a line: what the schema says, the nodes, the lines. Each is read when it is asked for. */
const places = new Map([...nodeList, ...lineList].map(({ id }, index) => [id, index + 1]));
let written = null;
const entry = (index) => {
  if (written === null) written = $("details").textContent.split("\n");
  return JSON.parse(written[index]);
};
const details = (id) => entry(places.get(id));
const docsOf = (kind) => {
  const docs = entry(0);
  return has(docs, kind) ? docs[kind] : {};
};

/* Above this number of nodes and lines a picture from afar is drawn with fewer strokes. */
const MANY = 1500;
const isLarge = nodeList.length + lineList.length > MANY;

const state = {
  kinds: new Set(), /* hidden */
  types: new Set(page.types.filter((type) => !type.shown).map((type) => type.name)), /* hidden */
  hits: null,
  selected: null,
  hovered: null,
  loose: false, /* physics moves the nodes */
  moved: false, /* the reader chose the view */
};

const nodeHidden = (id) => state.kinds.has(nodeById.get(id).kind);
const lineHidden = (line) => state.types.has(line.kind) || nodeHidden(line.from) || nodeHidden(line.to);

/* What the legend leaves; lines in the order in which they are drawn, findings on top. */
let shownNodes = [];
let shownLines = [];
const TONES = ["other", "flow", "finding"];
const sift = () => {
  shownNodes = nodeList.filter((node) => !nodeHidden(node.id));
  shownLines = lineList.filter((line) => !lineHidden(line));
  shownLines.sort((one, other) => TONES.indexOf(one.tone) - TONES.indexOf(other.tone));
};
sift();

/* The nodes that stay bright: the hits of a search, else what is selected and its neighbours, else all. */
const bright = () => {
  if (state.hits) return state.hits;
  if (!state.selected) return null;
  if (state.selected.line) {
    const line = lineById.get(state.selected.line);
    return new Set([line.from, line.to]);
  }
  const near = incident.get(state.selected.node).filter((line) => !lineHidden(line));
  return new Set([state.selected.node, ...near.flatMap((line) => [line.from, line.to])]);
};
let lit = null;

const lineBright = (line) => {
  if (lit === null) return true;
  if (state.selected && state.selected.line) return line.id === state.selected.line;
  if (state.selected && !state.hits) return line.from === state.selected.node || line.to === state.selected.node;
  return lit.has(line.from) && lit.has(line.to);
};

const lineLabelled = (line) => {
  if (!page.quiet || line.tone === "finding") return true;
  if (state.hovered === line.from || state.hovered === line.to || state.hovered === line.id) return true;
  return lit !== null && lineBright(line);
};

const clip = (text) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
