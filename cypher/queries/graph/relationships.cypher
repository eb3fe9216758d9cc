// /// query
// summary = "All relationships between some nodes, with all their properties"
// [params.uids]
// type = "list[string]"
// required = true
// example = ["uid of a node, as `find` gives it"]
// doc = "uids of the nodes"
// [params.limit]
// type = "integer"
// least = 1
// default = 10000
// doc = "most relationships to give"
// [columns]
// uid = "the relationship"
// type = "its kind"
// source = "uid of the node that it starts at"
// target = "uid of the node that it ends at"
// properties = "all its properties"
// [[examples]]
// title = "both ends must be given"
// params = { uids = ["a", "b"] }
// graph = """
// CREATE (a:Process:Entity {uid: 'a'})-[:SPAWNED {uid: 'r', seq: 1}]->(b:Process:Entity {uid: 'b'})-[:SPAWNED {uid: 's'}]->(:Process:Entity {uid: 'c'})
// """
// rows = [{ uid = "r", type = "SPAWNED", source = "a", target = "b", properties = { uid = "r", seq = 1 } }]
// [[examples]]
// title = "one end is not enough"
// params = { uids = ["a"] }
// graph = "CREATE (:Process:Entity {uid: 'a'})-[:SPAWNED {uid: 'r'}]->(:Process:Entity {uid: 'b'})"
// rows = []
// ///
UNWIND $uids AS wanted
MATCH (a:Entity {uid: wanted})-[r]->(b:Entity)
WHERE b.uid IN $uids
RETURN DISTINCT r.uid AS uid, type(r) AS type, a.uid AS source, b.uid AS target, properties(r) AS properties
ORDER BY uid
LIMIT $limit
