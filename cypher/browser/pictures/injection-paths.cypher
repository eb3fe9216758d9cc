// /// query
// summary = "Chains of injections over several processes, with the spawns between them; chains of up to 6 relationships (`provgraph query injection-paths` follows longer ones)"
// attack = ["T1055"]
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.max_hops]
// type = "integer"
// least = 1
// default = 6
// doc = "most injections in one chain; more than 6 change nothing"
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "likely"
// doc = "least confidence of each injection: weak, likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 100
// doc = "most chains to draw"
// [columns]
// path = "the chain"
// host = "name of the host"
// hops = "number of injections in the chain"
// pids = "process ids along the chain, spawned processes between included"
// names = "their names"
// techniques = "ATT&CK ids, one for each injection"
// confidence = "the least of the chain's injections"
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
// rows = [{ host = "PC", hops = 2, pids = [4, 8, 12], names = ["a", "b", "not recorded"], techniques = ["T1055.012", "T1055.004"], confidence = "likely", evidence = ["x:1", "x:2"], uids = ["a", "b", "c"] }]
// [[examples]]
// title = "only steps that can follow each other: all earlier ones count, not the last only"
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'}), (c:Process:Entity {uid: 'c', pid: 12, host_uid: 'h'}), (d:Process:Entity {uid: 'd', pid: 16, host_uid: 'h'}),
//   (a)-[:INJECTED_INTO {uid: '1', technique: 'T1055', confidence: 'likely', first_us: 10, last_us: 10, evidence: ['x:1']}]->(b),
//   (b)-[:INJECTED_INTO {uid: '2', technique: 'T1055', confidence: 'likely', first_us: 0, last_us: 50, evidence: ['x:2']}]->(c),
//   (c)-[:INJECTED_INTO {uid: '3', technique: 'T1055', confidence: 'likely', first_us: 5, last_us: 5, evidence: ['x:3']}]->(d)
// """
// rows = [{ pids = [8, 12, 16], hops = 2 }, { pids = [4, 8, 12], hops = 2 }]
// [[examples]]
// title = "only spawns"
// graph = "CREATE (:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})-[:SPAWNED {uid: 's', first_us: 1}]->(:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'})"
// rows = []
// ///
MATCH (first:Process)-[:INJECTED_INTO]->(:Process)
WITH DISTINCT first
MATCH path = (first)-[:INJECTED_INTO|SPAWNED*1..6]->(last:Process)
WITH path, relationships(path) AS rs, nodes(path) AS ns
WHERE type(rs[0]) = 'INJECTED_INTO' AND type(rs[size(rs) - 1]) = 'INJECTED_INTO'
  AND all(r IN rs WHERE type(r) = 'SPAWNED' OR CASE r.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
                     >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END)
  AND all(n IN ns WHERE size([m IN ns WHERE m.uid = n.uid]) = 1)
  AND size([r IN rs WHERE type(r) = 'INJECTED_INTO']) <= $max_hops
  // a step must be able to happen after everything that the chain needs before it
  AND all(i IN range(0, size(rs) - 1) WHERE rs[i].last_us IS NULL
       OR all(j IN range(0, i) WHERE rs[j].first_us IS NULL OR rs[j].first_us <= rs[i].last_us))
OPTIONAL MATCH (h:Entity {uid: coalesce(ns[1].host_uid, '')})
WITH path, rs, ns, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
// where a process was both started and injected into, the injection is the link
UNWIND range(0, size(rs) - 1) AS i
WITH path, rs, ns, h, i, ns[i] AS a, ns[i + 1] AS b
OPTIONAL MATCH (a)-[direct:INJECTED_INTO]->(b)
WHERE CASE direct.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
WITH path, rs, ns, h, sum(CASE WHEN type(rs[i]) = 'SPAWNED' AND direct IS NOT NULL THEN 1 ELSE 0 END) AS replaced
WHERE replaced = 0
WITH collect(path) AS paths
WITH paths, [p IN paths | [r IN relationships(p) | r.uid]] AS keys
UNWIND CASE WHEN size(paths) = 0 THEN [] ELSE range(0, size(paths) - 1) END AS i
WITH paths[i] AS path, keys[i] AS own, keys
// none that is part of another
WHERE none(other IN keys WHERE size(other) > size(own)
       AND any(start IN range(0, size(other) - size(own)) WHERE other[start..start + size(own)] = own))
WITH path, own, relationships(path) AS rs, nodes(path) AS ns
OPTIONAL MATCH (h:Entity {uid: coalesce(ns[1].host_uid, '')})
RETURN path,
       coalesce(h.name, 'not recorded') AS host,
       size([r IN rs WHERE type(r) = 'INJECTED_INTO']) AS hops,
       [n IN ns | n.pid] AS pids,
       [n IN ns | coalesce(n.name, 'not recorded')] AS names,
       [r IN rs WHERE type(r) = 'INJECTED_INTO' | r.technique] AS techniques,
       CASE WHEN any(r IN rs WHERE r.confidence = 'weak') THEN 'weak' WHEN any(r IN rs WHERE r.confidence = 'likely') THEN 'likely' ELSE 'confirmed' END AS confidence,
       reduce(cited = [], r IN rs | cited + CASE WHEN type(r) = 'SPAWNED' THEN [r.position] ELSE r.evidence END) AS evidence,
       ns[1].host_uid AS host_uid,
       [n IN ns | n.uid] AS uids
ORDER BY host, host_uid, hops DESC, rs[0].first_us, uids
LIMIT $limit
