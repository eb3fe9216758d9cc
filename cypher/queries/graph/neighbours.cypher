// /// query
// summary = "What a node is joined with, directly, by any or some relationships"
// [params.uid]
// type = "string"
// required = true
// example = "uid of a node, as `find` gives it"
// doc = "uid of the node"
// [params.direction]
// type = "string"
// choices = ["both", "out", "in"]
// default = "both"
// doc = "both, out or in"
// [params.types]
// type = "list[string]"
// default = []
// doc = "only these relationships, as `WROTE`; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 100
// doc = "most relationships to give"
// [columns]
// type = "kind of the relationship"
// source = "what it starts at"
// target = "what it ends at"
// time = "ISO 8601, when it was first recorded"
// source_uid = "where it starts, as a node"
// target_uid = "where it ends, as a node"
// uid = "the relationship"
// [[examples]]
// title = "both ways, in the order of time"
// params = { uid = "a" }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', name: 'a', pid: 1})-[:WROTE {uid: 'w', first_us: 2}]->(:File:Entity {uid: 'f', path: 'C:/f'}), (:Process:Entity {uid: 'b', name: 'b', pid: 2})-[:SPAWNED {uid: 's', first_us: 1}]->(a),
//   (:Process:Entity {uid: 'c'})-[:SPAWNED {uid: 't'}]->(:Process:Entity {uid: 'd'})
// """
// rows = [{ type = "SPAWNED", source = "b (2)", target = "a (1)", time = "1970-01-01T00:00:00.000001Z", source_uid = "b", target_uid = "a", uid = "s" }, { type = "WROTE", target = "C:/f", uid = "w" }]
// [[examples]]
// title = "one way and one kind"
// params = { uid = "a", direction = "in", types = ["SPAWNED"] }
// graph = """
// CREATE (a:Process:Entity {uid: 'a'})-[:SPAWNED {uid: 'o'}]->(:Process:Entity {uid: 'b'}), (:Process:Entity {uid: 'c'})-[:SPAWNED {uid: 'i'}]->(a), (:File:Entity {uid: 'f'})-[:EXECUTED_AS {uid: 'x'}]->(a)
// """
// rows = [{ uid = "i", time = "not recorded" }]
// [[examples]]
// title = "a node alone"
// params = { uid = "a" }
// graph = "CREATE (:Process:Entity {uid: 'a'})"
// rows = []
// ///
MATCH (n:Entity {uid: $uid})
CALL (n) {
  MATCH (n)-[r]->(m:Entity) WHERE $direction IN ['both', 'out']
  RETURN r, n AS s, m AS t
  UNION
  MATCH (n)<-[r]-(m:Entity) WHERE $direction IN ['both', 'in']
  RETURN r, m AS s, n AS t
}
WITH r, s, t
WHERE size($types) = 0 OR type(r) IN $types
RETURN type(r) AS type,
       CASE WHEN s:Process THEN coalesce(s.name, 'not recorded') + ' (' + coalesce(toString(s.pid), '?') + ')'
            WHEN s:Endpoint THEN s.address + coalesce(':' + toString(s.port), '')
            ELSE coalesce(s.unc, s.path, s.name, s.url, s.sha256, s.sha1, s.md5, s.id, s.uid) END AS source,
       CASE WHEN t:Process THEN coalesce(t.name, 'not recorded') + ' (' + coalesce(toString(t.pid), '?') + ')'
            WHEN t:Endpoint THEN t.address + coalesce(':' + toString(t.port), '')
            ELSE coalesce(t.unc, t.path, t.name, t.url, t.sha256, t.sha1, t.md5, t.id, t.uid) END AS target,
       CASE WHEN r.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: r.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(r.first_us % 1000000), 6) + 'Z' END AS time,
       s.uid AS source_uid,
       t.uid AS target_uid,
       r.uid AS uid
ORDER BY coalesce(r.first_us, 9007199254740991), type, uid
LIMIT $limit
