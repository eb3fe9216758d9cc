// /// rule
// summary = "A file reached over the network is the file of that path on the host that was meant"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 1
// [columns]
// source = "uid of one file"
// target = "uid of the other"
// reason = "why"
// arrives_us = "when the target was first written or run, by its own host's clock"
// steps = "the writes of the target"
// [[examples]]
// title = "one path, two names of one host"
// graph = """
// CREATE (a:Host:Entity {uid: 'a'}), (b:Host:Entity {uid: 'b'}),
//   (a)-[:ALTERNATE_OF {uid: 'r1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'r2'}]->(a),
//   (:File:Entity {uid: 'f', host_uid: 'a', key: 'c:/x.dll'}), (:File:Entity {uid: 'g', host_uid: 'b', key: 'c:/x.dll'})
// """
// rows = [{ source = "f", target = "g" }, { source = "g", target = "f" }]
// [[examples]]
// title = "the same path on hosts that have nothing to do with each other"
// graph = """
// CREATE (:Host:Entity {uid: 'a'}), (:Host:Entity {uid: 'b'}),
//   (:File:Entity {uid: 'f', host_uid: 'a', key: 'c:/x.dll'}), (:File:Entity {uid: 'g', host_uid: 'b', key: 'c:/x.dll'})
// """
// rows = []
// ///
MATCH (a:Host)-[:ALTERNATE_OF]->(b:Host)
MATCH (f:File) WHERE f.host_uid = a.uid
MATCH (g:File) WHERE g.host_uid = b.uid AND g.key = f.key
OPTIONAL MATCH (:Process)-[w:WROTE]->(g)
OPTIONAL MATCH (g)-[x:EXECUTED_AS|LOADED_INTO]->(:Process)
WITH f, g, min(w.first_us) AS written, min(x.first_us) AS run, collect(DISTINCT w) AS steps
RETURN f.uid AS source,
       g.uid AS target,
       'same path on the same host' AS reason,
       CASE WHEN written IS NULL OR run < written THEN run ELSE written END AS arrives_us,
       steps
ORDER BY source, target
