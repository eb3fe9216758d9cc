// /// query
// summary = "What was loaded: analyses and logs, with their hosts"
// table = ["run", "name", "tool", "version", "hosts", "processes", "label", "dataset", "started", "complete"]
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// run = "how citations name it"
// name = "file name of the log"
// tool = "what wrote it"
// version = "version that it claims"
// hosts = "names of the hosts it tells of"
// processes = "how many processes it tells of"
// sample = "SHA-256 of the sample"
// label = "benign, malicious or unknown, where given"
// dataset = "data set, where given"
// started = "ISO 8601"
// complete = "whether the load came to its end"
// run_uid = "the run as a node"
// [[examples]]
// title = "a log with one host"
// graph = """
// CREATE (r:Run:Entity {uid: 'abcdefgh12', name: 'a.log', tool: 'mark2', complete: true}), (h:Host:Entity {uid: 'h', name: 'PC'}), (p:Process:Entity {uid: 'p'}),
//   (h)-[:RECORDED_IN {uid: 'x'}]->(r), (p)-[:RECORDED_IN {uid: 'y'}]->(r)
// """
// rows = [{ run = "abcdefgh", name = "a.log", tool = "mark2", hosts = ["PC"], processes = 1, complete = true }]
// [[examples]]
// title = "nothing loaded"
// graph = "CREATE (:Host:Entity {uid: 'h', name: 'PC'})"
// rows = []
// ///
MATCH (r:Run)
OPTIONAL MATCH (h:Host)-[:RECORDED_IN]->(r)
WITH r, h.name AS host ORDER BY host
WITH r, collect(DISTINCT host) AS hosts
OPTIONAL MATCH (p:Process)-[:RECORDED_IN]->(r)
WITH r, hosts, count(DISTINCT p) AS processes
OPTIONAL MATCH (r)-[:ANALYSED]->(c:Content)
WITH r, hosts, processes, collect(c.sha256)[0] AS sample
RETURN left(r.uid, 8) AS run,
       r.name AS name,
       r.tool AS tool,
       coalesce(r.version, 'not recorded') AS version,
       hosts,
       processes,
       coalesce(sample, 'not recorded') AS sample,
       coalesce(r.label, 'not recorded') AS label,
       coalesce(r.dataset, 'not recorded') AS dataset,
       CASE WHEN r.started_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: r.started_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(r.started_us % 1000000), 6) + 'Z' END AS started,
       coalesce(r.complete, false) AS complete,
       r.uid AS run_uid
ORDER BY started, name, run_uid
LIMIT $limit
