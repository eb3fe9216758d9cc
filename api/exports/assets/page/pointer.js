/* What the mouse points to, and what a click chooses. */

const HINT_AFTER = 120;
let hintTimer = 0;
let isDragging = false;

const hintText = (id) => {
  const line = lineById.get(id);
  const known = details(id);
  return `${known.kind}\n${line ? known.span : clip(known.name)}`;
};

const showHint = (id, { x, y }) => {
  const hint = $("hint");
  hint.textContent = hintText(id);
  hint.hidden = false;
  const left = Math.min(x + 14, container.clientWidth - hint.offsetWidth - 8);
  const top = y + 18 + hint.offsetHeight > container.clientHeight ? y - hint.offsetHeight - 10 : y + 18;
  hint.style.translate = `${Math.max(8, left)}px ${Math.max(8, top)}px`;
};

const hideHint = () => {
  clearTimeout(hintTimer);
  $("hint").hidden = true;
};

const pointTo = (id, at) => {
  if (id === state.hovered) return;
  hideHint();
  state.hovered = id;
  if (id !== null) hintTimer = setTimeout(() => showHint(id, at), HINT_AFTER);
  container.style.cursor = id === null ? "" : "pointer";
  if (page.quiet) labels = null;
  network.redraw();
};

const found = (at) => {
  const node = network.getNodeAt(at);
  if (node !== undefined) return { node };
  const point = network.DOMtoCanvas(at);
  const line = labelUnder(point) || lineUnder(point);
  return line ? { line: line.id } : null;
};

/* Once a frame is enough, however often the mouse tells where it is. */
let pointed = null;
container.addEventListener("mousemove", (event) => {
  const isFirst = pointed === null;
  const box = container.getBoundingClientRect();
  pointed = { x: event.clientX - box.left, y: event.clientY - box.top };
  if (isFirst) requestAnimationFrame(() => {
    const what = isDragging || pointed === null ? null : found(pointed);
    pointTo(what ? what.node ?? what.line : null, pointed);
    pointed = null;
  });
});
container.addEventListener("mouseleave", () => pointTo(null));
network.on("dragStart", () => { isDragging = true; });
network.on("dragging", (event) => { if (event.nodes.length) labels = null; });
network.on("dragEnd", (event) => {
  isDragging = false;
  if (event.nodes.length) relabel();
});

network.on("click", (event) => {
  hideHint();
  select(found(event.pointer.DOM));
  closeHits();
});
