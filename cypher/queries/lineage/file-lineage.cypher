// /// query
// summary = "Where a file came from and where it went: created, copied, renamed, run, loaded, deleted, and what it did when it ran"
// answer = "lineage"
// table = ["step", "time", "direction", "action", "host", "subject", "object", "evidence"]
// [params.file]
// type = "string"
// required = true
// example = "\\\\172.31.48.79\\admin$\\027cc.dll"
// doc = "path, network path, file name, hash or uid; also pid@host or the uid of a process"
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
// title = "a dropped module leads back to the archive, the download and the document; what another program made of the path later is not mixed in"
// params = { file = "C:/d.dll" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC', scope: 'c'}),
//   (w:Process:Entity {uid: 'w', pid: 1, name: 'winword.exe', host_uid: 'h'}), (s:Process:Entity {uid: 's', pid: 2, name: 'powershell.exe', host_uid: 'h'}),
//   (z:Process:Entity {uid: 'z', pid: 3, name: '7z.exe', host_uid: 'h'}), (d:Process:Entity {uid: 'd', pid: 4, name: 'new.exe', host_uid: 'h'}), (o:Process:Entity {uid: 'o', pid: 5, name: 'other.exe', host_uid: 'h'}),
//   (doc:File:Entity {uid: 'doc', path: 'C:/a.docx', key: 'c:/a.docx', name: 'a.docx', host_uid: 'h'}), (zip:File:Entity {uid: 'zip', path: 'C:/a.zip', key: 'c:/a.zip', name: 'a.zip', host_uid: 'h'}),
//   (old:File:Entity {uid: 'old', path: 'C:/old.exe', key: 'c:/old.exe', name: 'old.exe', host_uid: 'h'}), (new:File:Entity {uid: 'new', path: 'C:/new.exe', key: 'c:/new.exe', name: 'new.exe', host_uid: 'h'}),
//   (dll:File:Entity {uid: 'dll', path: 'C:/d.dll', key: 'c:/d.dll', name: 'd.dll', host_uid: 'h'}), (u:Url:Entity {uid: 'u', url: 'http://x.example/a.zip'}),
//   (doc)-[:LOADED_INTO {uid: '1', first_us: 1000000, last_us: 1000000, source: 'command line'}]->(w), (w)-[:SPAWNED {uid: '2', first_us: 2000000, last_us: 2000000}]->(s),
//   (s)-[:WROTE {uid: '3', first_us: 3000000, last_us: 3000000, created: true}]->(zip), (u)-[:DOWNLOADED_TO {uid: '4', first_us: 3000000, last_us: 3000000, seq: 1}]->(zip),
//   (s)-[:SPAWNED {uid: '5', first_us: 4000000, last_us: 4000000}]->(z), (zip)-[:READ_BY {uid: '6', first_us: 5000000, last_us: 5000000}]->(z),
//   (z)-[:WROTE {uid: '7', first_us: 6000000, last_us: 6000000, created: true}]->(old), (old)-[:RENAMED_TO {uid: '8', first_us: 7000000, last_us: 7000000}]->(new),
//   (new)-[:EXECUTED_AS {uid: '9', first_us: 8000000, last_us: 8000000}]->(d), (d)-[:WROTE {uid: '10', first_us: 9000000, last_us: 9000000, created: true}]->(dll),
//   (d)-[:DELETED {uid: '11', first_us: 10000000, last_us: 10000000}]->(new), (o)-[:WROTE {uid: '12', first_us: 11000000, last_us: 11000000, created: true}]->(new)
// """
// rows = [
//   { direction = "backward", action = "run by (command line)", subject = "C:/a.docx", object = "winword.exe (1)" },
//   { direction = "backward", action = "started", subject = "winword.exe (1)", object = "powershell.exe (2)" },
//   { direction = "backward", action = "downloaded from", subject = "C:/a.zip", object = "http://x.example/a.zip", host = "PC" },
//   { direction = "backward", action = "created", subject = "powershell.exe (2)", object = "C:/a.zip" },
//   { direction = "backward", action = "started", subject = "powershell.exe (2)", object = "7z.exe (3)" },
//   { direction = "backward", action = "unpacked from", subject = "7z.exe (3)", object = "C:/a.zip" },
//   { direction = "backward", action = "created", subject = "7z.exe (3)", object = "C:/old.exe" },
//   { direction = "backward", action = "renamed from", subject = "C:/new.exe", object = "C:/old.exe" },
//   { direction = "backward", action = "executed as", subject = "C:/new.exe", object = "new.exe (4)" },
//   { direction = "backward", action = "created", subject = "new.exe (4)", object = "C:/d.dll", time = "1970-01-01T00:00:09.000000Z" },
// ]
// [[examples]]
// title = "forward: the copy in its own life only, and who made it"
// params = { file = "C:/a" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC', scope: 'c'}), (p:Process:Entity {uid: 'p', pid: 1, name: 'p', host_uid: 'h'}), (q:Process:Entity {uid: 'q', pid: 2, name: 'q', host_uid: 'h'}),
//   (a:File:Entity {uid: 'a', path: 'C:/a', key: 'c:/a', name: 'a', host_uid: 'h'}), (b:File:Entity {uid: 'b', path: 'C:/b', key: 'c:/b', name: 'b', host_uid: 'h'}),
//   (q)-[:WROTE {uid: '1', first_us: 1000000, last_us: 1000000, created: true}]->(b), (q)-[:DELETED {uid: '2', first_us: 2000000, last_us: 2000000}]->(b),
//   (a)-[:COPIED_TO {uid: '3', first_us: 3000000, last_us: 3000000}]->(b), (p)-[:WROTE {uid: '4', first_us: 3000000, last_us: 3000000, seq: 1, created: true}]->(b),
//   (b)-[:EXECUTED_AS {uid: '5', first_us: 4000000, last_us: 4000000}]->(x:Process:Entity {uid: 'x', pid: 3, name: 'b', host_uid: 'h'}), (x)-[:WROTE_DISK {uid: '6', first_us: 5000000, last_us: 5000000}]->(h),
//   (q)-[:DELETED {uid: '7', first_us: 6000000, last_us: 6000000}]->(b), (b)-[:EXECUTED_AS {uid: '8', first_us: 7000000, last_us: 7000000}]->(:Process:Entity {uid: 'y', pid: 4, name: 'b', host_uid: 'h'})
// """
// rows = [
//   { direction = "forward", action = "created", subject = "p (1)", object = "C:/b" },
//   { direction = "forward", action = "copied to", subject = "C:/a", object = "C:/b" },
//   { direction = "forward", action = "executed as", subject = "C:/b", object = "b (3)" },
//   { direction = "forward", action = "when run: wrote a raw disk of", subject = "b (3)", object = "PC" },
//   { direction = "forward", action = "deleted", subject = "q (2)", object = "C:/b", time = "1970-01-01T00:00:06.000000Z" },
// ]
// [[examples]]
// title = "a hash: the files that held the bytes, and the memory in which they lay; a name: the same bytes under other names"
// params = { file = "AA" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC', scope: 'c'}), (c:Content:Entity {uid: 'c', sha256: 'aa'}), (p:Process:Entity {uid: 'p', pid: 1, name: 'p', host_uid: 'h'}),
//   (:File:Entity {uid: 'f', path: 'C:/f', key: 'c:/f', name: 'f', host_uid: 'h'})-[:HAS_CONTENT {uid: '1', positions: ['x:1']}]->(c), (c)-[:DUMPED_FROM {uid: '2', first_us: 1000000}]->(p),
//   (:File:Entity {uid: 'o', path: 'C:/o', key: 'c:/o', name: 'o'})-[:EXECUTED_AS {uid: '3'}]->(p)
// """
// rows = [{ action = "found in the memory of", subject = "aa", object = "p (1)" }, { action = "held the bytes", subject = "C:/f", object = "aa", time = "not recorded", evidence = ["x:1"] }]
// [[examples]]
// title = "the same bytes under another name, listed only, and not across incidents"
// params = { file = "C:/f" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'A', scope: 'c'}), (:Host:Entity {uid: 'i', name: 'B', scope: 'c'}), (:Host:Entity {uid: 'j', name: 'C', scope: 'other'}), (c:Content:Entity {uid: 'c', sha256: 'aa'}),
//   (:File:Entity {uid: 'f', path: 'C:/f', key: 'c:/f', name: 'f', host_uid: 'h'})-[:HAS_CONTENT {uid: '1', first_us: 1000000, positions: ['x:1']}]->(c),
//   (g:File:Entity {uid: 'g', path: 'C:/g', key: 'c:/g', name: 'g', host_uid: 'i'})-[:HAS_CONTENT {uid: '2', first_us: 2000000, positions: ['x:2']}]->(c),
//   (:File:Entity {uid: 'k', path: 'C:/k', key: 'c:/k', name: 'k', host_uid: 'j'})-[:HAS_CONTENT {uid: '3', first_us: 2000000}]->(c),
//   (g)-[:EXECUTED_AS {uid: '4', first_us: 3000000}]->(:Process:Entity {uid: 'p', pid: 1, name: 'p', host_uid: 'i'})
// """
// rows = [{ action = "held the bytes", subject = "C:/f", object = "aa", host = "A" }, { action = "has the same content as", subject = "C:/f", object = "C:/g", host = "B", evidence = ["x:1", "x:2"] }]
// [[examples]]
// title = "a process: what was behind it, what it did, and what became of the files that it wrote"
// params = { file = "4@pc" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC', scope: 'c'}), (p:Process:Entity {uid: 'p', pid: 4, name: 'p.exe', host_uid: 'h'}), (p)-[:RAN_ON {uid: '0'}]->(h),
//   (:Process:Entity {uid: 'i', pid: 2, name: 'i', host_uid: 'h'})-[:INJECTED_INTO {uid: '1', first_us: 2000000, last_us: 2000000, confidence: 'likely', evidence: ['x:2']}]->(p),
//   (:Process:Entity {uid: 'j', pid: 3, name: 'j', host_uid: 'h'})-[:INJECTED_INTO {uid: '2', first_us: 2000000, last_us: 2000000, confidence: 'weak'}]->(p),
//   (:File:Entity {uid: 'e', path: 'C:/p.exe', key: 'c:/p.exe', name: 'p.exe', host_uid: 'h'})-[:EXECUTED_AS {uid: '3', first_us: 1000000, last_us: 1000000}]->(p),
//   (p)-[:WROTE {uid: '4', first_us: 3000000, last_us: 3000000, created: true}]->(f:File:Entity {uid: 'f', path: 'C:/f', key: 'c:/f', name: 'f', host_uid: 'h'}),
//   (f)-[:EXECUTED_AS {uid: '5', first_us: 4000000, last_us: 4000000}]->(q:Process:Entity {uid: 'q', pid: 5, name: 'f', host_uid: 'h'}), (q)-[:WROTE_DISK {uid: '6', first_us: 5000000, last_us: 5000000}]->(h)
// """
// rows = [
//   { direction = "backward", action = "executed as", subject = "C:/p.exe", object = "p.exe (4)" },
//   { direction = "backward", action = "injected into", subject = "i (2)", object = "p.exe (4)", evidence = ["x:2"] },
//   { direction = "forward", action = "created", subject = "p.exe (4)", object = "C:/f" },
//   { direction = "forward", action = "executed as", subject = "C:/f", object = "f (5)" },
// ]
// [[examples]]
// title = "a file of which nothing is told"
// params = { file = "C:/y.dll" }
// graph = """
// CREATE (:Process:Entity {uid: 'p', pid: 4})-[:WROTE {uid: 'r1', first_us: 1}]->(:File:Entity {uid: 'f', path: 'C:/x.dll', key: 'c:/x.dll', name: 'x.dll', host_uid: 'h'}), (:File:Entity {uid: 'g', path: 'C:/y.dll', key: 'c:/y.dll', name: 'y.dll', host_uid: 'h'})
// """
// rows = []
// ///
// One wave: what the places of the frontier reach directly, each within the window of time that counts for it.
// `way` says what a place is: `made` (a file whose origin is sought), `maker` and `cause` (processes behind it), `named`,
// `went` and `became` (files that are followed), `ran` and `did` (processes whose deeds are told). A name without a
// folder means another file for each process: `through` is the file or process by which such a name was reached, and
// process and file belong together only where the process handled that file.
UNWIND $frontier AS f
MATCH (n:Entity {uid: f.uid})
CALL (n, f) {
  WITH n, f WHERE f.way IN ['made', 'maker', 'cause']
  MATCH (n)<-[r:WROTE|OPENED_TO_WRITE|COPIED_TO|RENAMED_TO|DOWNLOADED_TO|EXECUTED_AS|SPAWNED|INJECTED_INTO|STARTED_REMOTELY|ALTERNATE_OF]-(m)
  WHERE (r.first_us IS NULL OR (coalesce(r.arrives_us, r.first_us) <= f.until AND coalesce(r.arrives_us, r.last_us, r.first_us) >= f.since))
    AND coalesce(r.confidence, 'likely') <> 'weak'
    AND (f.through = '' OR type(r) <> 'ALTERNATE_OF' OR m.uid = f.through
      OR EXISTS { MATCH (m)-[:READ_BY|LOADED_INTO]->(:Entity {uid: f.through}) }
      OR EXISTS { MATCH (m)<-[:WROTE]-(:Entity {uid: f.through}) }
      OR EXISTS { MATCH (m)-[x:COPIED_TO|RENAMED_TO]->() WHERE x.process_uid = f.through })
  RETURN r, m, false AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  // a module joins where the command line names it, or where somebody is known to have brought it there before
  WITH n, f WHERE f.way IN ['maker', 'cause']
  MATCH (n)<-[r:LOADED_INTO]-(m)
  WHERE (r.first_us IS NULL OR r.first_us <= f.until)
    AND (r.source = 'command line' OR EXISTS {
      MATCH (m)<-[w:WROTE|COPIED_TO|RENAMED_TO|DOWNLOADED_TO]-() WHERE w.first_us IS NULL OR r.last_us IS NULL OR w.first_us <= r.last_us })
  RETURN r, m, false AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  WITH n, f WHERE f.way = 'maker'
  MATCH (n)<-[r:READ_BY]-(m:File)
  WHERE (r.first_us IS NULL OR r.first_us <= f.until)
    AND (r.source = 'command line' OR
      split(m.key, '.')[-1] IN ['zip', 'rar', '7z', 'cab', 'msi', 'iso', 'img', 'vhd', 'vhdx', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'lzh', 'arj', 'ace'])
  RETURN r, m, false AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  WITH n, f WHERE f.way IN ['named', 'went', 'became']
  MATCH (n)-[r:COPIED_TO|RENAMED_TO|EXECUTED_AS|LOADED_INTO|ALTERNATE_OF|DUMPED_FROM]->(m)
  WHERE (r.first_us IS NULL OR (r.first_us <= f.until AND coalesce(r.last_us, r.first_us) >= f.since))
    AND (f.through = '' OR NOT type(r) IN ['LOADED_INTO', 'ALTERNATE_OF'] OR m.uid = f.through
      OR EXISTS { MATCH (:Entity {uid: f.through})-[:READ_BY|LOADED_INTO]->(m) }
      OR EXISTS { MATCH (:Entity {uid: f.through})<-[:WROTE]-(m) }
      OR EXISTS { MATCH (:Entity {uid: f.through})-[x:COPIED_TO|RENAMED_TO]->() WHERE x.process_uid = m.uid })
  RETURN r, m, true AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  WITH n, f WHERE f.way IN ['named', 'went', 'became']
  MATCH (n)<-[r:DELETED]-(m)
  WHERE r.first_us IS NULL OR (r.first_us <= f.until AND coalesce(r.last_us, r.first_us) >= f.since)
  RETURN r, m, false AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  WITH n, f WHERE f.way = 'went'
  MATCH (n)<-[r:WROTE|OPENED_TO_WRITE]-(m)
  WHERE r.first_us IS NULL OR (r.first_us <= f.until AND coalesce(r.last_us, r.first_us) >= f.since)
  RETURN r, m, false AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  WITH n, f WHERE f.way IN ['named', 'went'] AND n:File
  MATCH (n)-[r:HAS_CONTENT]->(m:Content)
  WHERE r.first_us IS NULL OR (r.first_us <= f.until AND coalesce(r.last_us, r.first_us) >= f.since)
  RETURN r, m, true AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
  UNION ALL
  // the same bytes under other names, on the hosts of one incident; bytes of nothing are no likeness
  WITH n, f WHERE f.way IN ['named', 'went'] AND n:File
  MATCH (n)-[own:HAS_CONTENT]->(c:Content)
  WHERE (own.first_us IS NULL OR (own.first_us <= f.until AND coalesce(own.last_us, own.first_us) >= f.since))
    AND coalesce(c.size, 1) > 0 AND NOT coalesce(c.sha256, c.sha1, c.md5) IN [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', 'd41d8cd98f00b204e9800998ecf8427e']
  MATCH (h:Entity {uid: coalesce(n.host_uid, '')})
  MATCH (c)<-[r:HAS_CONTENT]-(m:File)
  WHERE m.uid <> n.uid
  MATCH (mh:Entity {uid: coalesce(m.host_uid, '')})
  WHERE mh.uid = h.uid OR mh.scope = h.scope
  RETURN r, m, false AS outward, own.positions AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $alike
  UNION ALL
  WITH n, f WHERE f.way IN ['ran', 'did']
  MATCH (n)-[r:WROTE|SPAWNED|INJECTED_INTO|STARTED_REMOTELY|SENT_TO|REQUESTED|WROTE_DISK|INSTALLED|REGISTERED_TASK|DELETED|ALTERNATE_OF]->(m)
  WHERE (r.first_us IS NULL OR coalesce(r.last_us, r.first_us) >= f.since)
    AND coalesce(r.confidence, 'likely') <> 'weak' AND NOT m:Section
  RETURN r, m, true AS outward, [] AS also
  ORDER BY coalesce(r.first_us, r.last_us), r.uid
  LIMIT $cap
}
WITH f, r, also, outward, n, m, CASE WHEN outward THEN n ELSE m END AS a, CASE WHEN outward THEN m ELSE n END AS b
// looking up nothing (`''`) takes no time, looking up `null` reads every node on one of the engines
OPTIONAL MATCH (h:Entity {uid: CASE WHEN type(r) = 'HAS_CONTENT' AND m:File THEN m.host_uid ELSE coalesce(b.host_uid, a.host_uid, '') END})
RETURN f.place AS place,
       n.uid AS near,
       m.uid AS far,
       [l IN labels(m) WHERE l <> 'Entity'][0] AS far_label,
       r.uid AS uid,
       type(r) AS type,
       r.first_us AS first_us,
       coalesce(r.last_us, r.first_us) AS last_us,
       r.times_us AS times_us,
       r.arrives_us AS arrives_us,
       r.clock_shift_us AS clock_shift_us,
       r.spans_us AS spans_us,
       r.seq AS seq,
       r.created AS created,
       r.source AS source,
       coalesce(r.evidence, r.positions, []) AS evidence,
       coalesce(also, []) AS also,
       outward,
       coalesce(m.key = toLower(m.name), false) AS far_is_bare,
       a.unc IS NOT NULL OR a.key = toLower(a.name) AS by_another_name,
       CASE WHEN NOT m:File THEN [] ELSE
         [(m)-[x:RENAMED_TO]->() | coalesce(x.times_us, [x.first_us, x.last_us])] + [(m)<-[x:DELETED]-() | coalesce(x.times_us, [x.first_us, x.last_us])] END AS ends,
       CASE WHEN n:Process THEN coalesce(n.name, 'not recorded') + ' (' + coalesce(toString(n.pid), '?') + ')'
            WHEN n:Endpoint THEN n.address + coalesce(':' + toString(n.port), '')
            WHEN n:Url THEN n.url
            WHEN n:Content THEN coalesce(n.sha256, n.sha1, n.md5, n.uid)
            ELSE coalesce(n.unc, n.path, n.name, n.uid) END AS near_name,
       CASE WHEN m:Process THEN coalesce(m.name, 'not recorded') + ' (' + coalesce(toString(m.pid), '?') + ')'
            WHEN m:Endpoint THEN m.address + coalesce(':' + toString(m.port), '')
            WHEN m:Url THEN m.url
            WHEN m:Content THEN coalesce(m.sha256, m.sha1, m.md5, m.uid)
            ELSE coalesce(m.unc, m.path, m.name, m.uid) END AS far_name,
       coalesce(h.name, 'not recorded') AS host,
       h.uid AS host_uid
ORDER BY place, coalesce(r.first_us, r.last_us), uid, outward
