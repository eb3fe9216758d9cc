// /// query
// summary = "Chains of injections over several processes, with the spawns between them"
// attack = ["T1055"]
// answer = "chains"
// table = ["host", "hops", "pids", "names", "techniques", "confidence", "evidence"]
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.max_hops]
// type = "integer"
// least = 1
// default = 8
// doc = "most injections in one chain"
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "likely"
// doc = "least confidence of each injection: weak, likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most chains to give"
// [columns]
// host = "name of the host"
// hops = "number of injections in the chain"
// pids = "process ids along the chain, spawned processes between included"
// names = "their names"
// techniques = "ATT&CK ids, one for each injection"
// confidence = "the least of the chain's injections"
// first_seen = "ISO 8601, of the first injection"
// evidence = "citations of all steps, in the order of the chain"
// host_uid = "the host as a node"
// uids = "the processes as nodes"
// [[examples]]
// title = "two injections with one process between: one chain of two hops"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a', host_uid: 'h'}),
//   (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h'}), (c:Process:Entity {uid: 'c', pid: 12, host_uid: 'h'}),
//   (a)-[:SPAWNED {uid: 's', first_us: 1, position: 'x:0'}]->(b),
//   (a)-[:INJECTED_INTO {uid: 'r', technique: 'T1055.012', confidence: 'likely', first_us: 2, last_us: 2, evidence: ['x:1']}]->(b),
//   (b)-[:INJECTED_INTO {uid: 'q', technique: 'T1055.004', confidence: 'confirmed', first_us: 3, last_us: 3, evidence: ['x:2']}]->(c)
// """
// rows = [{ host = "PC", hops = 2, pids = [4, 8, 12], names = ["a", "b", "not recorded"], techniques = ["T1055.012", "T1055.004"], confidence = "likely", evidence = ["x:1", "x:2"] }]
// [[examples]]
// title = "a spawn between two injections is listed and not counted"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, name: 'a', host_uid: 'h'}),
//   (b:Process:Entity {uid: 'b', pid: 8, name: 'b', host_uid: 'h'}), (c:Process:Entity {uid: 'c', pid: 12, name: 'c', host_uid: 'h'}), (d:Process:Entity {uid: 'd', pid: 16, name: 'd', host_uid: 'h'}),
//   (a)-[:INJECTED_INTO {uid: 'r', technique: 'T1055.002', confidence: 'confirmed', first_us: 2, last_us: 2, evidence: ['x:1']}]->(b),
//   (b)-[:SPAWNED {uid: 's', first_us: 3, last_us: 3, position: 'x:2'}]->(c),
//   (c)-[:INJECTED_INTO {uid: 'q', technique: 'T1055.004', confidence: 'confirmed', first_us: 4, last_us: 4, evidence: ['x:3']}]->(d)
// """
// rows = [{ hops = 2, pids = [4, 8, 12, 16], evidence = ["x:1", "x:2", "x:3"] }]
// [[examples]]
// title = "only spawns"
// graph = """
// CREATE (:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})-[:SPAWNED {uid: 's', first_us: 1}]->(:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'})
// """
// rows = []
// ///
// The links that the chains are put together from: injections, and spawns by processes that were injected into.
MATCH (s:Process)-[i:INJECTED_INTO]->(t:Process)
WHERE CASE i.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
OPTIONAL MATCH (h:Entity {uid: t.host_uid})
WITH s, i, t, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
RETURN 'INJECTED_INTO' AS type, i.uid AS uid, i.first_us AS first_us, i.last_us AS last_us, i.evidence AS evidence,
       i.technique AS technique, i.confidence AS confidence,
       s.uid AS source, s.pid AS source_pid, s.name AS source_name,
       t.uid AS target, t.pid AS target_pid, t.name AS target_name,
       h.name AS host, t.host_uid AS host_uid
ORDER BY first_us, uid
UNION ALL
MATCH (injected:Process)<-[:INJECTED_INTO]-(:Process)
WITH DISTINCT injected
MATCH (injected)-[:SPAWNED*0..5]->(s:Process)-[p:SPAWNED]->(t:Process)
WITH DISTINCT s, p, t
RETURN 'SPAWNED' AS type, p.uid AS uid, p.first_us AS first_us, p.last_us AS last_us, [p.position] AS evidence,
       null AS technique, null AS confidence,
       s.uid AS source, s.pid AS source_pid, s.name AS source_name,
       t.uid AS target, t.pid AS target_pid, t.name AS target_name,
       null AS host, t.host_uid AS host_uid
ORDER BY first_us, uid
