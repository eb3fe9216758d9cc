// /// query
// summary = "Logs that are not in the graph as a whole: their load was interrupted, or is under way"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// name = "file name of the log"
// run_uid = "the run as a node"
// [[examples]]
// title = "a load that was interrupted"
// graph = "CREATE (:Run:Entity {uid: 'r', name: 'a.log'}), (:Run:Entity {uid: 's', name: 'b.log', complete: true})"
// rows = [{ name = "a.log", run_uid = "r" }]
// [[examples]]
// title = "all is in"
// graph = "CREATE (:Run:Entity {uid: 's', name: 'b.log', complete: true})"
// rows = []
// ///
MATCH (r:Run)
WHERE NOT coalesce(r.complete, false)
RETURN coalesce(r.name, 'not recorded') AS name,
       r.uid AS run_uid
ORDER BY name, run_uid
LIMIT $limit
