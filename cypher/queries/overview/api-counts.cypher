// /// query
// summary = "How often each API was called, over all runs or one host"
// [params.host]
// type = "string"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// api = "the API"
// calls = "how often, counting what repeats stand for"
// failed = "how many of them failed"
// processes = "how many processes called it"
// runs = "in how many runs"
// [[examples]]
// title = "two processes"
// graph = """
// CREATE (x:Api:Entity {uid: 'x', name: 'NtClose'}), (a:Process:Entity {uid: 'a', host_uid: 'h'}), (b:Process:Entity {uid: 'b', host_uid: 'h'}),
//   (a)-[:CALLED {uid: 'c', count: 3, failed: 1, run: 'r'}]->(x), (b)-[:CALLED {uid: 'd', count: 4, failed: 0, run: 'r'}]->(x)
// """
// rows = [{ api = "NtClose", calls = 7, failed = 1, processes = 2, runs = 1 }]
// [[examples]]
// title = "another host"
// params = { host = "none" }
// graph = """
// CREATE (x:Api:Entity {uid: 'x', name: 'NtClose'})<-[:CALLED {uid: 'c', count: 3, failed: 1, run: 'r'}]-(:Process:Entity {uid: 'a', host_uid: 'h'})
// """
// rows = []
// ///
MATCH (p:Process)-[c:CALLED]->(a:Api)
OPTIONAL MATCH (h:Entity {uid: p.host_uid})
WITH p, c, a, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
RETURN a.name AS api,
       sum(c.count) AS calls,
       sum(coalesce(c.failed, 0)) AS failed,
       count(DISTINCT p) AS processes,
       count(DISTINCT c.run) AS runs
ORDER BY calls DESC, api
LIMIT $limit
