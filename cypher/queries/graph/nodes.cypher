// /// query
// summary = "Nodes by uid, with all their properties"
// [params.uids]
// type = "list[string]"
// required = true
// example = ["uid of a node, as `find` gives it"]
// doc = "uids of the nodes"
// [params.limit]
// type = "integer"
// least = 1
// default = 5000
// doc = "most nodes to give"
// [columns]
// uid = "the node"
// label = "its kind"
// properties = "all its properties"
// [[examples]]
// title = "one of two"
// params = { uids = ["a"] }
// graph = "CREATE (:Process:Entity {uid: 'a', pid: 4}), (:Process:Entity {uid: 'b', pid: 8})"
// rows = [{ uid = "a", label = "Process", properties = { uid = "a", pid = 4 } }]
// [[examples]]
// title = "an unknown uid"
// params = { uids = ["c"] }
// graph = "CREATE (:Process:Entity {uid: 'a', pid: 4})"
// rows = []
// ///
UNWIND $uids AS wanted
MATCH (n:Entity {uid: wanted})
WITH DISTINCT n
RETURN n.uid AS uid, [l IN labels(n) WHERE l <> 'Entity'][0] AS label, properties(n) AS properties
ORDER BY uid
LIMIT $limit
