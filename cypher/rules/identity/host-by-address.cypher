// /// rule
// summary = "A host that is only referred to by an address is the host whose log bears that address at that time"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 0
// [columns]
// source = "uid of one host"
// target = "uid of the other; both directions are returned"
// reason = "why"
// bore = "the two statements of the address"
// [[examples]]
// title = "one host bears the address"
// graph = """
// CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.2'}),
//   (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.2'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't1', recorded: true}),
//   (a)-[:HAS_ADDRESS {uid: 'r1', position: 'x:1', first_us: 5, last_us: 6}]->(e),
//   (b)-[:HAS_ADDRESS {uid: 'r2', position: 'y:1', first_us: 1, last_us: 9}]->(e)
// """
// rows = [{ source = "a", target = "b" }, { source = "b", target = "a" }]
// [[examples]]
// title = "two hosts bore it one after the other: the one that bore it then"
// graph = """
// CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.2'}),
//   (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.2'}),
//   (b:Host:Entity {uid: 'b', scope: 'c', key: 't1', recorded: true}), (d:Host:Entity {uid: 'd', scope: 'c', key: 't2', recorded: true}),
//   (a)-[:HAS_ADDRESS {uid: 'r1', position: 'x:1', first_us: 5, last_us: 6}]->(e),
//   (b)-[:HAS_ADDRESS {uid: 'r2', position: 'y:1', first_us: 1, last_us: 9}]->(e),
//   (d)-[:HAS_ADDRESS {uid: 'r3', position: 'z:1', first_us: 20, last_us: 30}]->(e)
// """
// rows = [{ source = "a", target = "b" }, { source = "b", target = "a" }]
// [[examples]]
// title = "another case knows nothing of it"
// graph = """
// CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.2'}),
//   (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.2'}), (b:Host:Entity {uid: 'b', scope: 'other', key: 't1', recorded: true}),
//   (a)-[:HAS_ADDRESS {uid: 'r1', position: 'x:1', first_us: 5, last_us: 6}]->(e),
//   (b)-[:HAS_ADDRESS {uid: 'r2', position: 'y:1', first_us: 1, last_us: 9}]->(e)
// """
// rows = []
// ///
MATCH (p:Host)-[named:HAS_ADDRESS]->(e:Endpoint)<-[bore:HAS_ADDRESS]-(h:Host)
WHERE p.key STARTS WITH 'address:' AND h.recorded AND h.scope = p.scope
WITH p, h, collect(DISTINCT named) AS named, collect(DISTINCT bore) AS bore
WITH p, h, named, bore,
     any(n IN named WHERE any(b IN bore WHERE n.first_us <= b.last_us AND n.last_us >= b.first_us)) AS then
WITH p, collect({host: h, named: named, bore: bore, then: then}) AS bearers
UNWIND [b IN bearers WHERE b.then OR size(bearers) = 1] AS chosen
WITH p, chosen.host AS h, chosen.named + chosen.bore AS bore
UNWIND [[p.uid, h.uid], [h.uid, p.uid]] AS pair
RETURN pair[0] AS source, pair[1] AS target, 'bears the address' AS reason, bore
ORDER BY source, target
