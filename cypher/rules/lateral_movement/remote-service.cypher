// /// rule
// summary = "A service is made on another host, through its service manager, to run a program there"
// attack = ["T1021.002", "T1543.003", "T1569.002"]
// derives = "Movement"
// scope = "graph"
// stage = 3
// specificity = 10
// [columns]
// key = "what identifies the movement: the source host, the target host and the service"
// method = "service"
// technique = "T1021.002, T1543.003, with T1569.002 where it was started and T1570 where a file was copied there"
// confidence = "confirmed when the target's log shows its process; likely when it was started or its file was copied there; else weak"
// source_host_uid = "host it came from"
// source_process_uid = "the process that asked for it"
// account = "account that the process ran as"
// target_host_uid = "host it went to"
// target_process_uid = "the process of the service there"
// copied_file = "path there of the file that was copied"
// copied_file_uid = "the same as a node"
// service = "the service"
// first_us = "when it was asked for, by the source's clock"
// INITIATED = "source process"
// REACHED = "target process, or target host"
// CARRIED = "copied file"
// started = "making, changing and starting the service"
// copied = "the copy"
// there = "the start on the target"
// [[examples]]
// title = "copied, made and started by sc; the other host's log was not loaded"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'address:10.0.0.2', name: '10.0.0.2'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'sc.exe', user: 'ann'}), (r:Process:Entity {uid: 'r', host_uid: 'a', name: 'sc.exe'}),
//   (p)-[:NAMED_HOST {uid: 'n1', position: 't1:3', first_us: 20, last_us: 20, tool: 'sc', asked: ['create service'], names: ['Upd'], commands: ['C:/x.exe'], programs: ['x.exe'], arguments: ['']}]->(t),
//   (r)-[:NAMED_HOST {uid: 'n2', position: 't1:4', first_us: 25, last_us: 25, tool: 'sc', asked: ['start service'], names: ['upd']}]->(t),
//   (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe'}), (w:Process:Entity {uid: 'w', host_uid: 'a'}), (w)-[:WROTE {uid: 'c', position: 't1:2', first_us: 10}]->(f)
// """
// rows = [{ method = "service", technique = "T1021.002, T1543.003, T1569.002, T1570", confidence = "likely", source_process_uid = "p", account = "ann", target_host_uid = "t", service = "Upd", copied_file = "C:/x.exe" }]
// [[examples]]
// title = "made by the service manager's own API, seen on both hosts"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', name: 'B', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'm.exe'}), (s:Service:Entity {uid: 's', host_uid: 't', name: 'Upd'}),
//   (p)-[:INSTALLED {uid: 'i', position: 't1:3', first_us: 20, last_us: 20, image: 'C:/x.exe -k'}]->(s), (p)-[:STARTED_SERVICE {uid: 'j', position: 't1:4', first_us: 21, last_us: 21}]->(s),
//   (m:Process:Entity {uid: 'm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'x.exe'}), (m)-[:SPAWNED {uid: 'k', position: 't2:1', first_us: 30}]->(v)
// """
// rows = [{ confidence = "confirmed", technique = "T1021.002, T1543.003, T1569.002", target_host_uid = "b", target_process_uid = "v" }]
// [[examples]]
// title = "made, neither started nor copied"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'sc.exe'}),
//   (p)-[:NAMED_HOST {uid: 'n1', position: 't1:3', first_us: 20, last_us: 20, tool: 'sc', asked: ['create service'], names: ['upd'], commands: ['C:/x.exe'], programs: ['x.exe'], arguments: ['']}]->(t)
// """
// rows = [{ confidence = "weak", technique = "T1021.002, T1543.003" }]
// [[examples]]
// title = "a service that is there is only started"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'sc.exe'}),
//   (p)-[:NAMED_HOST {uid: 'n1', position: 't1:3', first_us: 20, last_us: 20, tool: 'sc', asked: ['start service'], names: ['upd']}]->(t)
// """
// rows = []
// [[examples]]
// title = "a service of the own machine"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'm.exe'}), (s:Service:Entity {uid: 's', host_uid: 'a', name: 'Upd'}),
//   (p)-[:INSTALLED {uid: 'i', position: 't1:3', first_us: 20, last_us: 20, image: 'C:/x.exe -k'}]->(s)
// """
// rows = []
// [[examples]]
// title = "a service is asked about"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b'}), (p:Process:Entity {uid: 'p', host_uid: 'a', name: 'sc.exe'}), (p)-[:NAMED_HOST {uid: 'n1', position: 't1:3', first_us: 20, last_us: 20}]->(t)
// """
// rows = []
// ///
// what was asked of other hosts' service managers: by command lines, and by the API
WITH ['create service', 'change service'] AS makes
CALL (makes) {
  MATCH (p:Process)-[n:NAMED_HOST]->(t:Host)
  WHERE any(asked IN n.asked WHERE asked IN makes OR asked = 'start service')
  UNWIND n.names AS service
  RETURN p, t, n AS step, service, any(asked IN n.asked WHERE asked IN makes) AS made, 'start service' IN n.asked AS begun, n.commands AS commands
  UNION ALL
  MATCH (p:Process)-[n:INSTALLED|STARTED_SERVICE]->(s:Service)
  WHERE s.host_uid <> p.host_uid
  WITH p, n, s, s.host_uid AS at
  MATCH (t:Entity {uid: at})
  RETURN p, t, n AS step, s.name AS service, type(n) = 'INSTALLED' AS made, type(n) = 'STARTED_SERVICE' AS begun, [n.image] AS commands
}
OPTIONAL MATCH (t)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= step.first_us AND step.first_us <= same.spans_us[i + 1]))
WITH p, t, step, service, made, begun, commands, own ORDER BY own.uid
WITH p, t, step, service, made, begun, commands, collect(own)[0] AS own
WITH p, t, coalesce(own, t) AS there, step, service, made, begun, commands
WHERE there.uid <> p.host_uid
WITH p, t, there, step, service, made, begun, commands ORDER BY step.first_us, p.uid
WITH p.host_uid AS here, there, toLower(service) AS folded, collect(service)[0] AS service,
     [x IN collect(CASE WHEN made THEN p END) WHERE x IS NOT NULL][0] AS p,
     collect(DISTINCT t.uid) AS named, collect(step) AS started, any(b IN collect(begun) WHERE b) AS begun,
     collect(coalesce(commands, [])) AS asked, min(step.first_us) AS first, max(step.last_us) AS last
WHERE p IS NOT NULL
OPTIONAL MATCH (there)-[:ALTERNATE_OF]->(alias:Host) WHERE alias.recorded IS NULL
WITH here, there, there.uid AS there_uid, service, p, named, started, begun, asked, first, last, collect(alias.uid) AS others
WITH here, there, there_uid, service, p, started, begun, first, last, named + others AS aliases,
     [c IN reduce(all = [], found IN asked | all + found) WHERE c IS NOT NULL | toLower(c)] AS commands
CALL (here, aliases, commands, last) {
  UNWIND aliases AS alias
  MATCH (x:File {host_uid: alias})<-[copy:WROTE]-(w:Process)
  WHERE w.host_uid = here AND copy.first_us <= last AND any(command IN commands WHERE any(line IN [replace(replace(toLower(command), '"', ' '), '/', '\\')] WHERE line CONTAINS '\\' + toLower(x.name) OR (' ' + line) CONTAINS ' ' + toLower(x.name)))
  WITH x, copy ORDER BY copy.first_us DESC, x.uid
  RETURN collect(DISTINCT copy) AS copied, collect(x)[0] AS file
}
CALL (there, there_uid, commands, first, last) {
  MATCH (v:Process {host_uid: there_uid})<-[remote:SPAWNED]-(scm:Process)
  WHERE there.recorded AND toLower(scm.name) = 'services.exe'
    AND remote.first_us >= first - 600000000 AND remote.first_us <= last + 600000000
    AND any(command IN commands WHERE command CONTAINS toLower(v.name))
  WITH v, remote ORDER BY abs(remote.first_us - last), v.uid
  RETURN collect(v)[0] AS v, collect(remote)[0] AS remote
}
RETURN [here, there.uid, toLower(service)] AS key,
       'service' AS method,
       'T1021.002, T1543.003' + CASE WHEN begun OR v IS NOT NULL THEN ', T1569.002' ELSE '' END + CASE WHEN file IS NULL THEN '' ELSE ', T1570' END AS technique,
       CASE WHEN v IS NOT NULL THEN 'confirmed' WHEN begun OR file IS NOT NULL THEN 'likely' ELSE 'weak' END AS confidence,
       here AS source_host_uid,
       p.uid AS source_process_uid,
       p.user AS account,
       there.uid AS target_host_uid,
       v.uid AS target_process_uid,
       file.path AS copied_file,
       file.uid AS copied_file_uid,
       service,
       first AS first_us,
       [p.uid] AS INITIATED,
       [coalesce(v.uid, there.uid)] AS REACHED,
       [file.uid] AS CARRIED,
       started,
       copied,
       [x IN [remote] WHERE x IS NOT NULL] AS there
ORDER BY key
