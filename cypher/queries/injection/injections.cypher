// /// query
// summary = "Who injected code into whom, and how: memory, write and execution apart, with the calls"
// attack = ["T1055"]
// table = ["host", "injector_pid", "injector_name", "target_pid", "target_name", "technique", "memory", "write", "execution", "addresses", "confidence", "evidence"]
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "likely"
// doc = "least confidence to show: weak, likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// host = "name of the host"
// injector_pid = "process id of the injector"
// injector_name = "its name"
// target_pid = "process id of the target"
// target_name = "its name"
// technique = "ATT&CK id of the most specific rule that holds"
// memory = "[MEM]: APIs that made the memory"
// write = "[WRITE]: APIs that wrote it"
// execution = "[EXEC]: APIs that made it run"
// addresses = "addresses of these calls, in their order"
// protections = "page protections of the memory"
// confidence = "weak, likely or confirmed"
// first_seen = "ISO 8601, by the host's clock"
// evidence = "citations of the calls, in their order"
// other_techniques = "ATT&CK ids of other rules that hold"
// host_uid = "the host as a node"
// injector_uid = "the injector as a node"
// target_uid = "the target as a node"
// [[examples]]
// title = "one likely and one weak pair"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a.exe', host_uid: 'h'}),
//   (b:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'}), (c:Process:Entity {uid: 'c', pid: 12, name: 'c.exe', host_uid: 'h'}),
//   (a)-[:INJECTED_INTO {uid: 'r', technique: 'T1055.002', confidence: 'likely', memory: 'not recorded', write: 'not recorded', execution: 'CreateRemoteThread', first_us: 1498796314460000, evidence: ['x:4.0#1']}]->(b),
//   (a)-[:INJECTED_INTO {uid: 'q', technique: 'T1055', confidence: 'weak', first_us: 1, evidence: ['x:4.0#2']}]->(c)
// """
// rows = [{ host = "PC", injector_pid = 4, injector_name = "a.exe", target_pid = 8, target_name = "not recorded", technique = "T1055.002", execution = "CreateRemoteThread", confidence = "likely", first_seen = "2017-06-30T04:18:34.460000Z", evidence = ["x:4.0#1"] }]
// [[examples]]
// title = "weak ones on demand"
// params = { min_confidence = "weak" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a.exe', host_uid: 'h'}),
//   (c:Process:Entity {uid: 'c', pid: 12, name: 'c.exe', host_uid: 'h'}),
//   (a)-[:INJECTED_INTO {uid: 'q', technique: 'T1055', confidence: 'weak', first_us: 1, evidence: ['x:4.0#2']}]->(c)
// """
// rows = [{ target_name = "c.exe", memory = "not recorded", confidence = "weak" }]
// [[examples]]
// title = "of one of two hosts, capitals aside"
// params = { host = "pc" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (:Host:Entity {uid: 'i', name: 'MAC'}), (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'}), (c:Process:Entity {uid: 'c', pid: 5, host_uid: 'i'}), (d:Process:Entity {uid: 'd', pid: 9, host_uid: 'i'}),
//   (a)-[:INJECTED_INTO {uid: 'r', technique: 'T1055', confidence: 'likely', first_us: 1, evidence: []}]->(b), (c)-[:INJECTED_INTO {uid: 'q', technique: 'T1055', confidence: 'likely', first_us: 1, evidence: []}]->(d)
// """
// rows = [{ host = "PC", injector_pid = 4, target_pid = 8 }]
// [[examples]]
// title = "a child that was merely started"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})-[:SPAWNED {uid: 's'}]->(:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'})
// """
// rows = []
// ///
MATCH (s:Process)-[i:INJECTED_INTO]->(t:Process)
WHERE CASE i.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
OPTIONAL MATCH (h:Entity {uid: t.host_uid})
WITH s, i, t, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
RETURN coalesce(h.name, 'not recorded') AS host,
       s.pid AS injector_pid,
       coalesce(s.name, 'not recorded') AS injector_name,
       t.pid AS target_pid,
       coalesce(t.name, 'not recorded') AS target_name,
       i.technique AS technique,
       coalesce(i.memory, 'not recorded') AS memory,
       coalesce(i.write, 'not recorded') AS write,
       coalesce(i.execution, 'not recorded') AS execution,
       coalesce(i.addresses, 'not recorded') AS addresses,
       coalesce(i.protections, 'not recorded') AS protections,
       i.confidence AS confidence,
       CASE WHEN i.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: i.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(i.first_us % 1000000), 6) + 'Z' END AS first_seen,
       i.evidence AS evidence,
       coalesce(i.other_techniques, []) AS other_techniques,
       t.host_uid AS host_uid,
       s.uid AS injector_uid,
       t.uid AS target_uid
ORDER BY host, i.first_us, injector_pid, target_pid, injector_uid, target_uid
LIMIT $limit
