// /// query
// summary = "Which registry keys and values were set, read, created and deleted, in how many samples and how often"
// [params.text]
// type = "string"
// default = ""
// doc = "only paths that hold this text, in capitals or not; empty for all"
// [params.action]
// type = "string"
// choices = ["any", "set", "read", "created", "deleted"]
// default = "any"
// doc = "what was done"
// [params.fold]
// type = "boolean"
// default = false
// doc = "count the accounts below HKEY_USERS (S-1-5-21-…) as one, written as *"
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
// path = "the key, or the value behind its key"
// kind = "key or value"
// action = "what was done: set, read, created, deleted"
// samples = "how many samples did it; a run without a known sample counts as one"
// runs = "in how many runs"
// times = "how often, counting what repeats stand for"
// [[examples]]
// title = "three runs, two of them of one sample"
// graph = """
// CREATE (a:Run:Entity {uid: 'a'}), (b:Run:Entity {uid: 'b'}), (c:Run:Entity {uid: 'c', label: 'benign'}), (s:Content:Entity {uid: 's'}),
//   (a)-[:ANALYSED {uid: '1'}]->(s), (b)-[:ANALYSED {uid: '2'}]->(s),
//   (p:Process:Entity {uid: 'p'})-[:RECORDED_IN {uid: '3'}]->(a), (q:Process:Entity {uid: 'q'})-[:RECORDED_IN {uid: '4'}]->(b), (o:Process:Entity {uid: 'o'})-[:RECORDED_IN {uid: '5'}]->(c),
//   (p)-[:SET {uid: '6', run: 'a', count: 3}]->(:RegistryValue:Entity {uid: 'v', path: 'HKEY_LOCAL_MACHINE\\\\Run\\\\x'}),
//   (q)-[:SET {uid: '7', run: 'b', count: 2}]->(:RegistryValue:Entity {uid: 'w', path: 'HKEY_LOCAL_MACHINE\\\\run\\\\X'}),
//   (o)-[:SET {uid: '8', run: 'c', count: 1}]->(:RegistryValue:Entity {uid: 'x', path: 'HKEY_LOCAL_MACHINE\\\\Run\\\\x'}),
//   (:RegistryValue:Entity {uid: 'y', path: 'HKEY_LOCAL_MACHINE\\\\Run\\\\y'})-[:READ_BY {uid: '9', run: 'c', count: 4}]->(o),
//   (:File:Entity {uid: 'f', path: 'C:\\\\a'})-[:READ_BY {uid: '10', run: 'c', count: 4}]->(o)
// """
// rows = [{ path = "HKEY_LOCAL_MACHINE\\Run\\x", kind = "value", action = "set", samples = 2, runs = 3, times = 6 }, { path = "HKEY_LOCAL_MACHINE\\Run\\y", kind = "value", action = "read", samples = 1, runs = 1, times = 4 }]
// [[examples]]
// title = "accounts folded, keys of programs that are not benign"
// params = { fold = true, label = "not-benign", order = "name" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (b:Run:Entity {uid: 'b', label: 'benign'})<-[:RECORDED_IN {uid: '2'}]-(q:Process:Entity {uid: 'q'}),
//   (p)-[:CREATED_KEY {uid: '3', run: 'a', count: 1}]->(:RegistryKey:Entity {uid: 'k', path: 'HKEY_USERS\\\\S-1-5-21-1-2-3-1000\\\\Run'}),
//   (p)-[:CREATED_KEY {uid: '4', run: 'a', count: 1}]->(:RegistryKey:Entity {uid: 'l', path: 'HKEY_USERS\\\\S-1-5-21-1-2-3-1001\\\\Run'}),
//   (p)-[:DELETED_KEY {uid: '5', run: 'a', count: 1}]->(:RegistryKey:Entity {uid: 'm', path: 'HKEY_USERS\\\\S-1-5-21-1-2-3-1000_Classes'}),
//   (p)-[:DELETED_KEY {uid: '6', run: 'a', count: 1}]->(:RegistryKey:Entity {uid: 'n', path: 'HKEY_USERS\\\\S-1-5-18\\\\Run'}),
//   (q)-[:CREATED_KEY {uid: '7', run: 'b', count: 1}]->(:RegistryKey:Entity {uid: 'o', path: 'HKEY_USERS\\\\S-1-5-21-1-2-3-1000\\\\Run'})
// """
// rows = [{ path = "HKEY_USERS\\*\\Run", kind = "key", action = "created", runs = 1, times = 2 }, { path = "HKEY_USERS\\*_Classes", action = "deleted", times = 1 }, { path = "HKEY_USERS\\S-1-5-18\\Run", action = "deleted", times = 1 }]
// [[examples]]
// title = "nothing of that name"
// params = { text = "Run" }
// graph = """
// CREATE (:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'p'})-[:SET {uid: '2', run: 'a', count: 1}]->(:RegistryValue:Entity {uid: 'v', path: 'x'})
// """
// rows = []
// ///
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(:Process)-[r:SET|READ_BY|CREATED_KEY|DELETED_KEY]-(v)
WHERE r.run = run.uid AND (v:RegistryKey OR v:RegistryValue)
WITH sample, run.uid AS run, r.count AS times, CASE WHEN v:RegistryKey THEN 'key' ELSE 'value' END AS kind,
     CASE type(r) WHEN 'SET' THEN 'set' WHEN 'READ_BY' THEN 'read' WHEN 'CREATED_KEY' THEN 'created' ELSE 'deleted' END AS action,
     CASE WHEN NOT $fold OR NOT toUpper(v.path) STARTS WITH 'HKEY_USERS\\S-1-5-21-' THEN v.path
          ELSE 'HKEY_USERS\\*' + CASE WHEN toLower(split(v.path, '\\')[1]) ENDS WITH '_classes' THEN '_Classes' ELSE '' END
               + substring(v.path, 11 + size(split(v.path, '\\')[1])) END AS path
WHERE $action IN ['any', action] AND ($text = '' OR toLower(path) CONTAINS toLower($text))
WITH toLower(path) AS key, kind, action, min(path) AS path, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, sum(times) AS times
WHERE samples >= $least_samples
RETURN path,
       kind,
       action,
       samples,
       runs,
       times
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'times' THEN times ELSE samples END DESC, CASE WHEN $order = 'name' THEN key ELSE '' END,
         samples DESC, times DESC, key, kind, action
LIMIT $limit
