// /// query
// summary = "What may have led here, with times that never run backwards; up to 6 steps away (`provgraph query track-backward` goes on)"
// direction = "backward"
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
// default = 300
// doc = "most steps to draw"
// [columns]
// path = "how it led here"
// time = "ISO 8601, when it was passed on; not recorded where only a process list tells of it"
// type = "how: the relationship"
// evidence = "citations"
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
// rows = [{ time = "1970-01-01T00:00:05.000000Z", type = "SPAWNED", uid = "s" }, { time = "1970-01-01T00:00:09.000000Z", type = "WROTE", uid = "w" }]
// [[examples]]
// title = "nothing before the time given"
// params = { from = "b", until = "1970-01-01T00:00:06Z" }
// graph = "CREATE (:Process:Entity {uid: 'a', pid: 4})-[:SPAWNED {uid: 's', first_us: 5000000, last_us: 5000000, times_us: [5000000]}]->(:Process:Entity {uid: 'b', pid: 8})"
// rows = []
// ///
WITH toLower($from) AS text
MATCH (start:Entity)
WHERE start.uid = $from
   OR (start:File AND (start.key = text OR toLower(start.name) = text OR toLower(start.unc) = text
       OR EXISTS { MATCH (start)-[:HAS_CONTENT]->(c:Content) WHERE text IN [c.sha256, c.sha1, c.md5] }))
   OR (start:RegistryValue AND start.key = text)
   OR (start:Process AND EXISTS { MATCH (start)-[:RAN_ON]->(h:Host) WHERE text IN [toString(start.pid) + '@' + toLower(h.name), toString(start.pid) + '@' + h.uid] })
MATCH path = (start)<-[:SPAWNED|EXECUTED_AS|LOADED_INTO|WROTE|READ_BY|COPIED_TO|RENAMED_TO|SET|SENT_TO|RECEIVED_BY|MAPPED_INTO|INJECTED_INTO|STARTED_REMOTELY|ALTERNATE_OF*1..6]-(far)
WITH path, relationships(path) AS rs, nodes(path) AS ns
WHERE all(r IN rs WHERE coalesce(r.confidence, 'likely') <> 'weak')
  AND none(n IN ns[1..-1] WHERE n:Endpoint)
  AND all(i IN range(0, size(ns) - 2) WHERE none(j IN range(0, size(ns) - 2) WHERE j <> i AND ns[j].uid = ns[i].uid))
  AND (type(rs[-1]) <> 'ALTERNATE_OF' OR none(n IN ns[..-1] WHERE n.uid = ns[-1].uid))
// by when what was passed on so far must have been there; -2^62 + 1 is never
WITH path, rs[-1] AS r, size(rs) AS steps,
     reduce(at = 4611686018427387903, r IN rs[..-1] |
       CASE WHEN at = -4611686018427387903 THEN at
            WHEN r.first_us IS NULL THEN
              CASE WHEN at = 4611686018427387903 AND r.last_us IS NULL THEN at
                   WHEN at = 4611686018427387903 THEN r.last_us - coalesce(r.clock_shift_us, 0)
                   WHEN r.spans_us IS NULL THEN CASE WHEN r.last_us < at THEN r.last_us ELSE at END - coalesce(r.clock_shift_us, 0)
                   ELSE coalesce([i IN range(0, size(r.spans_us) - 2, 2) WHERE r.spans_us[i] <= at |
                     CASE WHEN r.spans_us[i + 1] < at THEN r.spans_us[i + 1] ELSE at END][-1] - coalesce(r.clock_shift_us, 0), -4611686018427387903) END
            WHEN r.arrives_us IS NOT NULL THEN CASE WHEN r.arrives_us <= at THEN r.first_us ELSE -4611686018427387903 END
            WHEN r.first_us > at THEN -4611686018427387903
            WHEN r.times_us IS NULL THEN CASE WHEN r.last_us < at THEN r.last_us ELSE at END
            ELSE coalesce([t IN r.times_us WHERE t <= at][-1], -4611686018427387903) END) AS at
WITH path, r, steps,
     CASE WHEN at = -4611686018427387903 THEN at
          WHEN r.first_us IS NULL THEN
            CASE WHEN at = 4611686018427387903 THEN coalesce(r.last_us - coalesce(r.clock_shift_us, 0), at)
                 WHEN r.spans_us IS NULL THEN CASE WHEN r.last_us < at THEN r.last_us ELSE at END - coalesce(r.clock_shift_us, 0)
                 ELSE coalesce([i IN range(0, size(r.spans_us) - 2, 2) WHERE r.spans_us[i] <= at |
                   CASE WHEN r.spans_us[i + 1] < at THEN r.spans_us[i + 1] ELSE at END][-1] - coalesce(r.clock_shift_us, 0), -4611686018427387903) END
          WHEN r.arrives_us IS NOT NULL THEN CASE WHEN r.arrives_us <= at THEN r.arrives_us ELSE -4611686018427387903 END
          WHEN r.first_us > at THEN -4611686018427387903
          WHEN r.times_us IS NULL THEN CASE WHEN r.last_us < at THEN r.last_us ELSE at END
          ELSE coalesce([t IN r.times_us WHERE t <= at][-1], -4611686018427387903) END AS passed
WHERE passed <> -4611686018427387903
  AND CASE WHEN $until = '' OR passed = 4611686018427387903 THEN true
           ELSE datetime({epochSeconds: passed / 1000000, nanosecond: passed % 1000000 * 1000}) >= datetime($until) END
WITH path, r, passed, steps ORDER BY passed DESC, steps
WITH r, collect(path)[0] AS path, collect(passed)[0] AS passed
RETURN path,
       CASE WHEN passed = 4611686018427387903 OR (r.first_us IS NULL AND r.last_us IS NOT NULL) THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: passed / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(passed % 1000000), 6) + 'Z' END AS time,
       type(r) AS type,
       coalesce(r.evidence, r.positions, []) AS evidence,
       startNode(r).uid AS source_uid,
       endNode(r).uid AS target_uid,
       r.uid AS uid
ORDER BY passed, type, uid
LIMIT $limit
