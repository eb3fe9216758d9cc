// /// query
// summary = "Which named mutexes were created or opened, by how many samples and how often"
// [params.text]
// type = "string"
// default = ""
// doc = "only names that hold this text, in capitals or not; empty for all"
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
// choices = ["samples", "times", "name"]
// default = "samples"
// doc = "what comes first: the greatest number, or by name"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// mutex = "its name; capitals make a difference"
// samples = "how many samples did it; a run without a known sample counts as one"
// runs = "in how many runs"
// times = "how often, counting what repeats stand for"
// [[examples]]
// title = "two names that differ in capitals"
// params = { case = "one", text = "ONCE" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a', case: 'one'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}),
//   (p)-[:USED_MUTEX {uid: '2', run: 'a', count: 2}]->(:Mutex:Entity {uid: 'm', name: 'Once'}), (p)-[:USED_MUTEX {uid: '3', run: 'a', count: 4}]->(:Mutex:Entity {uid: 'n', name: 'once'})
// """
// rows = [{ mutex = "once", samples = 1, runs = 1, times = 4 }, { mutex = "Once", samples = 1, runs = 1, times = 2 }]
// [[examples]]
// title = "of fewer samples than asked for"
// params = { least_samples = 2 }
// graph = """
// CREATE (:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'p'})-[:USED_MUTEX {uid: '2', run: 'a', count: 2}]->(:Mutex:Entity {uid: 'm', name: 'Once'})
// """
// rows = []
// ///
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(:Process)-[r:USED_MUTEX]->(m:Mutex)
WHERE r.run = run.uid AND ($text = '' OR toLower(m.name) CONTAINS toLower($text))
WITH m.name AS mutex, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, sum(r.count) AS times
WHERE samples >= $least_samples
RETURN mutex,
       samples,
       runs,
       times
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'times' THEN times ELSE samples END DESC, CASE WHEN $order = 'name' THEN mutex ELSE '' END,
         samples DESC, times DESC, mutex
LIMIT $limit
