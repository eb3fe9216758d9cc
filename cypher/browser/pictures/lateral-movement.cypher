// /// query
// summary = "From host to host: each movement with both hosts and processes, what it brought, and what started the process"
// attack = ["T1021", "T1570"]
// [columns]
// movement = "the movement"
// ends = "where it began, what it reached and what it carried"
// started = "the process that was started remotely, from the one that did it"
// behind = "the process that began it: its host, parent and image"
// beyond = "the process that was started: its host, parent and image, and what its command line names"
// [[examples]]
// title = "a movement that is known on both hosts"
// graph = """
// CREATE (m:Movement:Entity {uid: 'm', method: 'PsExec', confidence: 'confirmed', source_host_uid: 'h', target_host_uid: 'i', first_us: 1}), (h:Host:Entity {uid: 'h', name: 'A'}), (i:Host:Entity {uid: 'i', name: 'B'}),
//   (p:Process:Entity {uid: 'p', pid: 4, host_uid: 'h'}), (q:Process:Entity {uid: 'q', pid: 8, host_uid: 'i'}), (p)-[:INITIATED {uid: '1'}]->(m), (m)-[:REACHED {uid: '2'}]->(q), (p)-[:STARTED_REMOTELY {uid: '3'}]->(q)
// """
// rows = [{}]
// [[examples]]
// title = "a weak one"
// graph = "CREATE (:Movement:Entity {uid: 'm', method: 'copy', confidence: 'weak', first_us: 1})-[:REACHED {uid: '2'}]->(:Host:Entity {uid: 'i'})"
// rows = []
// ///
MATCH (m:Movement)
WHERE m.confidence IN ['likely', 'confirmed']
OPTIONAL MATCH end = (m)-[r:INITIATED|REACHED|CARRIED]-()
WITH m, end, r ORDER BY r.uid
WITH m, collect(end) AS ends
OPTIONAL MATCH started = (p:Entity {uid: coalesce(m.source_process_uid, '')})-[:STARTED_REMOTELY]->(:Entity {uid: coalesce(m.target_process_uid, '')})
WITH m, ends, collect(started) AS started
OPTIONAL MATCH behind = (:Entity {uid: coalesce(m.source_process_uid, '')})-[r:SPAWNED|EXECUTED_AS|RAN_ON]-()
WHERE type(r) = 'RAN_ON' OR endNode(r).uid = m.source_process_uid
WITH m, ends, started, behind, r ORDER BY r.uid
WITH m, ends, started, collect(behind) AS behind
OPTIONAL MATCH beyond = (:Entity {uid: coalesce(m.target_process_uid, '')})-[r:SPAWNED|EXECUTED_AS|LOADED_INTO|RAN_ON]-()
WHERE type(r) = 'RAN_ON' OR (endNode(r).uid = m.target_process_uid AND (type(r) <> 'LOADED_INTO' OR r.source = 'command line'))
WITH m, ends, started, behind, beyond, r ORDER BY r.uid
RETURN m AS movement, ends, started, behind, collect(beyond) AS beyond
ORDER BY m.first_us, m.uid
LIMIT 100
