// /// query
// summary = "Which signatures of the sandbox matched, in how many samples and runs"
// [params.text]
// type = "string"
// default = ""
// doc = "only names and descriptions that hold this text, in capitals or not; empty for all"
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
// choices = ["samples", "processes", "name"]
// default = "samples"
// doc = "what comes first: the greatest number, or by name"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// signature = "its name"
// description = "what it says"
// severity = "how bad, in the tool's own scale"
// samples = "how many samples matched it; a run without a known sample counts as one"
// runs = "in how many runs"
// processes = "how many processes its marks name"
// [[examples]]
// title = "by a process, and by a run as a whole"
// params = { text = "STAY" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (b:Run:Entity {uid: 'b'}), (s:Signature:Entity {uid: 's', name: 'persists', description: 'Stays', severity: 3}),
//   (p)-[:MATCHED {uid: '2', run: 'a', count: 9}]->(s), (b)-[:MATCHED {uid: '3', run: 'b', count: 1}]->(s)
// """
// rows = [{ signature = "persists", description = "Stays", severity = 3, samples = 2, runs = 2, processes = 1 }]
// [[examples]]
// title = "none matched"
// graph = """
// CREATE (:Run:Entity {uid: 'a'}), (:Signature:Entity {uid: 's', name: 'persists'})
// """
// rows = []
// ///
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH run, coalesce(min(c.uid), run.uid) AS sample
CALL (run) {
  MATCH (run)-[r:MATCHED]->(s:Signature) WHERE r.run = run.uid RETURN s, null AS process
  UNION ALL
  MATCH (run)<-[:RECORDED_IN]-(p:Process)-[r:MATCHED]->(s:Signature) WHERE r.run = run.uid RETURN s, p.uid AS process
}
WITH run, sample, s, process
WHERE $text = '' OR toLower(s.name) CONTAINS toLower($text) OR toLower(s.description) CONTAINS toLower($text)
WITH s, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, count(DISTINCT process) AS processes
WHERE samples >= $least_samples
RETURN s.name AS signature,
       coalesce(s.description, 'not recorded') AS description,
       s.severity AS severity,
       samples,
       runs,
       processes
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'processes' THEN processes ELSE samples END DESC, CASE WHEN $order = 'name' THEN signature ELSE '' END,
         samples DESC, processes DESC, signature
LIMIT $limit
