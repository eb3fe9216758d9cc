// /// query
// summary = "The names that parameters take: hosts, data sets and cases, and how many runs each has"
// [params.kind]
// type = "string"
// choices = ["any", "host", "dataset", "case"]
// default = "any"
// doc = "which names"
// [params.name]
// type = "string"
// default = ""
// doc = "only this name, of a host in capitals or not, or its uid; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// kind = "host, dataset or case"
// name = "the name"
// runs = "how many runs; none where a host is only referred to"
// [[examples]]
// title = "a host of two runs in one case, one of them of a data set"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Run:Entity {uid: 'a', case: 'default', dataset: 'x'}), (b:Run:Entity {uid: 'b', case: 'default'}),
//   (h)-[:RECORDED_IN {uid: '1'}]->(a), (h)-[:RECORDED_IN {uid: '2'}]->(b), (:Host:Entity {uid: 'i', name: '10.0.0.2'})
// """
// rows = [{ kind = "case", name = "default", runs = 2 }, { kind = "dataset", name = "x", runs = 1 }, { kind = "host", name = "10.0.0.2", runs = 0 }, { kind = "host", name = "PC", runs = 2 }]
// [[examples]]
// title = "one host, capitals aside"
// params = { kind = "host", name = "pc" }
// graph = "CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (:Run:Entity {uid: 'a', case: 'pc'})"
// rows = [{ kind = "host", name = "PC", runs = 0 }]
// [[examples]]
// title = "a data set that is spelled in another way"
// params = { kind = "dataset", name = "X" }
// graph = "CREATE (:Run:Entity {uid: 'a', dataset: 'x'})"
// rows = []
// ///
WITH $kind AS wanted, $name AS asked
CALL (wanted, asked) {
  MATCH (h:Host)
  WHERE wanted IN ['any', 'host'] AND (asked = '' OR toLower(h.name) = toLower(asked) OR h.uid = asked)
  OPTIONAL MATCH (h)-[:RECORDED_IN]->(r:Run)
  RETURN 'host' AS kind, h.name AS name, r.uid AS run
  UNION ALL
  MATCH (r:Run)
  WHERE wanted IN ['any', 'dataset'] AND r.dataset IS NOT NULL AND asked IN ['', r.dataset]
  RETURN 'dataset' AS kind, r.dataset AS name, r.uid AS run
  UNION ALL
  MATCH (r:Run)
  WHERE wanted IN ['any', 'case'] AND r.case IS NOT NULL AND asked IN ['', r.case]
  RETURN 'case' AS kind, r.case AS name, r.uid AS run
}
WITH kind, coalesce(name, 'not recorded') AS name, count(DISTINCT run) AS runs
RETURN kind,
       name,
       runs
ORDER BY kind, name
LIMIT $limit
