// /// rule
// summary = "An object of another host is made to run commands there (DCOM)"
// attack = ["T1021.003"]
// derives = "Movement"
// scope = "graph"
// stage = 3
// specificity = 10
// [columns]
// key = "what identifies the movement: the source process, and the host as it was named"
// method = "how"
// technique = "ATT&CK ids, with T1570 where a file was copied there"
// confidence = "confirmed when the target's log shows what was started, else likely"
// source_host_uid = "host it came from"
// source_process_uid = "the process that asked for it"
// account = "account that was named, else that the process ran as"
// target_host_uid = "host it went to"
// target_process_uid = "what it started there"
// copied_file = "path there of the file that the command runs and that was copied before"
// copied_file_uid = "the same as a node"
// service = "service or task that starts it"
// first_us = "when it was asked for, by the source's clock"
// INITIATED = "source process"
// REACHED = "target process, or target host"
// CARRIED = "copied file"
// started = "the request"
// copied = "the copy"
// there = "the start on the target"
// [[examples]]
// title = "the shell of the management console on another host"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'dcom', asked: ['run']}]->(t)
// """
// rows = [{ method = "DCOM", technique = "T1021.003", confidence = "likely", target_host_uid = "b" }]
// [[examples]]
// title = "the other host's log shows a console made for it"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'dcom', asked: ['run']}]->(t),
//   (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'mmc.exe', command_line: 'C:/Windows/system32/mmc.exe -Embedding'}), (v)-[:SPAWNED {uid: 's', position: 't2:9', first_us: 30}]->(q)
// """
// rows = [{ confidence = "confirmed", target_process_uid = "q" }]
// [[examples]]
// title = "a console that a user opened"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'dcom', asked: ['run']}]->(t),
//   (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'explorer.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'mmc.exe', command_line: 'mmc.exe eventvwr.msc'}), (v)-[:SPAWNED {uid: 's', position: 't2:9', first_us: 30}]->(q)
// """
// rows = [{ confidence = "likely" }]
// [[examples]]
// title = "the own machine"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'dcom', asked: ['run']}]->(a)
// """
// rows = []
// ///
MATCH (p:Process)-[named:NAMED_HOST]->(t:Host)
WHERE named.tool = 'dcom'
OPTIONAL MATCH (t)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= named.first_us AND named.first_us <= same.spans_us[i + 1]))
WITH p, t, named, own ORDER BY own.uid
WITH p, t, named, collect(own)[0] AS own
WITH p, t, named, coalesce(own, t) AS there
WHERE there.uid <> p.host_uid
// the other names under which files were brought there
OPTIONAL MATCH (there)-[:ALTERNATE_OF]->(alias:Host) WHERE alias.recorded IS NULL
WITH p, t, named, there, there.uid AS there_uid, [t.uid] + collect(alias.uid) AS aliases
CALL (p, named, aliases) {
  UNWIND aliases AS alias
  MATCH (x:File {host_uid: alias})<-[copy:WROTE]-(w:Process)
  WHERE w.host_uid = p.host_uid AND copy.first_us <= named.last_us
    AND any(command IN named.commands WHERE any(line IN [replace(replace(toLower(command), '"', ' '), '/', '\\')] WHERE line CONTAINS '\\' + toLower(x.name) OR (' ' + line) CONTAINS ' ' + toLower(x.name)))
  WITH x, copy ORDER BY copy.first_us DESC, x.uid
  RETURN collect(DISTINCT copy) AS copied, collect(x)[0] AS file
}
// what the target's log shows of it, by either clock
CALL (named, there, there_uid) {
  MATCH (q:Process {host_uid: there_uid})<-[remote:SPAWNED]-(v:Process)
  WHERE there.recorded AND toLower(v.name) IN ['svchost.exe']
    AND remote.first_us >= named.first_us - 600000000 AND remote.first_us <= named.last_us + 600000000
    AND q.command_line ENDS WITH '-Embedding'
  WITH q, remote ORDER BY abs(remote.first_us - named.first_us), q.uid
  RETURN collect(q)[0] AS q, collect(remote)[0] AS remote
}
RETURN [p.uid, t.uid] AS key,
       'DCOM' AS method,
       'T1021.003' + CASE WHEN file IS NULL THEN '' ELSE ', T1570' END AS technique,
       CASE WHEN q IS NULL THEN 'likely' ELSE 'confirmed' END AS confidence,
       p.host_uid AS source_host_uid,
       p.uid AS source_process_uid,
       coalesce(named.account, p.user) AS account,
       there.uid AS target_host_uid,
       q.uid AS target_process_uid,
       file.path AS copied_file,
       file.uid AS copied_file_uid,
       null AS service,
       named.first_us AS first_us,
       [p.uid] AS INITIATED,
       [coalesce(q.uid, there.uid)] AS REACHED,
       [file.uid] AS CARRIED,
       [named] AS started,
       copied,
       [x IN [remote] WHERE x IS NOT NULL] AS there
ORDER BY key
