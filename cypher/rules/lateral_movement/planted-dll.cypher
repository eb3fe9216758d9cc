// /// rule
// summary = "A DLL is put on another host, through an administrative share, where a program of that host loads it"
// attack = ["T1574.001", "T1570"]
// derives = "Movement"
// scope = "graph"
// stage = 4
// specificity = 5
// [columns]
// key = "what identifies the movement: the target host and the DLL"
// method = "planted DLL"
// technique = "T1574.001, T1570, T1021.002, with T1569.002 where a service was started for it"
// confidence = "confirmed when a service of the target loads it; likely when another process does, or the service was started from the source"
// source_host_uid = "host it came from"
// source_process_uid = "the process that wrote it"
// account = "account that it was done as"
// target_host_uid = "host it went to"
// target_process_uid = "the process that loads it"
// copied_file = "path there of the file that was copied"
// copied_file_uid = "the same as a node"
// service = "the service that was started for it"
// first_us = "when it was put there, by the clock of the log that tells"
// INITIATED = "source process, else source host"
// REACHED = "target process, or target host"
// CARRIED = "copied file"
// copied = "the writes"
// started = "the start of the service"
// there = "the loads"
// [[examples]]
// title = "written through an administrative share, loaded by a service, in both logs"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (b:Host:Entity {uid: 'b', key: 't2', recorded: true}), (t)-[:ALTERNATE_OF {uid: 'x1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'x2'}]->(t),
//   (p:Process:Entity {uid: 'p', host_uid: 'a', user: 'ann'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'wlbsctrl.dll', path: 'C:/Windows/System32/wlbsctrl.dll', unc: '//b/c$/Windows/System32/wlbsctrl.dll'}),
//   (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 20}]->(f), (g:File:Entity {uid: 'g', host_uid: 'b', name: 'wlbsctrl.dll', path: 'C:/Windows/System32/wlbsctrl.dll'}), (f)-[:ALTERNATE_OF {uid: 'x3'}]->(g),
//   (s:Process:Entity {uid: 's', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe'}), (s)-[:SPAWNED {uid: 'k', position: 't2:1', first_us: 30}]->(v),
//   (g)-[:LOADED_INTO {uid: 'l', position: 't2:2', first_us: 31, last_us: 31}]->(v)
// """
// rows = [{ method = "planted DLL", technique = "T1574.001, T1570, T1021.002", confidence = "confirmed", source_process_uid = "p", target_host_uid = "b", target_process_uid = "v" }]
// [[examples]]
// title = "only the source's log: written, then a service started there"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'wlbsctrl.dll', path: 'C:/Windows/System32/wlbsctrl.dll', unc: '//b/c$/Windows/System32/wlbsctrl.dll'}),
//   (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 20}]->(f), (r:Process:Entity {uid: 'r', host_uid: 'a', name: 'sc.exe'}),
//   (r)-[:NAMED_HOST {uid: 'n', position: 't1:4', first_us: 25, last_us: 25, asked: ['start service'], names: ['IKEEXT'], tool: 'sc'}]->(t)
// """
// rows = [{ technique = "T1574.001, T1570, T1021.002, T1569.002", confidence = "likely", service = "IKEEXT", target_host_uid = "t" }]
// [[examples]]
// title = "as the target's log alone tells it"
// graph = """
// CREATE (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}), (b:Host:Entity {uid: 'b', recorded: true}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.7'}), (b)-[:HAS_ADDRESS {uid: 'h', position: 't:0'}]->(e),
//   (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.dll', path: 'C:/x.dll'}), (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$'], accounts: ['CORP/ann']}]->(g),
//   (u:Process:Entity {uid: 'u', host_uid: 'b', name: 'app.exe'}), (g)-[:LOADED_INTO {uid: 'l', position: 't:2', first_us: 31, last_us: 31}]->(u)
// """
// rows = [{ confidence = "likely", source_host_uid = "c", account = "CORP/ann", target_host_uid = "b", target_process_uid = "u" }]
// [[examples]]
// title = "loaded before it was written"
// graph = """
// CREATE (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}), (b:Host:Entity {uid: 'b', recorded: true}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.7'}), (b)-[:HAS_ADDRESS {uid: 'h', position: 't:0'}]->(e),
//   (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.dll', path: 'C:/x.dll'}), (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 40, shares: ['C$']}]->(g),
//   (u:Process:Entity {uid: 'u', host_uid: 'b', name: 'app.exe'}), (g)-[:LOADED_INTO {uid: 'l', position: 't:2', first_us: 31, last_us: 31}]->(u)
// """
// rows = []
// [[examples]]
// title = "another movement brought it and ran it"
// graph = """
// CREATE (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}), (b:Host:Entity {uid: 'b', recorded: true}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.7'}), (b)-[:HAS_ADDRESS {uid: 'h', position: 't:0'}]->(e),
//   (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.dll', path: 'C:/x.dll'}), (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(g),
//   (u:Process:Entity {uid: 'u', host_uid: 'b', name: 'rundll32.exe'}), (g)-[:LOADED_INTO {uid: 'l', position: 't:2', first_us: 31, last_us: 31, source: 'command line'}]->(u),
//   (:Movement:Entity {uid: 'm', method: 'PsExec'})-[:CARRIED {uid: 'y'}]->(g)
// """
// rows = []
// [[examples]]
// title = "a printer driver, in the share that is there for them"
// graph = """
// CREATE (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}), (b:Host:Entity {uid: 'b', recorded: true}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.7'}), (b)-[:HAS_ADDRESS {uid: 'h', position: 't:0'}]->(e),
//   (g:File:Entity {uid: 'g', host_uid: 'b', name: 'x.dll', path: 'C:/x.dll'}), (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['print$']}]->(g),
//   (u:Process:Entity {uid: 'u', host_uid: 'b', name: 'spoolsv.exe'}), (g)-[:LOADED_INTO {uid: 'l', position: 't:2', first_us: 31, last_us: 31}]->(u)
// """
// rows = []
// [[examples]]
// title = "a program is no DLL"
// graph = """
// CREATE (t:Host:Entity {uid: 't', key: 'name:b', name: 'b'}), (p:Process:Entity {uid: 'p', host_uid: 'a'}), (f:File:Entity {uid: 'f', host_uid: 't', name: 'x.exe', path: 'C:/x.exe', unc: '//b/c$/x.exe'}),
//   (p)-[:WROTE {uid: 'w', position: 't1:3', first_us: 20}]->(f), (r:Process:Entity {uid: 'r', host_uid: 'a', name: 'sc.exe'}),
//   (r)-[:NAMED_HOST {uid: 'n', position: 't1:4', first_us: 25, last_us: 25, asked: ['start service'], names: ['IKEEXT'], tool: 'sc'}]->(t)
// """
// rows = []
// ///
// DLLs that came from another host: as its own log tells, or as the log of the target tells
WITH 'c$' AS share
CALL (share) {
  MATCH (named:Host) WHERE named.key STARTS WITH 'address:' OR named.key STARTS WITH 'name:'
  WITH named, named.uid AS at
  MATCH (f:File {host_uid: at})<-[w:WROTE]-(p:Process)
  WHERE f.unc IS NOT NULL
  OPTIONAL MATCH (named)-[same:ALTERNATE_OF]->(own:Host)
  WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= w.first_us AND w.first_us <= same.spans_us[i + 1]))
  WITH f, w, p, at, own ORDER BY own.uid
  WITH f, w, p, at, coalesce(collect(own.uid)[0], at) AS there
  WHERE p.host_uid <> there
  OPTIONAL MATCH (f)-[:ALTERNATE_OF]->(g:File {host_uid: there})
  RETURN coalesce(g, f) AS dll, there, f.uid AS f_uid, at, p.host_uid AS source, p.uid AS writer, p.user AS account, w AS copy, toLower(f.unc) =~ '.*[/\\\\]([a-z]|admin)[$]([/\\\\].*)?' AS administrative, 600000000 AS slack
  UNION ALL
  MATCH (c:Host)-[o:OPENED_TO_WRITE]->(g:File)
  OPTIONAL MATCH (c)-[same:ALTERNATE_OF]->(own:Host)
  WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= o.first_us AND o.first_us <= same.spans_us[i + 1]))
  WITH c, o, g, own ORDER BY own.uid
  WITH c, o, g, collect(own)[0] AS own
  WITH o, g, coalesce(own, c) AS c, g.host_uid AS at
  MATCH (b:Entity {uid: at})
  WITH c, o, g, b, at
  WHERE c.uid <> at
    AND (c.recorded OR c.key STARTS WITH 'name:' OR EXISTS { MATCH (b)-[:HAS_ADDRESS]->(e:Endpoint) WHERE (e.address CONTAINS ':') = (substring(c.key, 8) CONTAINS ':') })
  RETURN g AS dll, at AS there, g.uid AS f_uid, at, c.uid AS source, null AS writer, o.accounts[0] AS account, o AS copy, any(s IN o.shares WHERE toLower(s) =~ '([a-z]|admin)[$]') AS administrative, 0 AS slack
}
WITH dll, there, f_uid, at, source, writer, account, copy, administrative, slack
WHERE toLower(dll.name) ENDS WITH '.dll' AND administrative
  AND NOT EXISTS { MATCH (m:Movement)-[:CARRIED]->(:Entity {uid: f_uid}) }
  AND NOT EXISTS { MATCH (m:Movement)-[:CARRIED]->(dll) }
WITH dll, there, at, source, writer, account, copy, slack ORDER BY copy.first_us, copy.uid
WITH dll, there, source, collect(at)[0] AS at, collect(writer)[0] AS writer, collect(account)[0] AS account, collect(copy) AS copied, max(slack) AS slack
CALL (dll, copied, slack) {
  MATCH (dll)-[l:LOADED_INTO]->(q:Process)
  WHERE l.last_us >= copied[0].first_us - slack
  OPTIONAL MATCH (q)<-[:SPAWNED]-(scm:Process) WHERE toLower(scm.name) = 'services.exe'
  WITH l, q, scm IS NOT NULL AS service ORDER BY service DESC, l.first_us, q.uid
  RETURN collect(l)[0] AS load, collect(q)[0] AS q, collect(service)[0] AS service
}
CALL (source, at, copied) {
  MATCH (t:Entity {uid: at})<-[n:NAMED_HOST]-(r:Process)
  WHERE r.host_uid = source AND 'start service' IN n.asked
    AND n.first_us >= copied[0].first_us AND n.first_us <= copied[0].first_us + 3600000000
  WITH n ORDER BY n.first_us, n.uid
  RETURN collect(n)[0] AS begin
}
WITH dll, there, source, writer, account, copied, load, q, service, begin
WHERE q IS NOT NULL OR begin IS NOT NULL
RETURN [there, dll.key, dll.uid] AS key,
       'planted DLL' AS method,
       'T1574.001, T1570, T1021.002' + CASE WHEN begin IS NULL THEN '' ELSE ', T1569.002' END AS technique,
       CASE WHEN q IS NOT NULL AND service THEN 'confirmed' ELSE 'likely' END AS confidence,
       source AS source_host_uid,
       writer AS source_process_uid,
       account,
       there AS target_host_uid,
       q.uid AS target_process_uid,
       dll.path AS copied_file,
       dll.uid AS copied_file_uid,
       begin.names[0] AS service,
       copied[0].first_us AS first_us,
       [coalesce(writer, source)] AS INITIATED,
       [coalesce(q.uid, there)] AS REACHED,
       [dll.uid] AS CARRIED,
       copied,
       [x IN [begin] WHERE x IS NOT NULL] AS started,
       [x IN [load] WHERE x IS NOT NULL] AS there
ORDER BY key
