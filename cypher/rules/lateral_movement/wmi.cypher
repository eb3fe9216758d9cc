// /// rule
// summary = "WMI is asked to start a program on another host"
// attack = ["T1047"]
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
// title = "asked by wmic, with the file that was copied; the other host's log was not loaded"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'wmic', asked: ['run'], commands: ['C:/x.exe -a'], programs: ['x.exe'], arguments: ['-a']}]->(t),
//   (w:Process:Entity {uid: 'w', host_uid: 'a', name: 'cmd.exe'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}), (w)-[:WROTE {uid: 'c', position: 't1:2', first_us: 10}]->(f)
// """
// rows = [{ method = "WMI", technique = "T1047, T1570", confidence = "likely", source_process_uid = "p", account = "ann", target_host_uid = "t", copied_file = "C:/x.exe" }]
// [[examples]]
// title = "the other host's log shows what WMI started there"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'wmic', asked: ['run'], commands: ['C:/x.exe -a'], programs: ['x.exe'], arguments: ['-a']}]->(t),
//   (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe', command_line: 'C:/x.exe -a'}), (v)-[:SPAWNED {uid: 's', position: 't2:9', first_us: 30}]->(q)
// """
// rows = [{ confidence = "confirmed", technique = "T1047", target_host_uid = "b", target_process_uid = "q" }]
// [[examples]]
// title = "what WMI started there is another program"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'wmic', asked: ['run'], commands: ['C:/x.exe -a'], programs: ['x.exe'], arguments: ['-a']}]->(t),
//   (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'y.exe', command_line: 'C:/y.exe -a'}), (v)-[:SPAWNED {uid: 's', position: 't2:9', first_us: 30}]->(q)
// """
// rows = [{ confidence = "likely", target_host_uid = "b" }]
// [[examples]]
// title = "the name is that of the own machine"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(a), (a)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'p.exe', user: 'ann'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, tool: 'wmic', asked: ['run'], commands: ['C:/x.exe -a'], programs: ['x.exe'], arguments: ['-a']}]->(t)
// """
// rows = []
// [[examples]]
// title = "a host is only named"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'wmic.exe'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20}]->(t)
// """
// rows = []
// ///
MATCH (p:Process)-[named:NAMED_HOST]->(t:Host)
WHERE named.tool IN ['wmic', 'wmi'] AND 'run' IN named.asked
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
  WHERE there.recorded AND toLower(v.name) IN ['wmiprvse.exe']
    AND remote.first_us >= named.first_us - 600000000 AND remote.first_us <= named.last_us + 600000000
    AND any(program IN named.programs WHERE program = toLower(q.name) OR toLower(q.command_line) CONTAINS program)
    AND (q.command_line IS NULL
         OR any(rest IN named.arguments WHERE replace(toLower(q.command_line), '"', '') CONTAINS rest))
  WITH q, remote ORDER BY abs(remote.first_us - named.first_us), q.uid
  RETURN collect(q)[0] AS q, collect(remote)[0] AS remote
}
RETURN [p.uid, t.uid] AS key,
       'WMI' AS method,
       'T1047' + CASE WHEN file IS NULL THEN '' ELSE ', T1570' END AS technique,
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
