// /// query
// summary = "Who injected code into whom: injections that are likely or surer, who started whom, and where they ran"
// attack = ["T1055"]
// [columns]
// path = "injector and target"
// started = "the target's start by the injector, where it was started so"
// host = "the host"
// [[examples]]
// title = "a likely injection and its host; weak ones are left out"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'}),
//   (a)-[:INJECTED_INTO {uid: '1', confidence: 'likely', first_us: 1}]->(b), (b)-[:INJECTED_INTO {uid: '2', confidence: 'weak', first_us: 2}]->(a)
// """
// rows = [{ started = [] }]
// [[examples]]
// title = "a child that was merely started"
// graph = "CREATE (:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})-[:SPAWNED {uid: '1'}]->(:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'})"
// rows = []
// ///
MATCH path = (s:Process)-[i:INJECTED_INTO]->(t:Process)
WHERE i.confidence IN ['likely', 'confirmed']
OPTIONAL MATCH (s)-[birth:SPAWNED]->(t)
WITH path, i, t, birth ORDER BY birth.uid
WITH path, i, t, collect(birth) AS started
OPTIONAL MATCH (h:Entity {uid: coalesce(t.host_uid, '')})
RETURN path, started, h AS host
ORDER BY i.first_us, i.uid
LIMIT 300
