/* vis-network holds the nodes: view, gestures and physics are its work. Lines are drawn by the page itself, since
 * ten thousand of vis-network's take seconds; it gets them, unseen, once physics needs springs. */

const container = $("network");
const isBox = (node) => node.shape === "box" || node.shape === "ellipse";

const nodeLook = (node) => ({
  id: node.id,
  hidden: nodeHidden(node.id),
  font: {
    face: look.sans,
    size: 13,
    color: isBox(node) ? "#ffffff" : look.text,
    background: isBox(node) ? undefined : look.halo,
  },
  color: {
    background: node.color,
    border: node.color,
    highlight: { background: node.color, border: look.text },
    hover: { background: node.color, border: look.text },
  },
});

const nodes = new vis.DataSet(nodeList.map(({ kind, ...node }) => ({ ...node, ...nodeLook({ kind, ...node }) })));
const springs = new vis.DataSet();
const network = new vis.Network(container, { nodes, edges: springs }, options);

/* The nodes as they stand now, also while they are dragged or pushed. */
const bodies = network.body.nodes;
const size = (id) => bodies[id].shape;

const settle = (isLoose) => {
  state.loose = isLoose;
  if (isLoose && !springs.length) springs.add(lineList.map(({ id, from, to }) => ({ id, from, to, hidden: true })));
  network.setOptions({
    physics: {
      enabled: isLoose,
      solver: "forceAtlas2Based",
      forceAtlas2Based: { gravitationalConstant: -90, springLength: 150, springConstant: 0.05, avoidOverlap: 0.6 },
      stabilization: false,
    },
  });
};

/* What the screen shows, in the coordinates of the picture. */
const screen = () => {
  const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
  const { x: right, y: bottom } = network.DOMtoCanvas({ x: container.clientWidth, y: container.clientHeight });
  return { left, top, right, bottom };
};

/* From afar a large picture has neither captions nor arrows, and a node is a dot: nobody could read more. */
const FAR = 0.4;
const isQuick = () => isLarge && network.getScale() < FAR;
