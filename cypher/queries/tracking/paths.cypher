// /// query
// summary = "How one thing led to another: paths along the flow, with times that never run backwards"
// answer = "paths"
// table = ["path", "hops", "names", "types", "times", "evidence"]
// [params.from]
// type = "string"
// required = true
// example = "3344@MWC01"
// doc = "where paths begin: uid, path, file name, hash, or pid@host"
// [params.to]
// type = "string"
// required = true
// example = "2748@MWC02"
// doc = "where they end: uid, path, file name, hash, or pid@host"
// [params.shortest]
// type = "boolean"
// default = false
// doc = "only one path of the fewest steps"
// [params.max_hops]
// type = "integer"
// least = 1
// default = 8
// doc = "most steps of a path"
// [params.limit]
// type = "integer"
// least = 1
// default = 100
// doc = "most paths to give"
// [columns]
// path = "number of the path, shorter and earlier ones first"
// hops = "how many steps it has"
// names = "what it leads through, from the first to the last"
// types = "how each step was taken: relationships"
// times = "ISO 8601, when each step was taken; not recorded where a step has no time of its own"
// hosts = "names of the hosts on which these things are"
// evidence = "citations of all steps"
// uids = "what it leads through, as nodes"
// relationships = "the steps, as relationships"
// [[examples]]
// title = "of two ways one has times that run backwards"
// params = { from = "4@pc", to = "C:/f" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a', host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h'}),
//   (c:Process:Entity {uid: 'c', pid: 9, name: 'c', host_uid: 'h'}), (f:File:Entity {uid: 'f', path: 'C:/f', key: 'c:/f', name: 'f', host_uid: 'h'}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (a)-[:SPAWNED {uid: 's', first_us: 5000000, last_us: 5000000, times_us: [5000000], positions: ['x:1']}]->(b),
//   (a)-[:SPAWNED {uid: 't', first_us: 5000000, last_us: 5000000, times_us: [5000000], positions: ['x:2']}]->(c),
//   (b)-[:WROTE {uid: 'w', first_us: 1000000, last_us: 9000000, times_us: [1000000, 9000000], positions: ['x:3']}]->(f),
//   (c)-[:WROTE {uid: 'v', first_us: 2000000, last_us: 2000000, times_us: [2000000], positions: ['x:4']}]->(f)
// """
// rows = [{ path = 1, hops = 2, names = ["a (4)", "b (8)", "C:/f"], types = ["SPAWNED", "WROTE"], times = ["1970-01-01T00:00:05.000000Z", "1970-01-01T00:00:09.000000Z"], hosts = ["PC", "PC", "PC"], evidence = ["x:1", "x:3"], uids = ["a", "b", "f"], relationships = ["s", "w"] }]
// [[examples]]
// title = "all simple paths, the shorter one first, though it takes longer"
// params = { from = "a", to = "d" }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 1}), (b:Process:Entity {uid: 'b', pid: 2}), (d:Process:Entity {uid: 'd', pid: 3}),
//   (a)-[:SPAWNED {uid: 's', first_us: 1, last_us: 1, times_us: [1]}]->(b), (b)-[:INJECTED_INTO {uid: 't', first_us: 2, last_us: 2, confidence: 'likely'}]->(d),
//   (b)-[:SPAWNED {uid: 'back', first_us: 2, last_us: 2, times_us: [2]}]->(a), (a)-[:INJECTED_INTO {uid: 'u', first_us: 9, last_us: 9, confidence: 'likely'}]->(d)
// """
// rows = [{ path = 1, hops = 1, relationships = ["u"] }, { path = 2, hops = 2, relationships = ["s", "t"] }]
// [[examples]]
// title = "the shortest only, over two names of one file"
// params = { from = "a", to = "d", shortest = true }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 1}), (f:File:Entity {uid: 'f', path: 'C:/f'}), (g:File:Entity {uid: 'g', path: 'C:/g'}), (d:Process:Entity {uid: 'd', pid: 3}),
//   (a)-[:WROTE {uid: 's', first_us: 4, last_us: 4, times_us: [4]}]->(f), (f)-[:ALTERNATE_OF {uid: 't'}]->(g), (g)-[:ALTERNATE_OF {uid: 'tt'}]->(f),
//   (g)-[:EXECUTED_AS {uid: 'u', first_us: 6, last_us: 6, times_us: [6]}]->(d), (f)-[:EXECUTED_AS {uid: 'early', first_us: 3, last_us: 3, times_us: [3]}]->(d)
// """
// rows = [{ path = 1, hops = 3, types = ["WROTE", "ALTERNATE_OF", "EXECUTED_AS"], times = ["1970-01-01T00:00:00.000004Z", "not recorded", "1970-01-01T00:00:00.000006Z"] }]
// [[examples]]
// title = "an address that two processes talked to joins them not"
// params = { from = "a", to = "b" }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 1})-[:SENT_TO {uid: 's', first_us: 1, last_us: 1, times_us: [1]}]->(:Endpoint:Entity {uid: 'e', address: '10.0.0.1'})-[:RECEIVED_BY {uid: 't', first_us: 2, last_us: 2, times_us: [2]}]->(:Process:Entity {uid: 'b', pid: 2})
// """
// rows = []
// ///
// One wave: what the nodes of the frontier lead to directly, with t the time at which each was reached.
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
       coalesce(nh.name, 'not recorded') AS near_host,
       coalesce(h.name, 'not recorded') AS far_host
ORDER BY near, coalesce(r.first_us, r.last_us), uid
