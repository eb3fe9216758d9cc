// /// rule
// summary = "A program that another host copied here is soon started by WMI, the task scheduler or a remote shell, as both logs tell; what asked for it is not recorded"
// attack = ["T1570", "T1047", "T1053.005", "T1021.006"]
// derives = "Movement"
// scope = "graph"
// stage = 4
// specificity = 4
// [columns]
// key = "what identifies the movement: the program's process"
// method = "WMI, scheduled task or WinRM, by what started it"
// technique = "ATT&CK ids"
// confidence = "likely: who asked for the start is not recorded"
// source_host_uid = "host it came from"
// source_process_uid = "the process that wrote the program"
// account = "account that it ran as"
// target_host_uid = "host it went to"
// target_process_uid = "the program"
// copied_file = "its path there"
// copied_file_uid = "the same as a node"
// first_us = "the first write, by the source's clock"
// INITIATED = "source process"
// REACHED = "the program"
// CARRIED = "the copied file"
// copied = "the writes"
// there = "its start"
// [[examples]]
// title = "WMI starts a program that another host wrote a second before"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t), (p:Process:Entity {uid: 'p', host_uid: 'a', user: 'ann'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}), (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 2000000}]->(f), (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}), (f)-[:ALTERNATE_OF {uid: 'x3'}]->(g), (g)-[:ALTERNATE_OF {uid: 'x4'}]->(f), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe'}), (v)-[:SPAWNED {uid: 's', position: 't2:1', first_us: 3000000}]->(q), (g)-[:EXECUTED_AS {uid: 'e', position: 't2:1', first_us: 3000000}]->(q)
// """
// rows = [{ method = "WMI", technique = "T1047, T1570", confidence = "likely", source_process_uid = "p", target_process_uid = "q", copied_file = "C:/x.exe" }]
// [[examples]]
// title = "the task scheduler does"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t), (p:Process:Entity {uid: 'p', host_uid: 'a', user: 'ann'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}), (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 2000000}]->(f), (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}), (f)-[:ALTERNATE_OF {uid: 'x3'}]->(g), (g)-[:ALTERNATE_OF {uid: 'x4'}]->(f), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'taskeng.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe'}), (v)-[:SPAWNED {uid: 's', position: 't2:1', first_us: 3000000}]->(q), (g)-[:EXECUTED_AS {uid: 'e', position: 't2:1', first_us: 3000000}]->(q)
// """
// rows = [{ method = "scheduled task", technique = "T1053.005, T1570" }]
// [[examples]]
// title = "a user does"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t), (p:Process:Entity {uid: 'p', host_uid: 'a', user: 'ann'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}), (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 2000000}]->(f), (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}), (f)-[:ALTERNATE_OF {uid: 'x3'}]->(g), (g)-[:ALTERNATE_OF {uid: 'x4'}]->(f), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'explorer.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe'}), (v)-[:SPAWNED {uid: 's', position: 't2:1', first_us: 3000000}]->(q), (g)-[:EXECUTED_AS {uid: 'e', position: 't2:1', first_us: 3000000}]->(q)
// """
// rows = []
// [[examples]]
// title = "another movement reached it"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t), (p:Process:Entity {uid: 'p', host_uid: 'a', user: 'ann'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}), (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 2000000}]->(f), (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}), (f)-[:ALTERNATE_OF {uid: 'x3'}]->(g), (g)-[:ALTERNATE_OF {uid: 'x4'}]->(f), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe'}), (v)-[:SPAWNED {uid: 's', position: 't2:1', first_us: 3000000}]->(q), (g)-[:EXECUTED_AS {uid: 'e', position: 't2:1', first_us: 3000000}]->(q), (:Movement:Entity {uid: 'm'})-[:REACHED {uid: 'r'}]->(q)
// """
// rows = []
// [[examples]]
// title = "it ran long before"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t), (p:Process:Entity {uid: 'p', host_uid: 'a', user: 'ann'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}), (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 2000000}]->(f), (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}), (f)-[:ALTERNATE_OF {uid: 'x3'}]->(g), (g)-[:ALTERNATE_OF {uid: 'x4'}]->(f), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe'}), (v)-[:SPAWNED {uid: 's', position: 't2:1', first_us: -9000000000}]->(q), (g)-[:EXECUTED_AS {uid: 'e', position: 't2:1', first_us: -9000000000}]->(q)
// """
// rows = []
// ///
MATCH (named:Host) WHERE named.key STARTS WITH 'address:' OR named.key STARTS WITH 'name:'
WITH named.uid AS at
MATCH (f:File {host_uid: at})<-[w:WROTE]-(p:Process)
WHERE f.unc IS NOT NULL
MATCH (f)-[:ALTERNATE_OF]->(g:File)-[:EXECUTED_AS]->(q:Process)
WHERE q.host_uid <> p.host_uid
MATCH (q)<-[s:SPAWNED]-(v:Process)
// within ten minutes, by either clock
WHERE toLower(v.name) IN ['wmiprvse.exe', 'svchost.exe', 'taskeng.exe', 'taskhostw.exe', 'taskhost.exe', 'wsmprovhost.exe', 'winrshost.exe']
  AND abs(s.first_us - w.first_us) <= 600000000
  AND NOT EXISTS { MATCH (q)<-[:REACHED]-(:Movement) }
WITH p, q, f, s, toLower(v.name) AS parent, w ORDER BY w.first_us, p.uid
WITH q, f, s, parent, collect(p)[0] AS p, collect(w) AS copied
WITH q, f, s, p, copied, CASE WHEN parent = 'wmiprvse.exe' THEN 'WMI' WHEN parent IN ['wsmprovhost.exe', 'winrshost.exe'] THEN 'WinRM' ELSE 'scheduled task' END AS method
RETURN [q.host_uid, q.uid] AS key,
       method,
       CASE method WHEN 'WMI' THEN 'T1047, T1570' WHEN 'WinRM' THEN 'T1021.006, T1570' ELSE 'T1053.005, T1570' END AS technique,
       'likely' AS confidence,
       p.host_uid AS source_host_uid,
       p.uid AS source_process_uid,
       p.user AS account,
       q.host_uid AS target_host_uid,
       q.uid AS target_process_uid,
       f.path AS copied_file,
       f.uid AS copied_file_uid,
       copied[0].first_us AS first_us,
       [p.uid] AS INITIATED,
       [q.uid] AS REACHED,
       [f.uid] AS CARRIED,
       copied,
       [s] AS there
ORDER BY key
