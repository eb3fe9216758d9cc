/* Search over everything that is recorded of the nodes. */

const LISTED = 40;
let hitButtons = [];
let current = -1;

let texts = null;
const searchable = () => {
  if (texts === null) texts = nodeList.map((node) => [node, textOf(node)]);
  return texts;
};

const textOf = (node) => {
  const { name, kind, records } = details(node.id);
  const rows = records.flatMap((record) => record.rows.flatMap((row) => row[1]));
  return [name, kind, node.label, node.id, ...rows].join("\n").toLowerCase();
};

const search = () => {
  const wanted = $("search").value.trim().toLowerCase();
  const hits = wanted ? searchable().filter(([node, text]) => !nodeHidden(node.id) && text.includes(wanted)) : [];
  state.hits = wanted ? new Set(hits.map(([node]) => node.id)) : null;
  listHits(wanted, hits.map(([node]) => node));
  paint();
};

const listHits = (wanted, hits) => {
  current = -1;
  hitButtons = hits.slice(0, LISTED).map(({ id }) => link(clip(details(id).name), kindOf(id), () => take(id)));
  const note = hits.length > LISTED ? [element("li", {}, element("p", {}, `… ${hits.length - LISTED} more`))] : [];
  const none = wanted && !hits.length ? [element("li", {}, element("p", {}, "Nothing found"))] : [];
  $("hits").replaceChildren(...hitButtons.map((button) => element("li", {}, button)), ...note, ...none);
  $("hits").hidden = !wanted;
  $("hit-count").textContent = wanted ? `${hits.length} found` : "";
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
