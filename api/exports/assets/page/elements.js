/* Elements of the page, made without markup: text from logs is only ever set as text. */

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name === "click") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

const drawing = (name, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

const swatch = (name, attributes) => {
  const svg = drawing("svg", { viewBox: "0 0 18 14", "aria-hidden": "true" });
  svg.append(drawing(name, attributes));
  return svg;
};

const link = (text, note, click) => {
  const made = element("button", { type: "button", class: "link", click }, text);
  if (note) made.append(element("small", {}, note));
  return made;
};

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const looks = () => ({
  ground: style("ground"),
  text: style("text"),
  quiet: style("quiet"),
  halo: page.bands.length ? style("band") : style("ground"),
  band: style("band"),
  bandLine: style("band-line"),
  accent: style("accent"),
  finding: style("finding"),
  findingText: style("finding-text"),
  flow: style("edge"),
  other: style("edge-other"),
  sans: style("sans"),
});
let look = looks();
