// /// query
// summary = "What a sample did, in counts and names; what is not there has no row"
// table = ["log", "fact", "subject", "number", "names"]
// [params.run]
// type = "string"
// default = ""
// doc = "one run, as citations name it, or its uid; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// log = "file name of the log"
// part = "place in an overview"
// fact = "what was counted: processes, started, injected, written, programs, deleted, autostart, services, domains, addresses, looked for, slept, signatures"
// subject = "the process, by name and pid, where the fact is about one"
// number = "how many; milliseconds for slept"
// names = "up to five names"
// run = "how citations name the run"
// run_uid = "the run as a node"
// [[examples]]
// title = "a sample that starts a program, writes one, and sleeps"
// graph = """
// CREATE (r:Run:Entity {uid: 'runrunrun', name: 'report.json'}), (h:Host:Entity {uid: 'h', name: 'PC'})-[:RECORDED_IN {uid: 'hr'}]->(r),
//   (p:Process:Entity {uid: 'p', pid: 4, name: 'a.exe'})-[:RECORDED_IN {uid: 'in'}]->(r), (c:Process:Entity {uid: 'c', pid: 8, name: 'b.exe'})-[:RECORDED_IN {uid: 'in2'}]->(r),
//   (own:Process:Entity {uid: 'own', pid: 2, name: 'python.exe', sandbox: true})-[:RECORDED_IN {uid: 'in3'}]->(r),
//   (p)-[:SPAWNED {uid: 's', run: 'runrunrun'}]->(c), (p)-[:INJECTED_INTO {uid: 'i', run: 'runrunrun', confidence: 'likely'}]->(c),
//   (p)-[:WROTE {uid: 'w', run: 'runrunrun'}]->(f:File:Entity {uid: 'f', name: 'x.exe', key: 'c:\\\\x.exe'}), (p)-[:WROTE {uid: 'w2', run: 'runrunrun'}]->(:File:Entity {uid: 'g', name: 'x.txt', key: 'c:\\\\x.txt'}),
//   (p)-[:SET {uid: 'v', run: 'runrunrun'}]->(:RegistryValue:Entity {uid: 'rv', path: 'HKCU\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run\\\\x', key: 'hkcu\\\\software\\\\microsoft\\\\windows\\\\currentversion\\\\run\\\\x'}),
//   (h)-[:RESOLVED {uid: 'd', run: 'runrunrun'}]->(:Domain:Entity {uid: 'dom', name: 'a.example'}), (p)-[:SENT_TO {uid: 'e', run: 'runrunrun'}]->(:Endpoint:Entity {uid: 'ep', address: '192.0.2.1', port: 80}),
//   (p)-[:CALLED_WITH {uid: 'cw', run: 'runrunrun', count: 2, arguments: ['milliseconds=1000'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api', name: 'NtDelayExecution'}),
//   (p)-[:FINGERPRINTED {uid: 'fp', run: 'runrunrun', looked_for: 'VMware', confidence: 'likely'}]->(:Technique:Entity {uid: 't'}),
//   (r)-[:MATCHED {uid: 'm', run: 'runrunrun', severity: 3}]->(:Signature:Entity {uid: 'sig', name: 'antivm'})
// """
// rows = [{ log = "report.json", fact = "processes", number = 2, names = ["a.exe", "b.exe"], run = "runrunru" }, { fact = "started", subject = "a.exe (pid 4)", number = 1, names = ["b.exe"] }, { fact = "injected", subject = "a.exe (pid 4)", number = 1, names = ["b.exe (pid 8)"] }, { fact = "written", number = 2, names = ["x.exe", "x.txt"] }, { fact = "programs", number = 1, names = ["x.exe"] }, { fact = "autostart", number = 1 }, { fact = "domains", number = 1, names = ["a.example"] }, { fact = "addresses", number = 1, names = ["192.0.2.1"] }, { fact = "looked for", number = 1, names = ["VMware"] }, { fact = "slept", number = 2000, names = ["a.exe (pid 4)"] }, { fact = "signatures", number = 1, names = ["antivm"] }]
// [[examples]]
// title = "another run"
// params = { run = "other" }
// graph = "CREATE (:Run:Entity {uid: 'run', name: 'report.json'})"
// rows = []
// ///
MATCH (r:Run)
WHERE $run = '' OR r.uid = $run OR left(r.uid, 8) = $run
CALL (r) {
  // a parent that is only referred to has no entry, and no name
  MATCH (p:Process)-[:RECORDED_IN]->(r) WHERE NOT coalesce(p.sandbox, false) AND (p.recorded OR p.name IS NOT NULL)
  WITH p ORDER BY p.started_us, p.pid, p.uid
  RETURN 1 AS part, 'processes' AS fact, '' AS subject, count(p) AS number, collect(DISTINCT p.name)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[s:SPAWNED]->(child:Process) WHERE NOT coalesce(p.sandbox, false)
  WITH p, child ORDER BY child.started_us, child.pid, child.uid
  WITH p, count(DISTINCT child) AS number, collect(DISTINCT coalesce(child.name, 'pid ' + toString(child.pid)))[0..5] AS names
  RETURN 2 AS part, 'started' AS fact, coalesce(p.name, 'A process') + coalesce(' (pid ' + toString(p.pid) + ')', '') AS subject, number, names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[i:INJECTED_INTO]->(t:Process) WHERE i.confidence <> 'weak'
  WITH p, t ORDER BY t.pid, t.uid
  WITH p, count(DISTINCT t) AS number, collect(DISTINCT coalesce(t.name, 'a process') + ' (pid ' + toString(t.pid) + ')')[0..5] AS names
  RETURN 3 AS part, 'injected' AS fact, coalesce(p.name, 'A process') + coalesce(' (pid ' + toString(p.pid) + ')', '') AS subject, number, names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[w:WROTE]->(f:File)
  WHERE w.run = r.uid AND NOT coalesce(p.sandbox, false) AND NOT coalesce(f.sandbox, false)
  WITH f ORDER BY f.name, f.uid
  RETURN 4 AS part, 'written' AS fact, '' AS subject, count(DISTINCT f) AS number, collect(DISTINCT f.name)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[w:WROTE]->(f:File)
  WHERE w.run = r.uid AND NOT coalesce(p.sandbox, false) AND NOT coalesce(f.sandbox, false)
    AND (any(ending IN ['.exe', '.dll', '.sys', '.scr', '.com', '.pif', '.bat', '.cmd', '.ps1', '.vbs', '.js'] WHERE f.key ENDS WITH ending)
         OR EXISTS { MATCH (f)-[c:HAS_CONTENT]->(:Content) WHERE c.pe })
  WITH f ORDER BY f.name, f.uid
  RETURN 5 AS part, 'programs' AS fact, '' AS subject, count(DISTINCT f) AS number, collect(DISTINCT f.name)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[d:DELETED]->(f:File)
  WHERE d.run = r.uid AND NOT coalesce(p.sandbox, false) AND NOT coalesce(f.sandbox, false)
  WITH f ORDER BY f.name, f.uid
  RETURN 6 AS part, 'deleted' AS fact, '' AS subject, count(DISTINCT f) AS number, collect(DISTINCT f.name)[0..5] AS names
  UNION ALL
  // Run and RunOnce of the machine, of users, and of 32-bit programs
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[s:SET]->(v:RegistryValue)
  WHERE s.run = r.uid AND NOT coalesce(p.sandbox, false)
    AND (v.key CONTAINS '\\currentversion\\run\\' OR v.key CONTAINS '\\currentversion\\runonce\\')
  WITH v ORDER BY v.path, v.uid
  RETURN 7 AS part, 'autostart' AS fact, '' AS subject, count(DISTINCT v) AS number, collect(DISTINCT v.path)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[i:INSTALLED]->(s:Service) WHERE i.run = r.uid AND NOT coalesce(p.sandbox, false)
  WITH s ORDER BY s.name, s.uid
  RETURN 8 AS part, 'services' AS fact, '' AS subject, count(DISTINCT s) AS number, collect(DISTINCT s.name)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(who)-[q:RESOLVED]->(d:Domain) WHERE q.run = r.uid AND NOT coalesce(who.sandbox, false)
  WITH d ORDER BY d.name
  RETURN 9 AS part, 'domains' AS fact, '' AS subject, count(DISTINCT d) AS number, collect(DISTINCT d.name)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(who)-[q:SENT_TO|CONTACTED|RECEIVED_BY]-(e:Endpoint) WHERE q.run = r.uid AND NOT coalesce(who.sandbox, false)
  WITH e ORDER BY e.address
  RETURN 10 AS part, 'addresses' AS fact, '' AS subject, count(DISTINCT e.address) AS number, collect(DISTINCT e.address)[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(:Process)-[f:FINGERPRINTED]->(:Technique) WHERE f.run = r.uid AND f.confidence <> 'weak' AND f.looked_for <> 'Sleep'
  WITH f.looked_for AS name ORDER BY name
  RETURN 11 AS part, 'looked for' AS fact, '' AS subject, count(DISTINCT name) AS number, collect(DISTINCT name) AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
  WHERE c.run = r.uid AND NOT coalesce(p.sandbox, false) AND 'fingerprinting/sleep:sleep' IN c.watched_by
  WITH p, c.count AS times, toInteger(split(coalesce(c.arguments[0], 'milliseconds='), '=')[1]) AS asked
  WHERE asked > 0 AND asked < 4294967295
  WITH p, sum(asked * CASE WHEN times > 1000000 THEN 1000000 ELSE times END) AS slept
  ORDER BY slept DESC, p.pid, p.uid
  RETURN 12 AS part, 'slept' AS fact, '' AS subject, coalesce(sum(slept), 0) AS number, collect(coalesce(p.name, 'a process') + ' (pid ' + toString(p.pid) + ')')[0..5] AS names
  UNION ALL
  MATCH (r)<-[:RECORDED_IN]-(:Process)-[c:CALLED]->(a:Api)
  RETURN 14 AS part, 'calls' AS fact, '' AS subject, coalesce(sum(c.count), 0) AS number, [] AS names
  UNION ALL
  MATCH (r)-[m:MATCHED]->(s:Signature) WHERE m.run = r.uid
  WITH s, m ORDER BY coalesce(m.severity, 0) DESC, s.name
  RETURN 13 AS part, 'signatures' AS fact, '' AS subject, count(DISTINCT s) AS number, collect(DISTINCT s.name)[0..5] AS names
}
RETURN r.name AS log,
       part,
       fact,
       subject,
       number,
       names,
       left(r.uid, 8) AS run,
       r.uid AS run_uid
ORDER BY log, run_uid, part, subject
LIMIT $limit
