// /// query
// summary = "Where a file came from and where it went; up to 6 steps away, each in one life of a path (`provgraph query file-lineage` follows all)"
// [params.file]
// type = "string"
// required = true
// example = "\\\\172.31.48.79\\admin$\\027cc.dll"
// doc = "path, network path, file name, hash or uid; also pid@host or the uid of a process"
// [params.limit]
// type = "integer"
// least = 1
// default = 300
// doc = "most steps to draw"
// [columns]
// path = "how it is connected with the file"
// direction = "backward for where it came from, forward for where it went"
// time = "ISO 8601, by the host's clock"
// relationship = "the relationship in the graph"
// evidence = "citations"
// uid = "the relationship"
// [[examples]]
// title = "written, copied to another host, run there by a command line"
// params = { file = "x.dll" }
// graph = """
// CREATE (p:Process:Entity {uid: 'p', pid: 4, name: 'r.exe', host_uid: 'h'}), (q:Process:Entity {uid: 'q', pid: 9, name: 'rundll32.exe', host_uid: 'u'}),
//   (f:File:Entity {uid: 'f', path: 'C:/y.dll', key: 'c:/y.dll', name: 'y.dll', host_uid: 'h'}),
//   (g:File:Entity {uid: 'g', path: 'C:/Windows/x.dll', key: 'c:/windows/x.dll', name: 'x.dll', unc: '//10.0.0.2/admin$/x.dll', host_uid: 't'}),
//   (k:File:Entity {uid: 'k', path: 'C:/Windows/z.dll', key: 'c:/windows/z.dll', name: 'z.dll', host_uid: 'u'}),
//   (p)-[:WROTE {uid: 'r1', first_us: 1000000, last_us: 1000000, created: true, positions: ['a:1']}]->(f),
//   (f)-[:COPIED_TO {uid: 'r2', first_us: 2000000, last_us: 2000000, process_uid: 'p', positions: ['a:2']}]->(g),
//   (g)-[:ALTERNATE_OF {uid: 'r3', arrives_us: 3000000}]->(k), (k)-[:ALTERNATE_OF {uid: 'r4'}]->(g),
//   (k)-[:LOADED_INTO {uid: 'r5', first_us: 4000000, last_us: 4000000, source: 'command line', positions: ['b:1']}]->(q)
// """
// rows = [{ direction = "backward", relationship = "WROTE", evidence = ["a:1"] }, { direction = "backward", relationship = "COPIED_TO" }, { direction = "forward", relationship = "LOADED_INTO" }, { direction = "forward", relationship = "ALTERNATE_OF" }]
// [[examples]]
// title = "what another program makes of the path later is not mixed in"
// params = { file = "C:/d.dll" }
// graph = """
// CREATE (d:Process:Entity {uid: 'd', pid: 4, host_uid: 'h'}), (o:Process:Entity {uid: 'o', pid: 5, host_uid: 'h'}),
//   (new:File:Entity {uid: 'new', path: 'C:/new.exe', key: 'c:/new.exe', name: 'new.exe', host_uid: 'h'}), (dll:File:Entity {uid: 'dll', path: 'C:/d.dll', key: 'c:/d.dll', name: 'd.dll', host_uid: 'h'}),
//   (o)-[:WROTE {uid: '1', first_us: 1000000, last_us: 1000000}]->(new), (d)-[:DELETED {uid: '2', first_us: 2000000, last_us: 2000000}]->(new),
//   (o)-[:WROTE {uid: '3', first_us: 11000000, last_us: 11000000}]->(new), (new)-[:EXECUTED_AS {uid: '4', first_us: 8000000, last_us: 8000000}]->(d), (d)-[:WROTE {uid: '5', first_us: 9000000, last_us: 9000000}]->(dll)
// """
// rows = [{ uid = "4" }, { uid = "5" }]
// [[examples]]
// title = "a file of which nothing is told"
// params = { file = "C:/y.dll" }
// graph = "CREATE (:Process:Entity {uid: 'p', pid: 4})-[:WROTE {uid: 'r1', first_us: 1}]->(:File:Entity {uid: 'f', key: 'c:/x.dll', name: 'x.dll'}), (:File:Entity {uid: 'g', key: 'c:/y.dll', name: 'y.dll'})"
// rows = []
// ///
WITH toLower($file) AS text
MATCH (start:Entity)
WHERE ((start:File OR start:Process) AND start.uid = $file)
   OR (start:File AND (start.key = text OR toLower(start.name) = text OR toLower(start.unc) = text
       OR EXISTS { MATCH (start)-[:HAS_CONTENT]->(c:Content) WHERE text IN [c.sha256, c.sha1, c.md5] }))
   OR (start:Process AND EXISTS { MATCH (start)-[:RAN_ON]->(h:Host) WHERE text IN [toString(start.pid) + '@' + toLower(h.name), toString(start.pid) + '@' + h.uid] })
CALL (start) {
  MATCH path = (start)<-[:WROTE|OPENED_TO_WRITE|COPIED_TO|RENAMED_TO|DOWNLOADED_TO|EXECUTED_AS|LOADED_INTO|READ_BY|SPAWNED|INJECTED_INTO|STARTED_REMOTELY|ALTERNATE_OF*1..6]-()
  WITH path, relationships(path) AS rs
  // archives only, and only of who wrote a file
  WHERE all(i IN range(0, size(rs) - 1) WHERE type(rs[i]) <> 'READ_BY' OR (i > 0 AND type(rs[i - 1]) = 'WROTE' AND (rs[i].source = 'command line'
        OR split(startNode(rs[i]).key, '.')[-1] IN ['zip', 'rar', '7z', 'cab', 'msi', 'iso', 'img', 'vhd', 'vhdx', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'lzh', 'arj', 'ace'])))
    AND all(r IN rs WHERE type(r) <> 'LOADED_INTO' OR r.source = 'command line' OR r = rs[-1])
  RETURN path, false AS onward
  UNION ALL
  MATCH path = (start)-[:COPIED_TO|RENAMED_TO|ALTERNATE_OF|EXECUTED_AS|LOADED_INTO|HAS_CONTENT|WROTE|SPAWNED|INJECTED_INTO|STARTED_REMOTELY|SENT_TO|REQUESTED|WROTE_DISK|INSTALLED|REGISTERED_TASK|DELETED*1..6]->(far)
  WITH path, far, relationships(path) AS rs
  // what a process did is told, and not followed; of a process that was named, the files that it wrote are
  WHERE NOT far:Section
    AND all(i IN range(0, size(rs) - 1) WHERE i = size(rs) - 1 OR type(rs[i]) IN ['COPIED_TO', 'RENAMED_TO', 'ALTERNATE_OF']
        OR (start:File AND type(rs[i]) IN ['EXECUTED_AS', 'LOADED_INTO']) OR (start:Process AND i = 0 AND type(rs[i]) = 'WROTE'))
    AND (start:File OR type(rs[-1]) <> 'HAS_CONTENT')
  RETURN path, true AS onward
  UNION ALL
  // who deleted it, and who made its copies
  MATCH path = (start)-[:COPIED_TO|RENAMED_TO|ALTERNATE_OF*0..3]->(:File)<-[:DELETED|WROTE|OPENED_TO_WRITE]-()
  WITH path, relationships(path) AS rs
  WHERE type(rs[-1]) = 'DELETED' OR any(r IN rs WHERE type(r) IN ['COPIED_TO', 'RENAMED_TO'])
  RETURN path, true AS onward
}
WITH path, onward, relationships(path) AS rs, nodes(path) AS ns
WHERE all(r IN rs WHERE coalesce(r.confidence, 'likely') <> 'weak')
  AND all(i IN range(0, size(ns) - 1) WHERE none(j IN range(0, size(ns) - 1) WHERE j <> i AND ns[j].uid = ns[i].uid))
  // a name without a folder means another file for each process: names do not lead on through it
  AND all(i IN range(1, size(ns) - 1) WHERE i = size(ns) - 1 OR NOT coalesce(ns[i].key = toLower(ns[i].name), false)
      OR NOT type(rs[i - 1]) IN ['ALTERNATE_OF', 'LOADED_INTO', 'READ_BY'] OR NOT type(rs[i]) IN ['ALTERNATE_OF', 'LOADED_INTO'])
// when each step arrived, in turn; as long as no time is known 2^62 - 1, forward below zero, and where there is none 2^62
WITH path, onward, rs, ns,
     reduce(times = [CASE WHEN onward THEN -4611686018427387903 ELSE 4611686018427387903 END], r IN rs | times + [
       CASE WHEN onward THEN
              CASE WHEN r.first_us IS NULL THEN coalesce(r.arrives_us, times[-1])
                   WHEN coalesce(r.last_us, r.first_us) < times[-1] THEN 4611686018427387904
                   WHEN r.arrives_us IS NOT NULL THEN r.arrives_us
                   WHEN r.first_us >= times[-1] THEN r.first_us
                   ELSE coalesce(head([t IN coalesce(r.times_us, []) WHERE t >= times[-1]]), times[-1]) END
            WHEN r.first_us IS NULL THEN times[-1]
            WHEN coalesce(r.arrives_us, r.first_us) > times[-1] THEN 4611686018427387904
            WHEN r.arrives_us IS NOT NULL THEN r.first_us
            WHEN coalesce(r.last_us, r.first_us) <= times[-1] THEN coalesce(r.last_us, r.first_us)
            ELSE coalesce([t IN coalesce(r.times_us, []) WHERE t <= times[-1]][-1], times[-1]) END]) AS times
WHERE none(t IN times WHERE t = 4611686018427387904)
// the life of a path ends when it is deleted or renamed away
UNWIND range(0, size(ns) - 1) AS i
WITH path, onward, rs, times, i, ns[i] AS n
OPTIONAL MATCH (n)-[away:RENAMED_TO]->()
WITH path, onward, rs, times, i, n, collect(away) AS away
OPTIONAL MATCH (n)<-[gone:DELETED]-()
WITH path, onward, rs, times, i, away, collect(gone) AS gone
WITH path, onward, rs, times, i, reduce(ends = [], r IN away + gone | ends + coalesce(r.times_us, [r.first_us])) AS ends
WITH path, onward, rs, times,
     sum(CASE WHEN i > 0 AND i < size(rs) AND abs(times[i]) < 4611686018427387903
                    AND any(end IN ends WHERE CASE WHEN onward THEN times[i] <= end AND end < times[i + 1]
                                                   ELSE times[i + 1] < end AND end < times[i] END) THEN 1 ELSE 0 END) AS broken
WHERE broken = 0
// each relationship once, and once that two names are one thing
WITH path, onward, rs[-1] AS r, size(rs) AS steps, nodes(path)[-1].uid AS far, nodes(path)[-2].uid AS near
WITH path, onward, r, steps, CASE WHEN type(r) <> 'ALTERNATE_OF' THEN r.uid WHEN near < far THEN near + far ELSE far + near END AS once
ORDER BY steps, onward DESC, r.uid
WITH once, collect(r)[0] AS r, collect(path)[0] AS path, collect(onward)[0] AS onward
RETURN path,
       CASE WHEN onward THEN 'forward' ELSE 'backward' END AS direction,
       CASE WHEN coalesce(r.first_us, r.arrives_us) IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: coalesce(r.arrives_us, r.first_us) / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(coalesce(r.arrives_us, r.first_us) % 1000000), 6) + 'Z' END AS time,
       type(r) AS relationship,
       coalesce(r.evidence, r.positions, []) AS evidence,
       r.uid AS uid
ORDER BY r.first_us IS NULL, r.first_us, uid
LIMIT $limit
