// /// rule
// summary = "A host that is only referred to by a name (NetBIOS or FQDN) is the host of that name"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 0
// [columns]
// source = "uid of one host"
// target = "uid of the other; both directions are returned"
// reason = "why"
// [[examples]]
// title = "an FQDN and a computer name"
// graph = """
// CREATE (:Host:Entity {uid: 'a', scope: 'c', key: 'name:ws6.corp.example', name: 'ws6.corp.example'}),
//   (:Host:Entity {uid: 'b', scope: 'c', key: 't1', name: 'WS6', recorded: true})
// """
// rows = [{ source = "a", target = "b" }, { source = "b", target = "a" }]
// [[examples]]
// title = "another name"
// graph = """
// CREATE (:Host:Entity {uid: 'a', scope: 'c', key: 'name:ws61', name: 'ws61'}),
//   (:Host:Entity {uid: 'b', scope: 'c', key: 't1', name: 'WS6', recorded: true})
// """
// rows = []
// ///
MATCH (p:Host) WHERE p.key STARTS WITH 'name:'
MATCH (h:Host) WHERE h.recorded AND h.scope = p.scope
  AND (toLower(h.name) = p.name
    OR toLower(h.name) = split(p.name, '.')[0]
    OR split(toLower(h.name), '.')[0] = p.name)
UNWIND [[p.uid, h.uid], [h.uid, p.uid]] AS pair
RETURN DISTINCT pair[0] AS source, pair[1] AS target, 'bears the name' AS reason
ORDER BY source, target
