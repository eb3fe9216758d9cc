/* Where the reader looks: everything at first, beside the legend where there is room; small graphs are not blown up. */

const extent = () => {
  const all = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const stretch = (box) => {
    all.left = Math.min(all.left, box.left);
    all.right = Math.max(all.right, box.right);
    all.top = Math.min(all.top, box.top);
    all.bottom = Math.max(all.bottom, box.bottom);
  };
  page.bands.forEach(stretch);
  for (const node of shownNodes) {
    const { x, y } = home.get(node.id);
    stretch({ left: x - 90, right: x + 90, top: y - 40, bottom: y + 58 });
  }
  return all;
};

const fit = () => {
  if (!shownNodes.length && !page.bands.length) return;
  const { left, right, top, bottom } = extent();
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
  const now = `${container.clientWidth} ${container.clientHeight}`;
  if (now === fitted) return;
  fitted = now;
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

const reset = () => {
  settle(false);
  nodes.update(nodeList.map((node) => ({ id: node.id, ...home.get(node.id) })));
  state.moved = false;
  fit();
  relabel();
};
