// /// rule
// summary = "A host that is only referred to by an address is the host whose log bears that address at that time"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 0
// [columns]
// source = "uid of one host"
// target = "uid of the other; both directions are returned"
// reason = "why"
// spans_us = "when, where several hosts bore it"
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
// title = "an address that goes to another host and comes back"
// graph = """
// CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.2'}), (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.2'}),
//   (b:Host:Entity {uid: 'b', scope: 'c', key: 't1', recorded: true}), (d:Host:Entity {uid: 'd', scope: 'c', key: 't2', recorded: true}),
//   (a)-[:HAS_ADDRESS {uid: 'r1', position: 'x:1', first_us: 5, last_us: 25, times_us: [5, 25]}]->(e),
//   (b)-[:HAS_ADDRESS {uid: 'r2', position: 'y:1', first_us: 1, last_us: 49, times_us: [1, 9, 40, 49]}]->(e),
//   (d)-[:HAS_ADDRESS {uid: 'r3', position: 'z:1', first_us: 21, last_us: 30, times_us: [21, 30]}]->(e)
// """
// rows = [{ source = "a", target = "b", spans_us = [-4611686018427387904, 15, 35, 4611686018427387904] }, { source = "a", target = "d", spans_us = [15, 35] }, { source = "b", target = "a" }, { source = "d", target = "a" }]
// [[examples]]
// title = "the only host that ever bore it bore another one at that time"
// graph = """
// CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.66'}), (f:Endpoint:Entity {uid: 'f', protocol: 'ip', address: '10.0.0.5'}),
//   (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.66'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't1', recorded: true}),
//   (a)-[:HAS_ADDRESS {uid: 'r1', position: 'x:1', first_us: 50, last_us: 50, times_us: [50]}]->(e),
//   (b)-[:HAS_ADDRESS {uid: 'r2', position: 'y:1', first_us: 40, last_us: 60, times_us: [40, 60]}]->(f),
//   (b)-[:HAS_ADDRESS {uid: 'r3', position: 'y:2', first_us: 3000, last_us: 3000, times_us: [3000]}]->(e)
// """
// rows = []
// [[examples]]
// title = "a host with two addresses side by side"
// graph = """
// CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'ip', address: '10.0.0.66'}), (f:Endpoint:Entity {uid: 'f', protocol: 'ip', address: '10.0.0.5'}),
//   (a:Host:Entity {uid: 'a', scope: 'c', key: 'address:10.0.0.66'}), (b:Host:Entity {uid: 'b', scope: 'c', key: 't1', recorded: true}),
//   (a)-[:HAS_ADDRESS {uid: 'r1', position: 'x:1', first_us: 5000, last_us: 5000, times_us: [5000]}]->(e),
//   (b)-[:HAS_ADDRESS {uid: 'r2', position: 'y:1', first_us: 40, last_us: 600, times_us: [40, 600]}]->(f),
//   (b)-[:HAS_ADDRESS {uid: 'r3', position: 'y:2', first_us: 300, last_us: 300, times_us: [300]}]->(e)
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
MATCH (p:Host)-[:HAS_ADDRESS]->(e:Endpoint)
WHERE p.key STARTS WITH 'address:'
WITH DISTINCT p, e
MATCH (e)<-[bore:HAS_ADDRESS]-(h:Host)
WHERE h.recorded AND h.scope = p.scope
UNWIND CASE WHEN bore.first_us IS NULL THEN [0] ELSE coalesce(bore.times_us, [bore.first_us, bore.last_us]) END AS us
// who bore it, in the order of time: between the last that is known of one and the first of the next lies the change
WITH p, h.uid AS host, us ORDER BY us, host
WITH p, collect({host: host, us: us}) AS seen
WITH p, seen, [i IN range(0, size(seen) - 1) WHERE i = 0 OR seen[i - 1].host <> seen[i].host] AS begins
WITH p, seen, begins, [k IN range(0, size(begins) - 1) | CASE WHEN k = size(begins) - 1 THEN size(seen) - 1 ELSE begins[k + 1] - 1 END] AS ends
UNWIND range(0, size(begins) - 1) AS k
WITH p, seen[begins[k]].host AS h, size(begins) = 1 AS only,
     CASE WHEN k = 0 THEN -4611686018427387904 ELSE (seen[ends[k - 1]].us + seen[begins[k]].us) / 2 END AS since,
     CASE WHEN k = size(begins) - 1 THEN 4611686018427387904 ELSE (seen[ends[k]].us + seen[begins[k + 1]].us) / 2 END AS until
ORDER BY since
WITH p, h, any(x IN collect(only) WHERE x) AS only, collect([since, until]) AS spans
// a host that bore another address of the family before or after, and not beside it, bore this one only in between
CALL (p, h) {
  MATCH (:Entity {uid: h})-[a:HAS_ADDRESS]->(e:Endpoint)
  WHERE (e.address CONTAINS ':') = (substring(p.key, 8) CONTAINS ':') AND a.first_us IS NOT NULL
  WITH e.address = substring(p.key, 8) AS this, e.address AS address, min(a.first_us) AS first, max(a.last_us) AS last
  RETURN collect({this: this, first: first, last: last}) AS borne
}
WITH p, h, only, spans, borne, [x IN borne WHERE x.this][0] AS mine
WITH p, h, only, spans,
     reduce(low = -4611686018427387904, x IN borne | CASE WHEN x.last < mine.first AND (x.last + mine.first) / 2 > low THEN (x.last + mine.first) / 2 ELSE low END) AS low,
     reduce(high = 4611686018427387904, x IN borne | CASE WHEN x.first > mine.last AND (x.first + mine.last) / 2 < high THEN (x.first + mine.last) / 2 ELSE high END) AS high
WITH p, h, only AND low = -4611686018427387904 AND high = 4611686018427387904 AS always,
     [span IN spans | [CASE WHEN span[0] < low THEN low ELSE span[0] END, CASE WHEN span[1] > high THEN high ELSE span[1] END]] AS spans
WITH p, h, CASE WHEN NOT always THEN reduce(flat = [], span IN [s IN spans WHERE s[0] <= s[1]] | flat + span) END AS spans_us
MATCH (p)-[named:HAS_ADDRESS]->(:Endpoint)
WITH p, h, spans_us, collect(named) AS named
WHERE spans_us IS NULL OR any(n IN named WHERE any(us IN coalesce(n.times_us, [n.first_us, n.last_us]) WHERE any(i IN range(0, size(spans_us) - 2, 2) WHERE spans_us[i] <= us AND us <= spans_us[i + 1])))
MATCH (:Entity {uid: h})-[bore:HAS_ADDRESS]->(:Endpoint)<-[:HAS_ADDRESS]-(p)
WITH p, h, spans_us, named, collect(bore) AS borne
WITH p, h, spans_us, named + borne AS bore
UNWIND [[p.uid, h], [h, p.uid]] AS pair
RETURN pair[0] AS source, pair[1] AS target, 'bears the address' AS reason, spans_us, bore
ORDER BY source, target
