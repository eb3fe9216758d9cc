// /// query
// summary = "The processes of a host as a tree: who started whom"
// table = ["depth", "pid", "name", "command_line", "parent_pid", "started", "host"]
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 5000
// doc = "most rows to give"
// [columns]
// depth = "0 for a process whose parent is not recorded"
// pid = "process id"
// name = "name of the image"
// command_line = "command line"
// parent_pid = "process id of the parent"
// started = "ISO 8601; when a sandbox first saw the process, where its creation is not logged"
// host = "name of the host"
// host_uid = "the host as a node"
// uid = "the process as a node"
// [[examples]]
// title = "a child below its parent, whichever is read first"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h', started_us: 2000000}),
//   (a:Process:Entity {uid: 'a', pid: 4, name: 'a', host_uid: 'h', started_us: 1000000}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (b)-[:RAN_ON {uid: 'r2'}]->(h), (a)-[:SPAWNED {uid: 's', first_us: 2}]->(b)
// """
// rows = [{ depth = 0, pid = 4, name = "a", started = "1970-01-01T00:00:01.000000Z", host = "PC" }, { depth = 1, pid = 8, name = "b", parent_pid = 4 }]
// [[examples]]
// title = "a process that two logs tell of stands there once, and what either log saw it start"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a', guid: '{1}', host_uid: 'h', started_us: 1000000}),
//   (s:Process:Entity {uid: 's', pid: 4, name: 'a', host_uid: 'h', started_us: 1000001}), (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h', started_us: 2000000}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (s)-[:RAN_ON {uid: 'r2'}]->(h), (b)-[:RAN_ON {uid: 'r3'}]->(h),
//   (a)-[:ALTERNATE_OF {uid: 'x'}]->(s), (s)-[:ALTERNATE_OF {uid: 'y'}]->(a), (s)-[:SPAWNED {uid: 'z', first_us: 2}]->(b)
// """
// rows = [{ depth = 0, pid = 4, uid = "a" }, { depth = 1, pid = 8, name = "b", parent_pid = 4 }]
// [[examples]]
// title = "another host"
// params = { host = "elsewhere" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'})<-[:RAN_ON {uid: 'r1'}]-(:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})
// """
// rows = []
// ///
MATCH (h:Host)<-[:RAN_ON]-(root:Process)
WHERE ($host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
    OR EXISTS { MATCH (h)-[:ALTERNATE_OF]->(other:Host) WHERE toLower(other.name) = toLower($host) OR other.uid = $host })
  AND NOT EXISTS { MATCH (:Process)-[:SPAWNED]->(root) }
WITH DISTINCT h, root
// down from the processes whose parent is not recorded; deeper than 25 is left out
MATCH line = (root)-[:SPAWNED*0..25]->(p:Process)
// what two logs tell of stands there once, as the one that has a GUID
WITH h, p, nodes(line) AS line
WHERE p.guid IS NOT NULL OR NOT EXISTS { MATCH (p)-[:ALTERNATE_OF]->(:Process) }
ORDER BY size(line) DESC
WITH h, p, collect(line)[0] AS line
WITH h, p, line, CASE WHEN size(line) > 1 THEN line[size(line) - 2] END AS parent
WITH h, p, parent, line,
     reduce(text = '', n IN line | text + '/' + right('0000000000000000' + toString(coalesce(n.started_us, 0)), 16) + n.uid) AS rank
RETURN size(line) - 1 AS depth,
       p.pid AS pid,
       coalesce(p.name, 'not recorded') AS name,
       coalesce(p.command_line, 'not recorded') AS command_line,
       parent.pid AS parent_pid,
       CASE WHEN p.started_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: p.started_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(p.started_us % 1000000), 6) + 'Z' END AS started,
       coalesce(h.name, 'not recorded') AS host,
       h.uid AS host_uid,
       p.uid AS uid
ORDER BY host, host_uid, rank
LIMIT $limit
