// /// query
// summary = "Where a file came from and where it went: created, copied, renamed, run, loaded, deleted, and what it did when it ran"
// table = ["step", "time", "direction", "action", "host", "subject", "object", "evidence"]
// [params.file]
// type = "string"
// required = true
// doc = "path, network path, file name, hash or uid"
// [params.limit]
// type = "integer"
// least = 1
// default = 2000
// doc = "most rows to give"
// [columns]
// step = "number in the order of time"
// time = "ISO 8601, by the host's clock"
// direction = "backward for where it came from, forward for where it went"
// action = "what happened"
// host = "name of the host"
// subject = "who or what did it"
// object = "to what"
// evidence = "citations"
// relationship = "the relationship in the graph"
// uid = "its uid"
// host_uid = "the host as a node"
// subject_uid = "the subject as a node"
// object_uid = "the object as a node"
// [[examples]]
// title = "written, copied to another host, run there by a command line"
// params = { file = "x.dll" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'A'}), (t:Host:Entity {uid: 't', name: '10.0.0.2'}), (u:Host:Entity {uid: 'u', name: 'B'}),
//   (p:Process:Entity {uid: 'p', pid: 4, name: 'r.exe', host_uid: 'h'}), (q:Process:Entity {uid: 'q', pid: 9, name: 'rundll32.exe', host_uid: 'u'}),
//   (f:File:Entity {uid: 'f', path: 'C:/x.dll', key: 'c:/x.dll', name: 'x.dll', host_uid: 'h'}),
//   (g:File:Entity {uid: 'g', path: 'C:/Windows/x.dll', key: 'c:/windows/x.dll', name: 'x.dll', unc: '//10.0.0.2/admin$/x.dll', host_uid: 't'}),
//   (k:File:Entity {uid: 'k', path: 'C:/Windows/x.dll', key: 'c:/windows/x.dll', name: 'x.dll', host_uid: 'u'}),
//   (p)-[:WROTE {uid: 'r1', first_us: 1000000, created: true, positions: ['a:1']}]->(f),
//   (f)-[:COPIED_TO {uid: 'r2', first_us: 2000000, process_uid: 'p', positions: ['a:2']}]->(g),
//   (g)-[:ALTERNATE_OF {uid: 'r3', arrives_us: 3000000, reason: 'same path on the same host'}]->(k), (k)-[:ALTERNATE_OF {uid: 'r4'}]->(g),
//   (k)-[:LOADED_INTO {uid: 'r5', first_us: 4000000, source: 'command line', positions: ['b:1']}]->(q)
// """
// rows = [
//   { step = 1, direction = "backward", action = "created", host = "A", subject = "r.exe (4)", object = "C:/x.dll", evidence = ["a:1"] },
//   { step = 2, direction = "forward", action = "copied to", host = "10.0.0.2", subject = "C:/x.dll", object = "//10.0.0.2/admin$/x.dll" },
//   { step = 3, direction = "forward", action = "is the same as", host = "B", subject = "//10.0.0.2/admin$/x.dll", object = "C:/Windows/x.dll" },
//   { step = 4, direction = "forward", action = "run by (command line)", host = "B", subject = "C:/Windows/x.dll", object = "rundll32.exe (9)" },
// ]
// [[examples]]
// title = "another file"
// params = { file = "C:/y.dll" }
// graph = """
// CREATE (:Process:Entity {uid: 'p', pid: 4})-[:WROTE {uid: 'r1', first_us: 1}]->(:File:Entity {uid: 'f', path: 'C:/x.dll', key: 'c:/x.dll', name: 'x.dll', host_uid: 'h'})
// """
// rows = []
// ///
WITH toLower($file) AS text
CALL (text) {
  MATCH (f:Entity {uid: text}) WHERE f:File RETURN f
  UNION
  MATCH (f:File {key: text}) RETURN f
  UNION
  MATCH (f:File) WHERE toLower(f.name) = text OR toLower(f.unc) = text RETURN f
  UNION
  MATCH (f:File)-[:HAS_CONTENT]->(c:Content) WHERE c.sha256 = text OR c.sha1 = text OR c.md5 = text RETURN f
}
// the file with all its copies, former names and other names
MATCH (f)-[:COPIED_TO|RENAMED_TO|ALTERNATE_OF*0..6]-(g:File)
WITH DISTINCT g
CALL (g) {
  MATCH (p:Process)-[r:WROTE]->(g)
  RETURN r, p AS a, g AS b, 'backward' AS direction, CASE WHEN r.created THEN 'created' ELSE 'written' END AS action
  UNION ALL
  MATCH (g)-[r:COPIED_TO]->(b:File)
  RETURN r, g AS a, b, 'forward' AS direction, 'copied to' AS action
  UNION ALL
  MATCH (g)-[r:RENAMED_TO]->(b:File)
  RETURN r, g AS a, b, 'forward' AS direction, 'renamed to' AS action
  UNION ALL
  MATCH (g)-[r:ALTERNATE_OF]->(b:File)
  WHERE g.unc IS NOT NULL OR g.key = toLower(g.name)
  RETURN r, g AS a, b, 'forward' AS direction, 'is the same as' AS action
  UNION ALL
  MATCH (g)-[r:EXECUTED_AS]->(b:Process)
  RETURN r, g AS a, b, 'forward' AS direction, 'executed as' AS action
  UNION ALL
  MATCH (g)-[r:LOADED_INTO]->(b:Process)
  RETURN r, g AS a, b, 'forward' AS direction,
         CASE WHEN r.source = 'command line' THEN 'run by (command line)' ELSE 'loaded into' END AS action
  UNION ALL
  MATCH (p:Process)-[r:DELETED]->(g)
  RETURN r, p AS a, g AS b, 'forward' AS direction, 'deleted' AS action
  UNION ALL
  MATCH (g)-[l:EXECUTED_AS|LOADED_INTO]->(p:Process)-[r:WROTE|SPAWNED|INJECTED_INTO|STARTED_REMOTELY|SENT_TO|WROTE_DISK]->(b)
  WHERE coalesce(r.last_us >= l.first_us, true) AND coalesce(r.confidence, 'likely') <> 'weak' AND b.uid <> g.uid
  RETURN r, p AS a, b, 'forward' AS direction,
         CASE type(r) WHEN 'WROTE' THEN CASE WHEN r.created THEN 'when run: created' ELSE 'when run: wrote' END
                      WHEN 'SPAWNED' THEN 'when run: started'
                      WHEN 'INJECTED_INTO' THEN 'when run: injected into'
                      WHEN 'STARTED_REMOTELY' THEN 'when run: started remotely'
                      WHEN 'WROTE_DISK' THEN 'when run: wrote a raw disk of'
                      ELSE 'when run: sent to' END AS action
}
WITH r, a, b, direction, action
ORDER BY direction, action
WITH r, a, b, collect(direction)[0] AS direction, collect(action)[0] AS action
OPTIONAL MATCH (h:Entity {uid: coalesce(b.host_uid, a.host_uid)})
WITH r, direction, action, coalesce(h.name, 'not recorded') AS host, h.uid AS host_uid, coalesce(r.first_us, r.arrives_us) AS us,
     a.uid AS subject_uid, b.uid AS object_uid,
     CASE WHEN a:Process THEN coalesce(a.name, 'not recorded') + ' (' + coalesce(toString(a.pid), '?') + ')'
          ELSE coalesce(a.unc, a.path, a.name) END AS subject,
     CASE WHEN b:Process THEN coalesce(b.name, 'not recorded') + ' (' + coalesce(toString(b.pid), '?') + ')'
          WHEN b:Endpoint THEN b.address + coalesce(':' + toString(b.port), '')
          ELSE coalesce(b.unc, b.path, b.name) END AS object
ORDER BY us IS NULL, us, r.seq, action, subject, object, r.uid
LIMIT $limit
WITH collect({us: us, direction: direction, action: action, host: host, subject: subject, object: object,
              evidence: coalesce(r.evidence, r.positions, []), relationship: type(r), uid: r.uid,
              host_uid: host_uid, subject_uid: subject_uid, object_uid: object_uid}) AS rows
UNWIND range(0, size(rows) - 1) AS i
RETURN i + 1 AS step,
       CASE WHEN rows[i].us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: rows[i].us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(rows[i].us % 1000000), 6) + 'Z' END AS time,
       rows[i].direction AS direction,
       rows[i].action AS action,
       rows[i].host AS host,
       rows[i].subject AS subject,
       rows[i].object AS object,
       rows[i].evidence AS evidence,
       rows[i].relationship AS relationship,
       rows[i].uid AS uid,
       rows[i].host_uid AS host_uid,
       rows[i].subject_uid AS subject_uid,
       rows[i].object_uid AS object_uid
ORDER BY step
