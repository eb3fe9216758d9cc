// /// rule
// summary = "A host that is only referred to by a name (NetBIOS or FQDN) is the host of that name"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 0
// [columns]
// source = "uid of one host"
// target = "uid of the other; both directions are returned"
// reason = "why"
// spans_us = "when, where several hosts bore it"
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
// [[examples]]
// title = "a machine was made anew under the same name"
// graph = """
// CREATE (:Host:Entity {uid: 'a', scope: 'c', key: 'name:ws6', name: 'ws6'}), (r:Run:Entity {uid: 'r'}),
//   (b:Host:Entity {uid: 'b', scope: 'c', key: 't1', name: 'WS6', recorded: true}), (d:Host:Entity {uid: 'd', scope: 'c', key: 't2', name: 'WS6', recorded: true}),
//   (b)-[:RECORDED_IN {uid: 'r1', first_us: 1, last_us: 9, times_us: [1, 9]}]->(r), (d)-[:RECORDED_IN {uid: 'r2', first_us: 21, last_us: 30, times_us: [21, 30]}]->(r)
// """
// rows = [{ source = "a", target = "b", spans_us = [-4611686018427387904, 15] }, { source = "a", target = "d", spans_us = [15, 4611686018427387904] }, { source = "b" }, { source = "d" }]
// ///
MATCH (p:Host) WHERE p.key STARTS WITH 'name:'
MATCH (h:Host) WHERE h.recorded AND h.scope = p.scope
  AND (toLower(h.name) = p.name
    OR toLower(h.name) = split(p.name, '.')[0]
    OR split(toLower(h.name), '.')[0] = p.name)
OPTIONAL MATCH (h)-[r:RECORDED_IN]->(:Run)
UNWIND CASE WHEN r.first_us IS NULL THEN [0] ELSE coalesce(r.times_us, [r.first_us, r.last_us]) END AS us
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
WITH p, h, CASE WHEN NOT only THEN reduce(flat = [], span IN spans | flat + span) END AS spans_us
UNWIND [[p.uid, h], [h, p.uid]] AS pair
RETURN pair[0] AS source, pair[1] AS target, 'bears the name' AS reason, spans_us
ORDER BY source, target
