// /// rule
// summary = "A program is copied to another host, by an administrative share or as executable content; nothing starts it as far as the logs know"
// attack = ["T1570"]
// derives = "Movement"
// scope = "graph"
// stage = 5
// specificity = 0
// [columns]
// key = "what identifies the movement: the source process and the file"
// method = "copy"
// technique = "T1570"
// confidence = "weak: a copy alone"
// source_host_uid = "host it came from"
// source_process_uid = "the process that wrote it"
// account = "account that it ran as"
// target_host_uid = "host it went to"
// copied_file = "path there"
// copied_file_uid = "the same as a node"
// first_us = "the first write"
// INITIATED = "source process"
// REACHED = "target host"
// CARRIED = "copied file"
// copied = "the writes"
// [[examples]]
// title = "a file written to an administrative share"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}),
//   (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f)
// """
// rows = [{ method = "copy", confidence = "weak", source_process_uid = "p", target_host_uid = "b" }]
// [[examples]]
// title = "a document saved on a file server is none"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'report.docx', path: '//docs/report.docx', unc: '//b/docs/report.docx'}),
//   (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f)
// """
// rows = []
// [[examples]]
// title = "a file in a hidden share that is none of the administrators'"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.tmp', path: '//home$/x.tmp', unc: '//b/home$/x.tmp'}), (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f)
// """
// rows = []
// [[examples]]
// title = "another movement brought it"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}),
//   (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f), (:Movement:Entity {uid: 'm'})-[:CARRIED {uid: 'c'}]->(f)
// """
// rows = []
// [[examples]]
// title = "PsExec's own service, which PsExec brings"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'PsExec.exe'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'PSEXESVC.exe', path: 'C:/Windows/PSEXESVC.exe', unc: '//b/admin$/PSEXESVC.exe'}),
//   (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f), (:Movement:Entity {uid: 'm', source_process_uid: 'p', target_host_uid: 'b'})
// """
// rows = []
// [[examples]]
// title = "the own machine, by another name"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:a'}), (b)-[:ALTERNATE_OF {uid: 'x'}]->(a), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe', unc: '//a/c$/x.exe'}), (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f)
// """
// rows = []
// ///
// files reached over the network lie on hosts that are known by address or name
MATCH (named:Host)
WHERE (named.key STARTS WITH 'address:' OR named.key STARTS WITH 'name:')
  // folders of the machine that runs this virtual one, and of the client of a remote desktop
  AND NOT named.key IN ['name:vmware-host', 'name:vboxsvr', 'name:vboxsrv', 'name:tsclient']
WITH named.uid AS there
MATCH (f:File {host_uid: there})<-[w:WROTE]-(p:Process)
WHERE f.unc IS NOT NULL AND f.host_uid <> p.host_uid AND NOT toLower(f.unc) =~ '.*[/\\\\]ipc[$].*'
OPTIONAL MATCH (f)-[h:HAS_CONTENT]->(:Content)
WITH p, f, collect(DISTINCT w) AS copied, any(x IN collect(h) WHERE x.pe) AS pe
WHERE pe
   OR toLower(f.unc) =~ '.*[/\\\\]([a-z]|admin)[$]([/\\\\].*)?'
   OR any(ending IN ['.exe', '.dll', '.sys', '.scr', '.bat', '.cmd', '.ps1', '.vbs', '.js', '.msi'] WHERE toLower(f.name) ENDS WITH ending)
WITH p, f, copied, f.host_uid AS there
OPTIONAL MATCH (t:Entity {uid: there})-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= copied[0].first_us AND copied[0].first_us <= same.spans_us[i + 1]))
WITH p, f, copied, collect(own.uid)[0] AS own
WHERE coalesce(own, f.host_uid) <> p.host_uid
  // nothing that another movement tells of: the file, under one of its names, or what its own tool brings
  AND NOT EXISTS { MATCH (f)<-[:CARRIED]-(:Movement) }
  AND NOT EXISTS { MATCH (f)<-[:ALTERNATE_OF]-(:File)<-[:CARRIED]-(:Movement) }
  AND NOT EXISTS {
    MATCH (m:Movement {source_process_uid: p.uid})
    WHERE m.target_host_uid = f.host_uid OR m.target_host_uid = own
  }
RETURN [p.uid, f.uid] AS key,
       'copy' AS method,
       'T1570' AS technique,
       'weak' AS confidence,
       p.host_uid AS source_host_uid,
       p.uid AS source_process_uid,
       p.user AS account,
       coalesce(own, f.host_uid) AS target_host_uid,
       CASE WHEN f.path STARTS WITH '\\\\' THEN f.unc ELSE f.path END AS copied_file,
       f.uid AS copied_file_uid,
       copied[0].first_us AS first_us,
       [p.uid] AS INITIATED,
       [coalesce(own, f.host_uid)] AS REACHED,
       [f.uid] AS CARRIED,
       copied
ORDER BY key
