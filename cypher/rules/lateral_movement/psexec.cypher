// /// rule
// summary = "PsExec under any name starts a program on another host"
// attack = ["T1021.002", "T1569.002"]
// derives = "Movement"
// scope = "graph"
// stage = 3
// specificity = 20
// [columns]
// key = "what identifies the movement: the source process, and the host as it was named"
// method = "PsExec, or the tool of the same kind: PAExec, RemCom, CSExec, winexe"
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
// service = "the service that it names, else the one that ran on the target"
// first_us = "start of PsExec"
// INITIATED = "source process"
// REACHED = "target process and the service that started it, or target host"
// CARRIED = "copied file, and the file of the service"
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
//   (m)-[:SPAWNED {uid: 'r3', position: 't1:3', first_us: 20}]->(p), (p)-[:NAMED_HOST {uid: 'r4', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'psexec', commands: ['C:/Windows/System32/rundll32.exe C:/Windows/x.dll,#1'], programs: ['rundll32.exe'], arguments: ['c:/windows/x.dll,#1']}]->(t),
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
//   (p)-[:NAMED_HOST {uid: 'r4', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'psexec', commands: ['cmd'], programs: ['cmd.exe'], arguments: ['']}]->(h)
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
// [[examples]]
// title = "both logs: the service and what it started"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', scope: 'c', key: 't1', name: 'A', recorded: true}), (t:Host:Entity {uid: 't', scope: 'c', key: 'address:10.0.0.2', name: '10.0.0.2'}),
//   (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'PsExec.exe'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'psexec', names: ['upd'], commands: ['cmd /c x'], programs: ['cmd.exe'], arguments: ['/c x'], account: 'CORP/ann'}]->(t),
//   (s:Process:Entity {uid: 's', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe', command_line: 'cmd /c x'}),
//   (i:File:Entity {uid: 'i', host_uid: 'b', name: 'upd.exe', path: 'C:/Windows/upd.exe'}), (i)-[:EXECUTED_AS {uid: 'e', position: 't2:1', first_us: 30}]->(v),
//   (s)-[:SPAWNED {uid: 's1', position: 't2:1', first_us: 30}]->(v), (v)-[:SPAWNED {uid: 's2', position: 't2:2', first_us: 31}]->(q)
// """
// rows = [{ confidence = "confirmed", account = "CORP/ann", target_host_uid = "b", target_process_uid = "q", service = "upd" }]
// [[examples]]
// title = "an unknown program whose command line has PsExec's form"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'svch0st.exe'}),
//   (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'psexec', commands: ['x.exe'], programs: ['x.exe'], arguments: ['']}]->(t)
// """
// rows = [{ method = "PsExec", confidence = "likely", target_host_uid = "t" }]
// [[examples]]
// title = "the version information names another tool"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'x.exe'}),
//   (f:File:Entity {uid: 'f'})-[:EXECUTED_AS {uid: 'e', position: 't1:3'}]->(p), (f)-[:HAS_CONTENT {uid: 'h'}]->(:Content:Entity {uid: 'c', product: 'Sysinternals PsInfo'}),
//   (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'psexec', commands: ['disk'], programs: ['disk.exe'], arguments: ['']}]->(t)
// """
// rows = []
// [[examples]]
// title = "PsExec on the own machine, whose program names a share"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'PsExec.exe'}), (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20}]->(t)
// """
// rows = []
// [[examples]]
// title = "renamed, in a log that prints version information and no hash"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'upd.exe'}), (f:File:Entity {uid: 'f'})-[:EXECUTED_AS {uid: 'e', position: 't1:3'}]->(p),
//   (f)-[:DESCRIBED_IN {uid: 'h', product: 'Sysinternals PsExec'}]->(:Run:Entity {uid: 'r'}),
//   (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'other', commands: ['cmd'], programs: ['cmd.exe'], arguments: ['']}]->(t)
// """
// rows = [{ method = "PsExec", tool = "Sysinternals PsExec" }]
// [[examples]]
// title = "RemCom"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'RemCom.exe'}),
//   (p)-[:NAMED_HOST {uid: 'n', position: 't1:3', first_us: 20, last_us: 20, asked: ['run'], tool: 'remcom', commands: ['cmd'], programs: ['cmd.exe'], arguments: ['']}]->(t)
// """
// rows = [{ method = "RemCom", confidence = "likely" }]
// ///
MATCH (p:Process)-[named:NAMED_HOST]->(t:Host)
OPTIONAL MATCH (p)<-[:EXECUTED_AS]-(f:File)
// version information stands with the bytes, or with the log where it prints no hash
OPTIONAL MATCH (f)-[said:HAS_CONTENT|DESCRIBED_IN]->(c)
WITH p, t, named, coalesce(c.product, said.product) AS product, coalesce(c.description, said.description) AS description,
     coalesce(c.product_version, said.product_version) AS version, c.sha256 AS sha256, c.md5 AS md5
WITH p, t, named,
     [fact IN collect(toLower(coalesce(product, '') + ' ' + coalesce(description, ''))) WHERE fact <> ' '] AS facts,
     collect(sha256) AS sha256s, collect(md5) AS md5s, min(product + coalesce(' ' + version, '')) AS tool
WITH p, t, named, tool, facts, sha256s + md5s AS hashes
WITH p, t, named, tool, facts,
     any(fact IN facts WHERE fact CONTAINS 'psexec' OR fact CONTAINS 'execute processes remotely')
     // PsExec 1.98, 2.2 and 2.43, for logs that print no version information
     OR any(hash IN hashes WHERE hash IN ['f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5', 'aeee996fd3484f28e5cd85fe26b6bdcd',
                                          '3337e3875b05e0bfba69ab926532e3f179e8cfbf162ebb60ce58a0281437a7ef', '27304b246c7d5b4e149124d5f93c5b01',
                                          '078163d5c16f64caa5a14784323fd51451b8c831c73396b967b4e35e6879937b']) AS known
WHERE 'run' IN named.asked
  AND (known AND named.tool IN ['psexec', 'psexec64', 'other']
       OR toLower(p.name) IN ['psexec.exe', 'psexec64.exe', 'psexec', 'psexec64']
       OR named.tool IN ['psexec', 'psexec64', 'rcmd', 'xcmd', 'remoteexec'] AND size(facts) = 0
       OR named.tool IN ['paexec', 'csexec', 'remcom', 'winexe'])
OPTIONAL MATCH (t)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= named.first_us AND named.first_us <= same.spans_us[i + 1]))
WITH p, t, named, tool, own ORDER BY own.uid
WITH p, t, named, tool, collect(own)[0] AS own
WITH p, t, named, tool, coalesce(own, t) AS there
WHERE there.uid <> p.host_uid
OPTIONAL MATCH (p)<-[start:SPAWNED]-(:Process)
WITH p, t, there, named, tool, collect(start) AS starts
// the file that its command line runs there, brought there before, under whatever name of that host
OPTIONAL MATCH (there)-[:ALTERNATE_OF]->(alias:Host) WHERE alias.recorded IS NULL
WITH p, t, there, named, tool, starts, there.uid AS there_uid, [t.uid] + collect(alias.uid) AS aliases
CALL (p, named, aliases) {
  UNWIND aliases AS alias
  MATCH (x:File {host_uid: alias})<-[copy:WROTE]-(w:Process)
  WHERE w.host_uid = p.host_uid
    // before, or by PsExec itself (-c)
    AND (copy.first_us <= named.last_us OR w.uid = p.uid AND copy.first_us <= named.last_us + 600000000)
    AND any(line IN [replace(replace(toLower(p.command_line), '"', ' '), '/', '\\')] WHERE line CONTAINS '\\' + toLower(x.name) OR (' ' + line) CONTAINS ' ' + toLower(x.name))
  WITH x, copy ORDER BY copy.first_us DESC, x.uid
  RETURN collect(DISTINCT copy) AS copied, collect(x)[0] AS file
}
OPTIONAL MATCH (p)-[:RAN_ON]->(source:Host)
WITH p, t, there, named, tool, starts, there_uid, copied, file, toLower(split(source.name, '.')[0]) AS client, p.pid AS pid
// on the target: a child of a service whose command line PsExec was given, within ten minutes of either clock; or at any
// time where the pipes of the service name this very process
CALL (named, there, there_uid, client, pid) {
  MATCH (q:Process {host_uid: there_uid})<-[remote:SPAWNED]-(v:Process)
  OPTIONAL MATCH (v)-[:USED_PIPE]->(pipe:Pipe) WHERE pipe.client_pid = pid AND toLower(pipe.client) = client
  WITH there, named, v, remote, q, count(pipe) > 0 AS piped
  WHERE there.recorded
    AND (piped OR remote.first_us >= named.first_us - 600000000 AND remote.first_us <= named.last_us + 600000000)
    AND any(program IN named.programs WHERE program = toLower(q.name) OR toLower(q.command_line) CONTAINS program)
    AND (q.command_line IS NULL
         OR any(rest IN named.arguments WHERE replace(toLower(q.command_line), '"', '') CONTAINS rest))
  MATCH (v)<-[service:SPAWNED]-(scm:Process)
  WHERE toLower(scm.name) = 'services.exe'
  OPTIONAL MATCH (v)<-[:EXECUTED_AS]-(image:File)
  WITH q, v, remote, service, image, piped ORDER BY piped DESC, abs(remote.first_us - named.first_us), q.uid, image.uid
  RETURN collect(q)[0] AS q, collect(v)[0] AS v, collect(remote)[0] AS remote, collect(service)[0] AS service, collect(image)[0] AS image
}
RETURN [p.uid, t.uid] AS key,
       CASE named.tool WHEN 'paexec' THEN 'PAExec' WHEN 'csexec' THEN 'CSExec' WHEN 'remcom' THEN 'RemCom' WHEN 'winexe' THEN 'winexe'
         WHEN 'rcmd' THEN 'rcmd' WHEN 'xcmd' THEN 'xcmd' WHEN 'remoteexec' THEN 'remoteexec' ELSE 'PsExec' END AS method,
       tool,
       'T1021.002, T1569.002' + CASE WHEN file IS NULL THEN '' ELSE ', T1570' END AS technique,
       CASE WHEN q IS NULL THEN 'likely' ELSE 'confirmed' END AS confidence,
       p.host_uid AS source_host_uid,
       p.uid AS source_process_uid,
       coalesce(named.account, p.user) AS account,
       there.uid AS target_host_uid,
       q.uid AS target_process_uid,
       file.path AS copied_file,
       file.uid AS copied_file_uid,
       coalesce(named.names[0], v.name) AS service,
       named.first_us AS first_us,
       [p.uid] AS INITIATED,
       CASE WHEN q IS NULL THEN [there.uid] ELSE [q.uid, v.uid] END AS REACHED,
       [x IN [file.uid, image.uid] WHERE x IS NOT NULL] AS CARRIED,
       starts + [named] AS started,
       copied,
       [x IN [service, remote] WHERE x IS NOT NULL] AS there
ORDER BY key
