// /// rule
// summary = "A file reached over the network is the file of that path on the host that was meant"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 1
// [columns]
// source = "uid of one file"
// target = "uid of the other"
// reason = "why"
// arrives_us = "when the target was first written or run, by its own host's clock"
// clock_shift_us = "how far the target's clock is ahead"
// spans_us = "when they are the same, where several hosts bore the name or address"
// steps = "the writes of both"
// [[examples]]
// title = "one path, two names of one host"
// graph = """
// CREATE (a:Host:Entity {uid: 'a'}), (b:Host:Entity {uid: 'b', recorded: true}),
//   (a)-[:ALTERNATE_OF {uid: 'r1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'r2'}]->(a),
//   (:File:Entity {uid: 'f', host_uid: 'a', key: 'c:/x.dll'}), (:File:Entity {uid: 'g', host_uid: 'b', key: 'c:/x.dll'})
// """
// rows = [{ source = "f", target = "g" }, { source = "g", target = "f" }]
// [[examples]]
// title = "the same path on hosts that have nothing to do with each other"
// graph = """
// CREATE (:Host:Entity {uid: 'a'}), (:Host:Entity {uid: 'b', recorded: true}),
//   (:File:Entity {uid: 'f', host_uid: 'a', key: 'c:/x.dll'}), (:File:Entity {uid: 'g', host_uid: 'b', key: 'c:/x.dll'})
// """
// rows = []
// [[examples]]
// title = "written while another host bore the address"
// graph = """
// CREATE (a:Host:Entity {uid: 'a'}), (b:Host:Entity {uid: 'b', recorded: true}), (a)-[:ALTERNATE_OF {uid: 'r1', spans_us: [0, 100]}]->(b),
//   (f:File:Entity {uid: 'f', host_uid: 'a', key: 'c:/x.dll'}), (:File:Entity {uid: 'g', host_uid: 'b', key: 'c:/x.dll'}),
//   (:Process:Entity {uid: 'p'})-[:WROTE {uid: 'w', position: 't:1', first_us: 150}]->(f)
// """
// rows = []
// ///
MATCH (a:Host)-[same:ALTERNATE_OF]->(b:Host) WHERE b.recorded
WITH a.uid AS there, b.uid AS here, same.spans_us AS spans
MATCH (f:File {host_uid: there})
WITH here, spans, f, f.key AS key
MATCH (g:File {key: key}) WHERE g.host_uid = here
CALL (f) {
  OPTIONAL MATCH (:Process)-[w:WROTE]->(f)
  WITH f, collect(w) AS written
  OPTIONAL MATCH (f)-[x:EXECUTED_AS|LOADED_INTO]->(:Process)
  WITH written, collect(x) AS ran
  RETURN written, reduce(first = null, r IN written + ran | CASE WHEN first IS NULL OR r.first_us < first THEN r.first_us ELSE first END) AS f_us,
         reduce(times = [], r IN written + ran | times + coalesce(r.times_us, [r.first_us])) AS happened
}
CALL (g) {
  OPTIONAL MATCH (:Process)-[w:WROTE]->(g)
  WITH g, collect(w) AS wrote
  OPTIONAL MATCH (g)-[x:EXECUTED_AS|LOADED_INTO]->(:Process)
  WITH wrote, collect(x) AS ran
  RETURN wrote, reduce(first = null, r IN wrote + ran | CASE WHEN first IS NULL OR r.first_us < first THEN r.first_us ELSE first END) AS g_us
}
// where several hosts bore the name or address: only what happened while this one did
WITH f, g, f_us, g_us, written, wrote, spans, happened
WHERE spans IS NULL OR any(us IN happened WHERE any(i IN range(0, coalesce(size(spans), 0) - 2, 2) WHERE spans[i] <= us AND us <= spans[i + 1]))
// the two logs tell of one write: what lies between its times is the difference of the clocks, if that can be
WITH f, g, f_us, g_us, written, wrote, spans, CASE WHEN abs(g_us - f_us) <= 600000000 THEN g_us - f_us END AS shift
UNWIND [{source: f.uid, target: g.uid, us: g_us, shift: shift}, {source: g.uid, target: f.uid, us: f_us, shift: -shift}] AS pair
RETURN pair.source AS source,
       pair.target AS target,
       'same path on the same host' AS reason,
       pair.us AS arrives_us,
       pair.shift AS clock_shift_us,
       spans AS spans_us,
       written + wrote AS steps
ORDER BY source, target
