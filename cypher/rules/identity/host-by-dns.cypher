// /// rule
// summary = "A host that is referred to by a name and one that is referred to by an address are the same where a DNS answer of the incident says so"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 0
// [columns]
// source = "uid of one host"
// target = "uid of the other; both directions are returned"
// reason = "why"
// answers = "the answers"
// [[examples]]
// title = "a name was asked for, and a path has the address"
// graph = """
// CREATE (n:Host:Entity {uid: 'n', scope: 'c', key: 'name:ws6', name: 'ws6'}), (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.7', name: '10.0.0.7'}),
//   (h:Host:Entity {uid: 'h', scope: 'c', recorded: true}), (r:Run:Entity {uid: 'r'}), (h)-[:RECORDED_IN {uid: '1', position: 't:0'}]->(r),
//   (d:Domain:Entity {uid: 'd', name: 'ws6.corp.example'}), (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.7'}), (d)-[:RESOLVES_TO {uid: '2', run: 'r', position: 't:1'}]->(e)
// """
// rows = [{ source = "a", target = "n" }, { source = "n", target = "a" }]
// [[examples]]
// title = "the answer belongs to another incident"
// graph = """
// CREATE (n:Host:Entity {uid: 'n', scope: 'c', key: 'name:ws6', name: 'ws6'}), (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.7', name: '10.0.0.7'}),
//   (h:Host:Entity {uid: 'h', scope: 'other', recorded: true}), (r:Run:Entity {uid: 'r'}), (h)-[:RECORDED_IN {uid: '1', position: 't:0'}]->(r),
//   (d:Domain:Entity {uid: 'd', name: 'ws6'}), (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.7'}), (d)-[:RESOLVES_TO {uid: '2', run: 'r', position: 't:1'}]->(e)
// """
// rows = []
// [[examples]]
// title = "a name of many addresses is no one host"
// graph = """
// CREATE (n:Host:Entity {uid: 'n', scope: 'c', key: 'name:ws6', name: 'ws6'}), (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.7', name: '10.0.0.7'}),
//   (h:Host:Entity {uid: 'h', scope: 'c', recorded: true}), (r:Run:Entity {uid: 'r'}), (h)-[:RECORDED_IN {uid: '1', position: 't:0'}]->(r), (d:Domain:Entity {uid: 'd', name: 'ws6'}),
//   (d)-[:RESOLVES_TO {uid: '2', run: 'r', position: 't:1'}]->(:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.7'}),
//   (d)-[:RESOLVES_TO {uid: '3', run: 'r', position: 't:1'}]->(:Endpoint:Entity {uid: 'f', protocol: 'ip', address: '10.0.0.8'})
// """
// rows = []
// ///
MATCH (n:Host) WHERE n.key STARTS WITH 'name:'
MATCH (d:Domain) WHERE d.name = n.name OR d.name STARTS WITH n.name + '.' OR n.name STARTS WITH d.name + '.'
MATCH (d)-[r:RESOLVES_TO]->(e:Endpoint)
MATCH (h:Host)-[:RECORDED_IN]->(run:Run)
WHERE run.uid = r.run AND h.scope = n.scope
// addresses of both families are no two hosts
WITH n, e.address CONTAINS ':' AS six, collect(DISTINCT e.address) AS addresses, collect(DISTINCT r) AS answers
WHERE size(addresses) = 1
WITH n, addresses[0] AS address, answers
MATCH (a:Host) WHERE a.key = 'address:' + address AND a.scope = n.scope
UNWIND [[n.uid, a.uid], [a.uid, n.uid]] AS pair
RETURN pair[0] AS source, pair[1] AS target, 'a DNS answer' AS reason, answers
ORDER BY source, target
