// /// rule
// summary = "A program is copied to another host, by an administrative share or as executable content; nothing starts it as far as the logs know"
// attack = ["T1570"]
// derives = "Movement"
// scope = "graph"
// stage = 3
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
// title = "the file is what a PsExec of the same host runs there: that movement tells of it"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}),
//   (p)-[:WROTE {uid: 'w', position: 't:1', first_us: 3}]->(f),
//   (r:Process:Entity {uid: 'r', host_uid: 'a', name: 'PsExec.exe', command_line: '-s C:/x.exe'}),
//   (r)-[:NAMED_HOST {uid: 'n', first_us: 9, last_us: 9}]->(b)
// """
// rows = []
// ///
// files reached over the network lie on hosts that are known by address or name
MATCH (named:Host) WHERE named.key STARTS WITH 'address:' OR named.key STARTS WITH 'name:'
WITH named.uid AS there
MATCH (f:File {host_uid: there})<-[w:WROTE]-(p:Process)
WHERE f.unc IS NOT NULL AND f.host_uid <> p.host_uid
OPTIONAL MATCH (f)-[h:HAS_CONTENT]->(:Content)
WITH p, f, collect(DISTINCT w) AS copied, any(x IN collect(h) WHERE x.pe) AS pe
WHERE pe
   OR toLower(f.unc) CONTAINS '$'
   OR any(ending IN ['.exe', '.dll', '.sys', '.scr', '.bat', '.cmd', '.ps1', '.vbs', '.js', '.msi'] WHERE toLower(f.name) ENDS WITH ending)
WITH p, f, copied, f.host_uid AS there
OPTIONAL MATCH (t:Entity {uid: there})-[:ALTERNATE_OF]->(own:Host) WHERE own.recorded
WITH p, f, copied, collect(own.uid)[0] AS own
WHERE coalesce(own, f.host_uid) <> p.host_uid
  AND NOT EXISTS {
    MATCH (r:Process)-[n:NAMED_HOST]->(:Host {uid: f.host_uid})
    WHERE r.host_uid = p.host_uid AND n.last_us >= copied[0].first_us
      AND toLower(r.command_line) CONTAINS toLower(f.name) AND r.uid <> p.uid
  }
RETURN [p.uid, f.uid] AS key,
       'copy' AS method,
       'T1570' AS technique,
       'weak' AS confidence,
       p.host_uid AS source_host_uid,
       p.uid AS source_process_uid,
       p.user AS account,
       coalesce(own, f.host_uid) AS target_host_uid,
       f.path AS copied_file,
       f.uid AS copied_file_uid,
       copied[0].first_us AS first_us,
       [p.uid] AS INITIATED,
       [coalesce(own, f.host_uid)] AS REACHED,
       [f.uid] AS CARRIED,
       copied
ORDER BY key
