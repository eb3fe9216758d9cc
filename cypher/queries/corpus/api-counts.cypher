// /// query
// summary = "How often each API was called, over all runs or one host"
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.text]
// type = "string"
// default = ""
// doc = "only APIs that hold this text, in capitals or not; empty for all"
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
// choices = ["calls", "failed", "processes", "samples", "name"]
// default = "calls"
// doc = "what comes first: the greatest number, or by name"
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
// samples = "how many samples called it; a run without a known sample counts as one"
// [[examples]]
// title = "two processes, a run of the same sample, and a benign run"
// params = { label = "not-benign" }
// graph = """
// CREATE (r:Run:Entity {uid: 'r'}), (t:Run:Entity {uid: 't'}), (o:Run:Entity {uid: 'o', label: 'benign'}), (s:Content:Entity {uid: 's'}), (r)-[:ANALYSED {uid: '1'}]->(s), (t)-[:ANALYSED {uid: '2'}]->(s),
//   (x:Api:Entity {uid: 'x', name: 'NtClose'}), (a:Process:Entity {uid: 'a', host_uid: 'h'})-[:RECORDED_IN {uid: '3'}]->(r), (b:Process:Entity {uid: 'b', host_uid: 'h'})-[:RECORDED_IN {uid: '4'}]->(r),
//   (c:Process:Entity {uid: 'c', host_uid: 'i'})-[:RECORDED_IN {uid: '5'}]->(t), (d:Process:Entity {uid: 'd', host_uid: 'j'})-[:RECORDED_IN {uid: '6'}]->(o),
//   (a)-[:CALLED {uid: '7', count: 3, failed: 1, run: 'r'}]->(x), (b)-[:CALLED {uid: '8', count: 4, failed: 0, run: 'r'}]->(x), (c)-[:CALLED {uid: '9', count: 2, run: 't'}]->(x), (d)-[:CALLED {uid: '10', count: 9, run: 'o'}]->(x)
// """
// rows = [{ api = "NtClose", calls = 9, failed = 1, processes = 3, runs = 2, samples = 1 }]
// [[examples]]
// title = "one host"
// params = { host = "pc" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (r:Run:Entity {uid: 'r'}), (x:Api:Entity {uid: 'x', name: 'NtClose'}),
//   (a:Process:Entity {uid: 'a', host_uid: 'h'})-[:RECORDED_IN {uid: '1'}]->(r), (b:Process:Entity {uid: 'b', host_uid: 'i'})-[:RECORDED_IN {uid: '2'}]->(r),
//   (a)-[:CALLED {uid: '3', count: 3, failed: 1, run: 'r'}]->(x), (b)-[:CALLED {uid: '4', count: 5, failed: 0, run: 'r'}]->(x)
// """
// rows = [{ api = "NtClose", calls = 3, failed = 1, processes = 1, runs = 1, samples = 1 }]
// [[examples]]
// title = "another host"
// params = { host = "none" }
// graph = """
// CREATE (:Run:Entity {uid: 'r'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'a', host_uid: 'h'})-[:CALLED {uid: 'c', count: 3, failed: 1, run: 'r'}]->(:Api:Entity {uid: 'x', name: 'NtClose'})
// """
// rows = []
// ///
OPTIONAL MATCH (h:Host)
WHERE $host <> '' AND (toLower(h.name) = toLower($host) OR h.uid = $host)
WITH collect(h.uid) AS hosts
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH hosts, run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(p:Process)-[c:CALLED]->(a:Api)
WHERE c.run = run.uid AND ($host = '' OR p.host_uid IN hosts) AND ($text = '' OR toLower(a.name) CONTAINS toLower($text))
WITH a.name AS api, sum(c.count) AS calls, sum(coalesce(c.failed, 0)) AS failed, count(DISTINCT p) AS processes, count(DISTINCT run) AS runs, count(DISTINCT sample) AS samples
WHERE samples >= $least_samples
RETURN api,
       calls,
       failed,
       processes,
       runs,
       samples
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'failed' THEN failed WHEN 'processes' THEN processes WHEN 'samples' THEN samples ELSE calls END DESC, CASE WHEN $order = 'name' THEN api ELSE '' END,
         calls DESC, api
LIMIT $limit
