// /// query
// summary = "Programs and scripts that processes put on the disk: who, when, and what became of them"
// table = ["host", "file", "how", "by", "by_pid", "first_seen", "sha256", "ran_as", "evidence"]
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.ran]
// type = "boolean"
// default = false
// doc = "only those that were run or loaded afterwards"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// host = "name of the host of the file"
// file = "its path"
// how = "wrote, copied or renamed"
// by = "name of the process"
// by_pid = "its process id"
// first_seen = "ISO 8601, when it was first put there"
// sha256 = "SHA-256 of its bytes, where the log tells; of several the first"
// ran_as = "processes that ran or loaded it afterwards, as name (pid)"
// evidence = "citations of the writing and of the running"
// host_uid = "the host as a node"
// file_uid = "the file as a node"
// by_uid = "the process as a node"
// [[examples]]
// title = "a program that was run, a script by its extension, and data, which counts not"
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (p:Process:Entity {uid: 'p', pid: 4, name: 'a.exe', host_uid: 'h'}), (q:Process:Entity {uid: 'q', pid: 8, name: 'b.dat', host_uid: 'h'}),
//   (f:File:Entity {uid: 'f', path: 'C:/b.dat', name: 'b.dat', host_uid: 'h'}), (s:File:Entity {uid: 's', path: 'C:/c.PS1', name: 'c.PS1', host_uid: 'h'}), (d:File:Entity {uid: 'd', path: 'C:/d.txt', name: 'd.txt', host_uid: 'h'}),
//   (p)-[:WROTE {uid: '1', first_us: 1000000, positions: ['x:1']}]->(f), (p)-[:WROTE {uid: '2', first_us: 2000000, positions: ['x:2']}]->(s), (p)-[:WROTE {uid: '3', first_us: 3000000}]->(d),
//   (f)-[:EXECUTED_AS {uid: '4', first_us: 5000000, positions: ['x:5']}]->(q), (f)-[:HAS_CONTENT {uid: '5'}]->(:Content:Entity {uid: 'c', sha256: 'aa'})
// """
// rows = [{ host = "PC", file = "C:/b.dat", how = "wrote", by = "a.exe", by_pid = 4, first_seen = "1970-01-01T00:00:01.000000Z", sha256 = "aa", ran_as = ["b.dat (8)"], evidence = ["x:1", "x:5"], file_uid = "f", by_uid = "p" }, { file = "C:/c.PS1", sha256 = "not recorded", ran_as = [], evidence = ["x:2"] }]
// [[examples]]
// title = "a copy of a program to another place, and of what ran before it was written again nothing is told"
// params = { host = "pc", ran = true }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (p:Process:Entity {uid: 'p', pid: 4, name: 'a.exe', host_uid: 'h'}), (q:Process:Entity {uid: 'q', pid: 8, name: 'q', host_uid: 'h'}), (o:Process:Entity {uid: 'o', pid: 2, name: 'o', host_uid: 'h'}),
//   (a:File:Entity {uid: 'a', path: 'C:/a.exe', name: 'a.exe', host_uid: 'h'})-[:COPIED_TO {uid: '1', first_us: 5000000, process_uid: 'p', positions: ['x:1']}]->(b:File:Entity {uid: 'b', path: 'C:/b.exe', name: 'b.exe', host_uid: 'h'}),
//   (b)-[:EXECUTED_AS {uid: '2', first_us: 6000000, last_us: 6000000}]->(q), (b)-[:EXECUTED_AS {uid: '3', first_us: 4000000, last_us: 4000000}]->(o)
// """
// rows = [{ file = "C:/b.exe", how = "copied", by = "a.exe", ran_as = ["q (8)"] }]
// [[examples]]
// title = "of another host, nothing"
// params = { host = "other" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (:Process:Entity {uid: 'p', pid: 4, host_uid: 'h'})-[:WROTE {uid: '1', first_us: 1}]->(:File:Entity {uid: 'f', path: 'C:/b.exe', name: 'b.exe', host_uid: 'h'})
// """
// rows = []
// ///
WITH ['.exe', '.dll', '.sys', '.scr', '.com', '.cpl', '.ocx', '.msi', '.bat', '.cmd', '.ps1', '.vbs', '.vbe', '.js', '.jse', '.wsf', '.hta', '.lnk', '.jar'] AS endings
CALL (endings) {
  MATCH (p:Process)-[w:WROTE]->(f:File)
  RETURN p, w, f, 'wrote' AS how
  UNION ALL
  MATCH (:File)-[w:COPIED_TO|RENAMED_TO]->(f:File)
  WHERE w.process_uid IS NOT NULL
  MATCH (p:Entity {uid: w.process_uid})
  RETURN p, w, f, CASE type(w) WHEN 'COPIED_TO' THEN 'copied' ELSE 'renamed' END AS how
}
WITH p, w, f, how, any(ending IN endings WHERE toLower(f.name) ENDS WITH ending) AS named
WHERE NOT coalesce(f.sandbox, false) AND NOT coalesce(p.sandbox, false)
OPTIONAL MATCH (h:Entity {uid: f.host_uid})
WITH p, w, f, how, named, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
OPTIONAL MATCH (f)-[has:HAS_CONTENT]->(c:Content)
WITH p, w, f, how, named, h, has, c ORDER BY c.sha256
WITH p, w, f, how, named, h, any(pe IN collect(has.pe) WHERE pe) AS program, collect(c.sha256)[0] AS sha256
OPTIONAL MATCH (f)-[x:EXECUTED_AS|LOADED_INTO]->(q:Process)
WHERE coalesce(x.last_us >= w.first_us, true)
WITH p, w, f, how, named, h, program, sha256, x, q ORDER BY x.first_us, q.pid, q.uid
WITH p, w, f, how, named OR program AS suspect, h, sha256,
     collect(DISTINCT coalesce(q.name, 'not recorded') + ' (' + coalesce(toString(q.pid), '?') + ')') AS shown,
     collect(q) AS ran, collect(x.positions) AS cited
WITH p, w, f, how, suspect, h, sha256, CASE WHEN size(ran) = 0 THEN [] ELSE shown END AS ran_as, cited
WHERE CASE WHEN $ran THEN size(ran_as) > 0 ELSE suspect OR size(ran_as) > 0 END
RETURN coalesce(h.name, 'not recorded') AS host,
       f.path AS file,
       how,
       coalesce(p.name, 'not recorded') AS by,
       p.pid AS by_pid,
       CASE WHEN w.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: w.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(w.first_us % 1000000), 6) + 'Z' END AS first_seen,
       coalesce(sha256, 'not recorded') AS sha256,
       ran_as,
       reduce(places = coalesce(w.positions, []), some IN cited | places + some) AS evidence,
       f.host_uid AS host_uid,
       f.uid AS file_uid,
       p.uid AS by_uid
ORDER BY host, first_seen, file, how, by_uid, w.uid
LIMIT $limit
