/* The buttons, and the first picture. */

$("physics").addEventListener("click", () => {
  if (state.loose) reset();
  else settle(true);
  $("physics").setAttribute("aria-pressed", String(state.loose));
});
$("fit").addEventListener("click", () => {
  reset();
  $("physics").setAttribute("aria-pressed", "false");
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  look = looks();
  refresh();
});

/* For the browser's console. */
const onScreen = (id, at) => {
  const box = container.getBoundingClientRect();
  const { x, y } = network.canvasToDOM(pointOn(lineById.get(id), at));
  return [x + box.left, y + box.top];
};
window.provgraph = Object.freeze({ network, select, isQuick, onScreen, lines: lineList, shown: () => shownLines });

$("empty").hidden = nodeList.length > 0;
$("legend").hidden = nodeList.length === 0;
if (innerWidth < 720) $("legend").open = false;

/* Said once the first picture is there, so that whoever drives the page from outside can wait for it. */
network.once("afterDrawing", () => {
  const said = document.documentElement.dataset;
  said.drawn = `${nodeList.length} nodes, ${lineList.length} lines`;
  said.milliseconds = String(Math.round(performance.now() - started));
});
fit();
network.redraw();
