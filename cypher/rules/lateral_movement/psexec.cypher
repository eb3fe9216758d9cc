// /// rule
// summary = "PsExec under any name starts a program on another host"
// attack = ["T1021.002", "T1569.002"]
// derives = "Movement"
// scope = "graph"
// stage = 3
// specificity = 20
// [columns]
// key = "what identifies the movement: the source process, and the host as it was named"
// method = "PsExec"
// tool = "product and version of the PsExec image"
// technique = "ATT&CK ids: T1021.002, T1569.002, with T1570 where a file was copied there"
// confidence = "confirmed when the target's log shows the program that was started, else likely"
// source_host_uid = "host it came from"
// source_process_uid = "the PsExec process"
// account = "account that was named, else that PsExec ran as"
// target_host_uid = "host it went to"
// target_process_uid = "the program it started there"
// copied_file = "path there of the file that its command line runs and that was copied before"
// copied_file_uid = "the same as a node"
// service = "the service process on the target"
// first_us = "start of PsExec"
// INITIATED = "source process"
// REACHED = "target process, or target host"
// CARRIED = "copied file"
// started = "start of PsExec"
// copied = "the copy"
// there = "start of the service and of the program on the target"
// [[examples]]
// title = "a renamed PsExec, known by its product, on the source alone"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'address:10.0.0.2', name: '10.0.0.2'}),
//   (m:Process:Entity {uid: 'm', host_uid: 'h', name: 'rundll32.exe'}),
//   (p:Process:Entity {uid: 'p', host_uid: 'h', name: 'dllhost.dat', command_line: '-s -d C:/Windows/System32/rundll32.exe C:/Windows/x.dll,#1'}),
//   (f:File:Entity {uid: 'f', host_uid: 'h', name: 'dllhost.dat'}), (c:Content:Entity {uid: 'c', product: 'Sysinternals PsExec', product_version: '1.98'}),
//   (x:File:Entity {uid: 'x', host_uid: 't', name: 'x.dll', path: 'C:/Windows/x.dll'}),
//   (f)-[:HAS_CONTENT {uid: 'r1'}]->(c), (f)-[:EXECUTED_AS {uid: 'r2', position: 't1:3'}]->(p),
//   (m)-[:SPAWNED {uid: 'r3', position: 't1:3', first_us: 20}]->(p), (p)-[:NAMED_HOST {uid: 'r4', position: 't1:3', first_us: 20, last_us: 20}]->(t),
//   (m)-[:WROTE {uid: 'r5', position: 't1:2', first_us: 10}]->(x)
// """
// rows = [{ method = "PsExec", tool = "Sysinternals PsExec 1.98", confidence = "likely", source_process_uid = "p", target_host_uid = "t", copied_file = "C:/Windows/x.dll" }]
// [[examples]]
// title = "PsExec against the own machine is no movement"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', scope: 'c', key: 't1', name: 'A', recorded: true}),
//   (p:Process:Entity {uid: 'p', host_uid: 'h', name: 'PsExec.exe', command_line: 'PsExec.exe -s cmd'}),
//   (f:File:Entity {uid: 'f', host_uid: 'h', name: 'PsExec.exe'}), (c:Content:Entity {uid: 'c', product: 'Sysinternals PsExec'}),
//   (f)-[:HAS_CONTENT {uid: 'r1'}]->(c), (f)-[:EXECUTED_AS {uid: 'r2', position: 't1:3'}]->(p),
//   (p)-[:NAMED_HOST {uid: 'r4', position: 't1:3', first_us: 20, last_us: 20}]->(h)
// """
// rows = []
// [[examples]]
// title = "another program that names a host is no PsExec"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:srv', name: 'srv'}),
//   (p:Process:Entity {uid: 'p', host_uid: 'h', name: 'robocopy.exe', command_line: 'robocopy C:/a b'}),
//   (p)-[:NAMED_HOST {uid: 'r4', position: 't1:3', first_us: 20, last_us: 20}]->(t)
// """
// rows = []
// ///
MATCH (p:Process)-[named:NAMED_HOST]->(t:Host)
OPTIONAL MATCH (f:File)-[:EXECUTED_AS]->(p)
OPTIONAL MATCH (f)-[:HAS_CONTENT]->(c:Content)
WITH p, t, collect(DISTINCT named) AS named,
     collect(toLower(coalesce(c.product, '') + ' ' + coalesce(c.description, ''))) AS facts,
     min(c.product + coalesce(' ' + c.product_version, '')) AS tool
WHERE any(fact IN facts WHERE fact CONTAINS 'psexec' OR fact CONTAINS 'execute processes remotely')
   OR toLower(p.name) IN ['psexec.exe', 'psexec64.exe', 'psexec', 'psexec64']
OPTIONAL MATCH (t)-[:ALTERNATE_OF]->(own:Host) WHERE own.recorded
WITH p, t, named, tool, collect(own)[0] AS own
WITH p, t, named, tool, coalesce(own, t) AS there
WHERE there.uid <> p.host_uid AND t.uid <> p.host_uid
OPTIONAL MATCH (:Process)-[start:SPAWNED]->(p)
WITH p, t, there, named, tool, collect(start) AS starts
// the file that its command line runs there, and that a process of the source host brought there before
WITH p, t, there, named, tool, starts, t.uid AS t_uid, there.uid AS there_uid
OPTIONAL MATCH (x:File {host_uid: t_uid})<-[copy:WROTE]-(w:Process)
WHERE w.host_uid = p.host_uid AND copy.first_us <= named[0].last_us
  AND toLower(p.command_line) CONTAINS toLower(x.name)
WITH p, t, there, there_uid, named, tool, starts, collect(copy) AS copied, collect(x)[0] AS file
// on the target: a child of a service whose command line PsExec was given, within ten minutes of either clock
OPTIONAL MATCH (q:Process {host_uid: there_uid})<-[remote:SPAWNED]-(v:Process)
WHERE there.recorded
  AND remote.first_us >= named[0].first_us - 600000000 AND remote.first_us <= named[0].last_us + 600000000
  AND EXISTS { MATCH (scm:Process)-[:SPAWNED]->(v) WHERE toLower(scm.name) = 'services.exe' }
  AND toLower(p.command_line) CONTAINS toLower(q.name)
  AND (q.command_line IS NULL OR toLower(p.command_line) CONTAINS toLower(trim(q.command_line))
       OR toLower(q.command_line) CONTAINS toLower(q.path))
OPTIONAL MATCH (:Process)-[service:SPAWNED]->(v)
WITH p, t, there, named, tool, starts, copied, file, v, q, remote, service
ORDER BY remote.first_us, q.uid
WITH p, t, there, named, tool, starts, copied, file,
     collect(v)[0] AS v, collect(q)[0] AS q, collect(remote)[0] AS remote, collect(service)[0] AS service
WITH p, t, there, named, tool, starts, copied, file, v, q, remote, service,
     split(coalesce(p.command_line, ''), ' ') AS words
WITH p, t, there, named, tool, starts, copied, file, v, q, remote, service,
     [i IN range(0, size(words) - 2) WHERE toLower(words[i]) IN ['-u', '/u'] | words[i + 1]][0] AS given
RETURN [p.uid, t.uid] AS key,
       'PsExec' AS method,
       tool,
       CASE WHEN file IS NULL THEN 'T1021.002, T1569.002' ELSE 'T1021.002, T1569.002, T1570' END AS technique,
       CASE WHEN q IS NULL THEN 'likely' ELSE 'confirmed' END AS confidence,
       p.host_uid AS source_host_uid,
       p.uid AS source_process_uid,
       coalesce(given, p.user) AS account,
       there.uid AS target_host_uid,
       q.uid AS target_process_uid,
       file.path AS copied_file,
       file.uid AS copied_file_uid,
       v.name AS service,
       named[0].first_us AS first_us,
       [p.uid] AS INITIATED,
       [coalesce(q.uid, there.uid)] AS REACHED,
       [file.uid] AS CARRIED,
       starts + named AS started,
       copied,
       [x IN [service, remote] WHERE x IS NOT NULL] AS there
ORDER BY key
