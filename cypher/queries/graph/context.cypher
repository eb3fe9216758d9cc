// /// query
// summary = "What surrounds some processes and files: parents, images, scripts, writers, copies, other names"
// [params.uids]
// type = "list[string]"
// required = true
// example = ["uid of a node, as `find` gives it"]
// doc = "uids of the nodes"
// [params.limit]
// type = "integer"
// least = 1
// default = 200
// doc = "most nodes to give"
// [columns]
// uid = "the neighbour"
// [[examples]]
// title = "parent and script of a process"
// params = { uids = ["p"] }
// graph = """
// CREATE (p:Process:Entity {uid: 'p'}), (:Process:Entity {uid: 'q'})-[:SPAWNED {uid: 'r'}]->(p), (:File:Entity {uid: 'f'})-[:LOADED_INTO {uid: 's', source: 'command line'}]->(p),
//   (:File:Entity {uid: 'g'})-[:LOADED_INTO {uid: 't'}]->(p)
// """
// rows = [{ uid = "f" }, { uid = "q" }]
// [[examples]]
// title = "a process alone"
// params = { uids = ["p"] }
// graph = "CREATE (:Process:Entity {uid: 'p'})"
// rows = []
// ///
UNWIND $uids AS wanted
MATCH (n:Entity {uid: wanted})
CALL (n) {
  MATCH (m:Process)-[:SPAWNED]->(n) RETURN m
  UNION
  MATCH (m:File)-[:EXECUTED_AS]->(n) RETURN m
  UNION
  MATCH (m:File)-[:LOADED_INTO {source: 'command line'}]->(n) RETURN m
  UNION
  MATCH (m:Process)-[:WROTE]->(n) WHERE n:File RETURN m
  UNION
  MATCH (m:File)-[:COPIED_TO|RENAMED_TO]->(n) RETURN m
  UNION
  MATCH (m:File)<-[:ALTERNATE_OF]-(n) RETURN m
}
WITH DISTINCT m
WHERE NOT m.uid IN $uids
RETURN m.uid AS uid
ORDER BY uid
LIMIT $limit
