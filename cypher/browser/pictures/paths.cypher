// /// query
// summary = "How one thing led to another, with times that never run backwards; up to 6 steps (`provgraph query paths` goes on)"
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
// [params.limit]
// type = "integer"
// least = 1
// default = 100
// doc = "most paths to draw"
// [columns]
// path = "the path"
// hops = "how many steps it has"
// types = "how each step was taken: relationships"
// time = "ISO 8601, when the last step was taken; not recorded where it has no time of its own"
// evidence = "citations of all steps"
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
// rows = [{ hops = 2, types = ["SPAWNED", "WROTE"], time = "1970-01-01T00:00:09.000000Z", evidence = ["x:1", "x:3"] }]
// [[examples]]
// title = "the shorter one first, though it takes longer"
// params = { from = "a", to = "d" }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 1}), (b:Process:Entity {uid: 'b', pid: 2}), (d:Process:Entity {uid: 'd', pid: 3}),
//   (a)-[:SPAWNED {uid: 's', first_us: 1, last_us: 1, times_us: [1]}]->(b), (b)-[:INJECTED_INTO {uid: 't', first_us: 2, last_us: 2, confidence: 'likely'}]->(d),
//   (a)-[:INJECTED_INTO {uid: 'u', first_us: 9, last_us: 9, confidence: 'likely'}]->(d)
// """
// rows = [{ hops = 1, types = ["INJECTED_INTO"] }, { hops = 2, types = ["SPAWNED", "INJECTED_INTO"] }]
// [[examples]]
// title = "not the other way round"
// params = { from = "d", to = "a" }
// graph = "CREATE (:Process:Entity {uid: 'a', pid: 1})-[:SPAWNED {uid: 's', first_us: 1, last_us: 1, times_us: [1]}]->(:Process:Entity {uid: 'd', pid: 3})"
// rows = []
// ///
WITH toLower($from) AS text, toLower($to) AS aim
MATCH (start:Entity)
WHERE start.uid = $from
   OR (start:File AND (start.key = text OR toLower(start.name) = text OR toLower(start.unc) = text
       OR EXISTS { MATCH (start)-[:HAS_CONTENT]->(c:Content) WHERE text IN [c.sha256, c.sha1, c.md5] }))
   OR (start:RegistryValue AND start.key = text)
   OR (start:Process AND EXISTS { MATCH (start)-[:RAN_ON]->(h:Host) WHERE text IN [toString(start.pid) + '@' + toLower(h.name), toString(start.pid) + '@' + h.uid] })
MATCH (far:Entity)
WHERE (far.uid = $to
   OR (far:File AND (far.key = aim OR toLower(far.name) = aim OR toLower(far.unc) = aim
       OR EXISTS { MATCH (far)-[:HAS_CONTENT]->(c:Content) WHERE aim IN [c.sha256, c.sha1, c.md5] }))
   OR (far:RegistryValue AND far.key = aim)
   OR (far:Process AND EXISTS { MATCH (far)-[:RAN_ON]->(h:Host) WHERE aim IN [toString(far.pid) + '@' + toLower(h.name), toString(far.pid) + '@' + h.uid] }))
  AND far.uid <> start.uid
MATCH path = (start)-[:SPAWNED|EXECUTED_AS|LOADED_INTO|WROTE|READ_BY|COPIED_TO|RENAMED_TO|SET|SENT_TO|RECEIVED_BY|MAPPED_INTO|INJECTED_INTO|STARTED_REMOTELY|ALTERNATE_OF*1..6]->(far)
WITH path, relationships(path) AS rs, nodes(path) AS ns
WHERE all(r IN rs WHERE coalesce(r.confidence, 'likely') <> 'weak')
  AND none(n IN ns[1..-1] WHERE n:Endpoint)
  AND all(i IN range(0, size(ns) - 2) WHERE none(j IN range(0, size(ns) - 2) WHERE j <> i AND ns[j].uid = ns[i].uid))
  AND none(n IN ns[..-1] WHERE n.uid = ns[-1].uid)
// when the last step but one had arrived, by the clock of the host that it reached; 2^62 - 1 is never
WITH path, rs[-1] AS r, size(rs) AS steps,
     reduce(at = -4611686018427387903, r IN rs[..-1] |
       CASE WHEN at = 4611686018427387903 THEN at
            WHEN r.first_us IS NULL THEN
              CASE WHEN r.last_us < at THEN 4611686018427387903
                   WHEN at = -4611686018427387903 THEN at
                   WHEN r.spans_us IS NULL THEN at + coalesce(r.clock_shift_us, 0)
                   ELSE coalesce(head([i IN range(0, size(r.spans_us) - 2, 2) WHERE at <= r.spans_us[i + 1] |
                     CASE WHEN at < r.spans_us[i] THEN r.spans_us[i] ELSE at END]) + coalesce(r.clock_shift_us, 0), 4611686018427387903) END
            WHEN r.last_us < at THEN 4611686018427387903
            WHEN r.arrives_us IS NOT NULL THEN r.arrives_us
            WHEN r.times_us IS NULL THEN CASE WHEN at < r.first_us THEN r.first_us ELSE at END
            ELSE coalesce(head([t IN r.times_us WHERE t >= at]), 4611686018427387903) END) AS at
WITH path, r, steps,
     CASE WHEN at = 4611686018427387903 THEN at
          WHEN r.first_us IS NULL THEN
            CASE WHEN r.last_us < at THEN 4611686018427387903
                 WHEN at = -4611686018427387903 THEN at
                 WHEN r.spans_us IS NULL THEN at + coalesce(r.clock_shift_us, 0)
                 ELSE coalesce(head([i IN range(0, size(r.spans_us) - 2, 2) WHERE at <= r.spans_us[i + 1] |
                   CASE WHEN at < r.spans_us[i] THEN r.spans_us[i] ELSE at END]) + coalesce(r.clock_shift_us, 0), 4611686018427387903) END
          WHEN r.last_us < at THEN 4611686018427387903
          WHEN r.times_us IS NULL THEN CASE WHEN at < r.first_us THEN r.first_us ELSE at END
          ELSE coalesce(head([t IN r.times_us WHERE t >= at]), 4611686018427387903) END AS passed
WHERE passed <> 4611686018427387903
RETURN path,
       steps AS hops,
       [step IN relationships(path) | type(step)] AS types,
       CASE WHEN passed = -4611686018427387903 OR r.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: passed / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(passed % 1000000), 6) + 'Z' END AS time,
       reduce(places = [], step IN relationships(path) | places + coalesce(step.evidence, step.positions, [])) AS evidence
ORDER BY hops, passed, [step IN relationships(path) | step.uid]
LIMIT $limit
