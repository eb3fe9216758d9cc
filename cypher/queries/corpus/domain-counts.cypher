// /// query
// summary = "Which DNS names were asked for, by how many samples, how often, and when first and last"
// [params.text]
// type = "string"
// default = ""
// doc = "only names that hold this text, in capitals or not; empty for all"
// [params.processes_only]
// type = "boolean"
// default = false
// doc = "only what processes are known to have done, not what only the machine's traffic shows"
// [params.label]
// type = "string"
// choices = ["any", "malicious", "benign", "unknown", "not-benign"]
// default = "any"
// doc = "which runs, by their label; a run without one is unknown"
// [params.dataset]
// type = "string"
// names = "dataset"
// default = ""
// doc = "only runs of this data set; empty for all"
// [params.case]
// type = "string"
// names = "case"
// default = ""
// doc = "only runs of this case; empty for all"
// [params.least_samples]
// type = "integer"
// least = 1
// default = 1
// doc = "only what at least so many samples did"
// [params.order]
// type = "string"
// choices = ["samples", "calls", "traffic", "name"]
// default = "samples"
// doc = "what comes first: the greatest number, or by name"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// domain = "the name"
// samples = "how many samples did it; a run without a known sample counts as one"
// runs = "in how many runs"
// calls = "how often processes asked for it, counting what repeats stand for"
// traffic = "how often the machine's traffic shows it, where no process is named"
// first_seen = "ISO 8601; the start of the run where the log has no time"
// last_seen = "ISO 8601; the start of the run where the log has no time"
// [[examples]]
// title = "by a process and in the traffic"
// graph = """
// CREATE (a:Run:Entity {uid: 'a', started_us: 1500000000000000})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (a)<-[:RECORDED_IN {uid: '2'}]-(h:Host:Entity {uid: 'h'}), (d:Domain:Entity {uid: 'd', name: 'c2.example.com'}),
//   (p)-[:RESOLVED {uid: '3', run: 'a', count: 5, first_us: 1500000060000000, last_us: 1500000090000001}]->(d), (h)-[:RESOLVED {uid: '4', run: 'a', count: 1}]->(d), (h)-[:RESOLVED {uid: '5', run: 'a', count: 1}]->(:Domain:Entity {uid: 'e', name: 'example.org'})
// """
// rows = [{ domain = "c2.example.com", samples = 1, runs = 1, calls = 5, traffic = 1, first_seen = "2017-07-14T02:40:00.000000Z", last_seen = "2017-07-14T02:41:30.000001Z" }, { domain = "example.org", samples = 1, runs = 1, calls = 0, traffic = 1 }]
// [[examples]]
// title = "only what processes did"
// params = { processes_only = true }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (a)<-[:RECORDED_IN {uid: '2'}]-(h:Host:Entity {uid: 'h'}), (d:Domain:Entity {uid: 'd', name: 'c2.example.com'}),
//   (p)-[:RESOLVED {uid: '3', run: 'a', count: 5}]->(d), (h)-[:RESOLVED {uid: '4', run: 'a', count: 1}]->(d), (h)-[:RESOLVED {uid: '5', run: 'a', count: 1}]->(:Domain:Entity {uid: 'e', name: 'example.org'})
// """
// rows = [{ domain = "c2.example.com", samples = 1, runs = 1, calls = 5, traffic = 0 }]
// [[examples]]
// title = "what the traffic shows most often comes first"
// params = { order = "traffic" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(h:Host:Entity {uid: 'h'}),
//   (h)-[:RESOLVED {uid: '4', run: 'a', count: 1}]->(:Domain:Entity {uid: 'd', name: 'a.example.com'}), (h)-[:RESOLVED {uid: '5', run: 'a', count: 2}]->(:Domain:Entity {uid: 'e', name: 'b.example.com'})
// """
// rows = [{ domain = "b.example.com", traffic = 2 }, { domain = "a.example.com", traffic = 1 }]
// [[examples]]
// title = "nothing loaded"
// graph = """
// CREATE (:Domain:Entity {uid: 'd', name: 'c2.example.com'})
// """
// rows = []
// ///
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(actor)-[r:RESOLVED]->(d:Domain)
WHERE r.run = run.uid AND (NOT $processes_only OR actor:Process) AND ($text = '' OR toLower(d.name) CONTAINS toLower($text))
WITH d.name AS domain, sample, run, coalesce(r.first_us, run.started_us) AS first_us, coalesce(r.last_us, run.started_us) AS last_us,
     CASE WHEN actor:Host THEN 0 ELSE r.count END AS calls, CASE WHEN actor:Host THEN r.count ELSE 0 END AS traffic
WITH domain, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, sum(calls) AS calls, sum(traffic) AS traffic, min(first_us) AS first_us, max(last_us) AS last_us
WHERE samples >= $least_samples
RETURN domain,
       samples,
       runs,
       calls,
       traffic,
       CASE WHEN first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(first_us % 1000000), 6) + 'Z' END AS first_seen,
       CASE WHEN last_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: last_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(last_us % 1000000), 6) + 'Z' END AS last_seen
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'calls' THEN calls WHEN 'traffic' THEN traffic ELSE samples END DESC, CASE WHEN $order = 'name' THEN domain ELSE '' END,
         samples DESC, calls DESC, domain
LIMIT $limit
