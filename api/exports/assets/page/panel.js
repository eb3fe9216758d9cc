/* The panel: what is recorded of the node or line that was chosen, and on what evidence. */

const kindOf = (id) => {
  const second = nodeById.get(id).label.split("\n")[1];
  return nodeById.get(id).kind + (second ? ` · ${second}` : "");
};

const valueText = (values) => {
  const shown = values.slice(0, 50).join("\n");
  return values.length > 50 ? `${shown}\n… ${values.length - 50} more` : shown;
};

const propertyList = (kind, rows) => {
  const docs = docsOf(kind);
  const list = element("dl");
  for (const [name, values] of rows) {
    list.append(element("dt", has(docs, name) ? { title: docs[name] } : {}, name), element("dd", {}, valueText(values)));
  }
  return list;
};

const evidenceList = (citations) => {
  const list = element("ul");
  for (const citation of citations) list.append(element("li", { class: "citation" }, citation));
  return [element("h3", {}, "Evidence"), citations.length ? list : element("p", { class: "missing" }, page.unknown)];
};

const recordBox = (kind, record, withEvidence) => {
  const box = element("div", { class: "record" }, propertyList(kind, record.rows));
  if (withEvidence || record.evidence.length) box.append(...evidenceList(record.evidence));
  if (record.missing.length) {
    box.append(element("p", { class: "missing" }, `${page.unknown}: ${record.missing.join(", ")}`));
  }
  return box;
};

const relationshipList = (id) => {
  const near = incident.get(id);
  const list = element("div", {}, element("h3", {}, `Relationships (${near.length})`));
  for (const line of near.slice(0, 200)) {
    const other = line.from === id ? line.to : line.from;
    const arrow = line.from === id ? "→" : "←";
    const { name, span } = details(line.id);
    list.append(link(`${name} ${arrow} ${clip(details(other).name)}`, span, () => select({ line: line.id })));
  }
  if (near.length > 200) list.append(element("p", { class: "more" }, `… ${near.length - 200} more`));
  return list;
};

const endList = (line) =>
  element("div", {}, ...[["from", line.from], ["to", line.to]].map(([word, id]) =>
    link(clip(details(id).name), `${word} · ${kindOf(id)}`, () => select({ node: id }, true))));

const showPanel = ({ kind, name }, isFinding, ...parts) => {
  $("panel").classList.toggle("is-finding", isFinding);
  $("panel-kind").textContent = kind;
  $("panel-name").textContent = name;
  $("panel-body").replaceChildren(...parts);
  $("panel").hidden = false;
  $("panel").scrollTop = 0;
};

const showNode = (id) => {
  const known = details(id);
  const records = known.records.map((record) => recordBox(known.kind, record, false));
  const marked = page.marked.includes(id) ? [element("p", { class: "marked" }, "Asked about")] : [];
  const near = incident.get(id).length ? [relationshipList(id)] : [];
  showPanel(known, nodeById.get(id).kind === "Movement", ...marked, ...records, ...near);
};

const showLine = (id) => {
  const line = lineById.get(id);
  const known = details(id);
  const records = known.records.slice(0, 100).map((record) => recordBox(known.kind, record, true));
  const count = known.records.length;
  const heading = element("h3", {}, count > 1 ? `${count} records` : "Record");
  const more = count > 100 ? [element("p", { class: "more" }, `… ${count - 100} more`)] : [];
  const span = element("p", { class: "missing" }, known.span);
  showPanel(known, line.tone === "finding", endList(line), span, heading, ...records, ...more);
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
    network.unselectAll();
    showLine(what.line);
  }
  paint();
};
$("close").addEventListener("click", () => select(null));
