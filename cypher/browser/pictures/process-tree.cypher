// /// query
// summary = "Who started whom: the processes of one host as a tree, up to 10 generations below those whose parent is not recorded"
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 300
// doc = "most processes to draw"
// [columns]
// path = "from the root to the process"
// [[examples]]
// title = "a child below its parent"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'}),
//   (a)-[:RAN_ON {uid: '1'}]->(h), (b)-[:RAN_ON {uid: '2'}]->(h), (a)-[:SPAWNED {uid: '3', first_us: 2}]->(b)
// """
// rows = [{}, {}]
// [[examples]]
// title = "another host"
// params = { host = "elsewhere" }
// graph = "CREATE (:Host:Entity {uid: 'h', name: 'PC'})<-[:RAN_ON {uid: '1'}]-(:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})"
// rows = []
// ///
MATCH (h:Host)<-[:RAN_ON]-(root:Process)
WHERE ($host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host)
  AND NOT EXISTS { MATCH (:Process)-[:SPAWNED]->(root) }
WITH DISTINCT root
MATCH path = (root)-[:SPAWNED*0..10]->(p:Process)
RETURN path
ORDER BY length(path), p.started_us, p.uid
LIMIT $limit
