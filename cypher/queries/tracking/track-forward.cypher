// /// query
// summary = "What was influenced from here on: along the flow, with times that never run backwards"
// answer = "waves"
// direction = "forward"
// table = ["step", "time", "type", "source", "target", "host", "evidence"]
// [params.from]
// type = "string"
// required = true
// example = "3344@MWC01"
// doc = "where to begin: uid, path, file name, hash, or pid@host"
// [params.until]
// type = "string"
// default = ""
// doc = "ISO 8601 time (UTC unless it has a zone) at which to stop; empty for no bound"
// [params.limit]
// type = "integer"
// least = 1
// default = 5000
// doc = "most steps to give"
// [columns]
// step = "number in the order of time"
// time = "ISO 8601, when it was passed on; not recorded where only a process list tells of it"
// type = "how: the relationship"
// source = "what it came from"
// target = "what it went to"
// host = "name of the host of the target"
// evidence = "citations"
// host_uid = "the host as a node"
// source_uid = "the source as a node"
// target_uid = "the target as a node"
// uid = "the relationship"
// [[examples]]
// title = "what came after goes on, what came before does not"
// params = { from = "4@pc" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a', host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h'}),
//   (f:File:Entity {uid: 'f', path: 'C:/f', name: 'f', host_uid: 'h'}), (g:File:Entity {uid: 'g', path: 'C:/g', name: 'g', host_uid: 'h'}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (a)-[:SPAWNED {uid: 's', first_us: 5000000, last_us: 5000000, times_us: [5000000], positions: ['x:1']}]->(b),
//   (b)-[:WROTE {uid: 'w', first_us: 1000000, last_us: 9000000, times_us: [1000000, 9000000], positions: ['x:2']}]->(f),
//   (b)-[:WROTE {uid: 'v', first_us: 2000000, last_us: 2000000, times_us: [2000000], positions: ['x:3']}]->(g)
// """
// rows = [{ step = 1, time = "1970-01-01T00:00:05.000000Z", type = "SPAWNED", source = "a (4)", target = "b (8)", host = "PC", evidence = ["x:1"] }, { step = 2, time = "1970-01-01T00:00:09.000000Z", type = "WROTE", source = "b (8)", target = "C:/f" }]
// [[examples]]
// title = "nothing after the time given"
// params = { from = "a", until = "1970-01-01T00:00:04Z" }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 4})-[:SPAWNED {uid: 's', first_us: 5000000, last_us: 5000000, times_us: [5000000]}]->(b:Process:Entity {uid: 'b', pid: 8})
// """
// rows = []
// [[examples]]
// title = "an address that another host bore by then"
// params = { from = "p" }
// graph = """
// CREATE (p:Process:Entity {uid: 'p', pid: 4, name: 'p', host_uid: 'a'}), (f:File:Entity {uid: 'f', path: 'C:/f', name: 'f', host_uid: 't'}), (g:File:Entity {uid: 'g', path: 'C:/f', name: 'f', host_uid: 'b'}), (k:File:Entity {uid: 'k', path: 'C:/f', name: 'f', host_uid: 'd'}),
//   (p)-[:WROTE {uid: 'w', first_us: 50, last_us: 50, times_us: [50]}]->(f),
//   (f)-[:ALTERNATE_OF {uid: 'x', spans_us: [0, 40]}]->(g), (f)-[:ALTERNATE_OF {uid: 'y', spans_us: [40, 90]}]->(k)
// """
// rows = [{ type = "ALTERNATE_OF", host = "not recorded", target_uid = "k" }, { type = "WROTE" }]
// ///
// One wave: what the nodes of the frontier reach directly, with t the time at which each was reached.
UNWIND $frontier AS f
MATCH (n:Entity {uid: f.uid})
CALL (n, f) {
  MATCH (n)-[r:SPAWNED|EXECUTED_AS|LOADED_INTO|WROTE|READ_BY|COPIED_TO|RENAMED_TO|SET|SENT_TO|RECEIVED_BY|MAPPED_INTO|INJECTED_INTO|STARTED_REMOTELY|ALTERNATE_OF]->(m)
  WHERE (r.last_us IS NULL OR r.last_us >= f.t) AND coalesce(r.confidence, 'likely') <> 'weak'
  RETURN r, m
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
}
OPTIONAL MATCH (h:Entity {uid: coalesce(m.host_uid, n.host_uid)})
OPTIONAL MATCH (nh:Entity {uid: coalesce(n.host_uid, m.host_uid)})
RETURN n.uid AS near,
       m.uid AS far,
       [l IN labels(m) WHERE l <> 'Entity'][0] AS far_label,
       r.uid AS uid,
       type(r) AS type,
       r.first_us AS first_us,
       r.last_us AS last_us,
       r.times_us AS times_us,
       r.arrives_us AS arrives_us,
       r.clock_shift_us AS clock_shift_us,
       r.spans_us AS spans_us,
       coalesce(r.evidence, r.positions, []) AS evidence,
       CASE WHEN n:Process THEN coalesce(n.name, 'not recorded') + ' (' + coalesce(toString(n.pid), '?') + ')'
            WHEN n:Endpoint THEN n.address + coalesce(':' + toString(n.port), '')
            ELSE coalesce(n.unc, n.path, n.name, n.uid) END AS near_name,
       CASE WHEN m:Process THEN coalesce(m.name, 'not recorded') + ' (' + coalesce(toString(m.pid), '?') + ')'
            WHEN m:Endpoint THEN m.address + coalesce(':' + toString(m.port), '')
            ELSE coalesce(m.unc, m.path, m.name, m.uid) END AS far_name,
       nh.uid AS near_host_uid,
       h.uid AS far_host_uid,
       coalesce(nh.name, 'not recorded') AS near_host,
       coalesce(h.name, 'not recorded') AS far_host
ORDER BY near, coalesce(r.first_us, r.last_us), uid
