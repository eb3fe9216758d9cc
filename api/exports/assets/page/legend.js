/* The legend says what shapes and lines mean, and hides and shows them. */

const SHAPES = {
  dot: ["circle", { cx: 9, cy: 7, r: 5.5 }],
  ellipse: ["ellipse", { cx: 9, cy: 7, rx: 8, ry: 5 }],
  square: ["rect", { x: 4, y: 2, width: 10, height: 10 }],
  box: ["rect", { x: 1, y: 2.5, width: 16, height: 9, rx: 2.5 }],
  diamond: ["path", { d: "M9 .5 15.5 7 9 13.5 2.5 7Z" }],
  triangle: ["path", { d: "M9 1 16 13H2Z" }],
  hexagon: ["path", { d: "M5.8 1.5h6.4L15.4 7l-3.2 5.5H5.8L2.6 7Z" }],
  star: ["path", { d: "m9 .4 2 4.5 4.9.5-3.7 3.2 1.1 4.8L9 10.9l-4.3 2.5 1.1-4.8L2.1 5.4 7 4.9Z" }],
};

const legendItem = (hidden, entry, words, picture) => {
  const made = element("button", { type: "button", class: "item", title: entry.doc || entry.name, "aria-pressed": String(!hidden.has(entry.name)) },
    picture, element("span", { class: "name" }, words), element("span", { class: "count" }, entry.count.toLocaleString("en")));
  made.addEventListener("click", () => {
    if (hidden.has(entry.name)) hidden.delete(entry.name);
    else hidden.add(entry.name);
    made.setAttribute("aria-pressed", String(!hidden.has(entry.name)));
    refresh();
  });
  return made;
};

for (const kind of page.kinds) {
  const [name, attributes] = has(SHAPES, kind.shape) ? SHAPES[kind.shape] : SHAPES.dot;
  $("kinds").append(legendItem(state.kinds, kind, kind.name, swatch(name, { ...attributes, fill: kind.color })));
}
for (const type of page.types) {
  const line = swatch("line", { x1: 1, y1: 7, x2: 17, y2: 7, class: type.tone });
  const item = legendItem(state.types, type, type.words, line);
  item.classList.add(`tone-${type.tone}`);
  $("types").append(item);
}
if (page.marked.length) {
  const picture = swatch("circle", { cx: 9, cy: 7, r: 5, class: "marked" });
  $("marks").append(element("p", { class: "item" }, picture, element("span", { class: "name" }, "asked about")));
}
