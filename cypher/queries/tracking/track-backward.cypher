// /// query
// summary = "What may have led here: against the flow, with times that never run backwards"
// answer = "waves"
// direction = "backward"
// table = ["step", "time", "type", "source", "target", "host", "evidence"]
// [params.from]
// type = "string"
// required = true
// example = "2748@MWC02"
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
// title = "what came before may have led here, what came after may not"
// params = { from = "C:/f" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a', host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h'}), (c:Process:Entity {uid: 'c', pid: 12, name: 'c', host_uid: 'h'}),
//   (f:File:Entity {uid: 'f', path: 'C:/f', key: 'c:/f', name: 'f', host_uid: 'h'}),
//   (a)-[:SPAWNED {uid: 's', first_us: 5000000, last_us: 5000000, times_us: [5000000], positions: ['x:1']}]->(b),
//   (c)-[:INJECTED_INTO {uid: 'i', first_us: 11000000, last_us: 12000000, confidence: 'likely'}]->(b),
//   (b)-[:WROTE {uid: 'w', first_us: 1000000, last_us: 9000000, times_us: [1000000, 9000000], positions: ['x:2']}]->(f)
// """
// rows = [{ step = 1, time = "1970-01-01T00:00:05.000000Z", type = "SPAWNED", source = "a (4)", target = "b (8)" }, { step = 2, time = "1970-01-01T00:00:09.000000Z", type = "WROTE", source = "b (8)", target = "C:/f", host = "PC" }]
// [[examples]]
// title = "the clock of the other host is an hour behind: the writer is found all the same"
// params = { from = "q" }
// graph = """
// CREATE (p:Process:Entity {uid: 'p', pid: 4, name: 'p', host_uid: 'a'}), (q:Process:Entity {uid: 'q', pid: 8, name: 'q', host_uid: 'b'}),
//   (f:File:Entity {uid: 'f', path: 'C:/f', name: 'f', host_uid: 'a'}), (g:File:Entity {uid: 'g', path: 'C:/f', name: 'f', host_uid: 'b'}),
//   (p)-[:WROTE {uid: 'w', first_us: 7200000000, last_us: 7200000000, times_us: [7200000000]}]->(f),
//   (f)-[:ALTERNATE_OF {uid: 'x', clock_shift_us: -3600000000}]->(g), (g)-[:ALTERNATE_OF {uid: 'y', clock_shift_us: 3600000000}]->(f),
//   (g)-[:EXECUTED_AS {uid: 'z', first_us: 3601000000, last_us: 3601000000, times_us: [3601000000]}]->(q)
// """
// rows = [{ type = "EXECUTED_AS", target = "q (8)" }, { type = "WROTE", source = "p (4)", time = "1970-01-01T02:00:00.000000Z" }, { type = "ALTERNATE_OF" }]
// [[examples]]
// title = "nothing before the time given"
// params = { from = "b", until = "1970-01-01T00:00:06Z" }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 4})-[:SPAWNED {uid: 's', first_us: 5000000, last_us: 5000000, times_us: [5000000]}]->(b:Process:Entity {uid: 'b', pid: 8})
// """
// rows = []
// ///
// One wave: what the nodes of the frontier reach directly, with t the time at which each was reached.
UNWIND $frontier AS f
MATCH (n:Entity {uid: f.uid})
CALL (n, f) {
  MATCH (n)<-[r:SPAWNED|EXECUTED_AS|LOADED_INTO|WROTE|READ_BY|COPIED_TO|RENAMED_TO|SET|SENT_TO|RECEIVED_BY|MAPPED_INTO|INJECTED_INTO|STARTED_REMOTELY|ALTERNATE_OF]-(m)
  WHERE (r.first_us IS NULL OR coalesce(r.arrives_us, r.first_us) <= f.t) AND coalesce(r.confidence, 'likely') <> 'weak'
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
