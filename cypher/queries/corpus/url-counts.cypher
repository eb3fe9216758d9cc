// /// query
// summary = "Which URLs were requested, by how many samples, how often, and when first and last"
// [params.text]
// type = "string"
// default = ""
// doc = "only URLs that hold this text, in capitals or not; empty for all"
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
// url = "the URL as requested"
// samples = "how many samples did it; a run without a known sample counts as one"
// runs = "in how many runs"
// calls = "how often processes requested it, counting what repeats stand for"
// traffic = "how often the machine's traffic shows it, where no process is named"
// first_seen = "ISO 8601; the start of the run where the log has no time"
// last_seen = "ISO 8601; the start of the run where the log has no time"
// [[examples]]
// title = "two runs without a time, of another data set"
// params = { dataset = "x" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a', dataset: 'x'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (b:Run:Entity {uid: 'b', dataset: 'x'})<-[:RECORDED_IN {uid: '2'}]-(h:Host:Entity {uid: 'h'}), (u:Url:Entity {uid: 'u', url: 'http://example.com/A'}),
//   (p)-[:REQUESTED {uid: '3', run: 'a', count: 2}]->(u), (h)-[:REQUESTED {uid: '4', run: 'b', count: 1}]->(u)
// """
// rows = [{ url = "http://example.com/A", samples = 2, runs = 2, calls = 2, traffic = 1, first_seen = "not recorded", last_seen = "not recorded" }]
// [[examples]]
// title = "only what processes did"
// params = { processes_only = true }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (a)<-[:RECORDED_IN {uid: '2'}]-(h:Host:Entity {uid: 'h'}), (u:Url:Entity {uid: 'u', url: 'http://example.com/A'}),
//   (p)-[:REQUESTED {uid: '3', run: 'a', count: 2}]->(u), (h)-[:REQUESTED {uid: '4', run: 'a', count: 1}]->(u), (h)-[:REQUESTED {uid: '5', run: 'a', count: 1}]->(:Url:Entity {uid: 'v', url: 'http://example.com/B'})
// """
// rows = [{ url = "http://example.com/A", calls = 2, traffic = 0 }]
// [[examples]]
// title = "of no other data set"
// params = { dataset = "y" }
// graph = """
// CREATE (:Run:Entity {uid: 'a', dataset: 'x'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'p'})-[:REQUESTED {uid: '3', run: 'a', count: 2}]->(:Url:Entity {uid: 'u', url: 'http://example.com/A'})
// """
// rows = []
// ///
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(actor)-[r:REQUESTED]->(d:Url)
WHERE r.run = run.uid AND (NOT $processes_only OR actor:Process) AND ($text = '' OR toLower(d.url) CONTAINS toLower($text))
WITH d.url AS url, sample, run, coalesce(r.first_us, run.started_us) AS first_us, coalesce(r.last_us, run.started_us) AS last_us,
     CASE WHEN actor:Host THEN 0 ELSE r.count END AS calls, CASE WHEN actor:Host THEN r.count ELSE 0 END AS traffic
WITH url, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, sum(calls) AS calls, sum(traffic) AS traffic, min(first_us) AS first_us, max(last_us) AS last_us
WHERE samples >= $least_samples
RETURN url,
       samples,
       runs,
       calls,
       traffic,
       CASE WHEN first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(first_us % 1000000), 6) + 'Z' END AS first_seen,
       CASE WHEN last_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: last_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(last_us % 1000000), 6) + 'Z' END AS last_seen
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'calls' THEN calls WHEN 'traffic' THEN traffic ELSE samples END DESC, CASE WHEN $order = 'name' THEN url ELSE '' END,
         samples DESC, calls DESC, url
LIMIT $limit
