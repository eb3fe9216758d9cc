// /// query
// summary = "Which files were written, read, deleted, renamed, copied, executed and loaded, in how many samples and how often"
// [params.text]
// type = "string"
// default = ""
// doc = "only paths, or names, that hold this text, in capitals or not; empty for all"
// [params.by]
// type = "string"
// choices = ["path", "name"]
// default = "path"
// doc = "count whole paths, or file names wherever they lie"
// [params.action]
// type = "string"
// choices = ["any", "written", "read", "deleted", "renamed", "copied", "executed", "loaded"]
// default = "any"
// doc = "what was done"
// [params.fold]
// type = "boolean"
// default = false
// doc = "count the folders of all users (C:\\Users\\NAME, C:\\Documents and Settings\\NAME) as one, written as *"
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
// file = "the path, or the name"
// action = "what was done: written (created included), read, deleted, renamed, copied, executed, loaded"
// samples = "how many samples did it; a run without a known sample counts as one"
// runs = "in how many runs"
// times = "how often, counting what repeats stand for; 0 where only the dropped files of a report tell of it"
// from_command_line = "how many of these only a command line tells, as of a script or a DLL that it names: no record shows the load"
// [[examples]]
// title = "a file that two samples write, under two users, and its copy"
// params = { fold = true }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (b:Run:Entity {uid: 'b'})<-[:RECORDED_IN {uid: '2'}]-(q:Process:Entity {uid: 'q'}),
//   (f:File:Entity {uid: 'f', path: 'C:\\\\Users\\\\ann\\\\x.exe', name: 'x.exe'}), (g:File:Entity {uid: 'g', path: 'C:\\\\users\\\\Bob\\\\X.exe', name: 'X.exe'}), (h:File:Entity {uid: 'h', path: 'C:\\\\x.exe', name: 'x.exe'}),
//   (p)-[:WROTE {uid: '3', run: 'a', count: 3, apis: ['NtWriteFile', 'dropped'], positions: ['a:dropped[0]', 'a:4.0#1', 'a:4.0#2']}]->(f), (q)-[:WROTE {uid: '4', run: 'b', count: 1, apis: ['dropped'], positions: ['b:dropped[0]']}]->(g),
//   (q)-[:WROTE {uid: '5', run: 'b', count: 1}]->(h), (g)-[:COPIED_TO {uid: '6', run: 'b', count: 2, process_uid: 'q'}]->(h), (h)-[:EXECUTED_AS {uid: '7', run: 'b', count: 1}]->(q)
// """
// rows = [{ file = "C:\\Users\\*\\X.exe", action = "written", samples = 2, runs = 2, times = 2 }, { file = "C:\\Users\\*\\X.exe", action = "copied", samples = 1, runs = 1, times = 2 }, { file = "C:\\x.exe", action = "executed", samples = 1, times = 1 }, { file = "C:\\x.exe", action = "written", samples = 1, times = 1 }]
// [[examples]]
// title = "names, wherever they lie"
// params = { by = "name" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (p)-[:DELETED {uid: '2', run: 'a', count: 1}]->(:File:Entity {uid: 'f', path: 'C:\\\\a\\\\x.exe', name: 'x.exe'}),
//   (p)-[:DELETED {uid: '3', run: 'a', count: 1}]->(:File:Entity {uid: 'g', path: 'C:\\\\b\\\\x.exe', name: 'x.exe'})
// """
// rows = [{ file = "x.exe", action = "deleted", samples = 1, runs = 1, times = 2 }]
// [[examples]]
// title = "loaded as a command line says, loaded as recorded, and both"
// params = { action = "loaded" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (a)<-[:RECORDED_IN {uid: '2'}]-(q:Process:Entity {uid: 'q'}), (f:File:Entity {uid: 'f', path: 'C:\\\\x.dll', name: 'x.dll'}),
//   (f)-[:LOADED_INTO {uid: '3', run: 'a', count: 1, source: 'command line', positions: ['a:4.0#1']}]->(p), (f)-[:LOADED_INTO {uid: '4', run: 'a', count: 3, source: 'command line', positions: ['a:8.0#1', 'a:8.0#5']}]->(q),
//   (:File:Entity {uid: 'g', path: 'C:\\\\y.dll', name: 'y.dll'})-[:LOADED_INTO {uid: '5', run: 'a', count: 1, positions: ['a:4.0#2']}]->(p)
// """
// rows = [{ file = "C:\\x.dll", times = 3, from_command_line = 1 }, { file = "C:\\y.dll", times = 1, from_command_line = 0 }]
// [[examples]]
// title = "nothing of that kind"
// params = { action = "deleted" }
// graph = """
// CREATE (:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'p'})-[:WROTE {uid: '2', run: 'a', count: 1}]->(:File:Entity {uid: 'f', path: 'C:\\\\x', name: 'x'})
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
  MATCH (run)<-[:RECORDED_IN]-(:Process)-[r:WROTE|READ_BY|DELETED|EXECUTED_AS|LOADED_INTO]-(f:File)
  WHERE r.run = run.uid
  RETURN f, CASE type(r) WHEN 'WROTE' THEN 'written' WHEN 'READ_BY' THEN 'read' WHEN 'DELETED' THEN 'deleted' WHEN 'EXECUTED_AS' THEN 'executed' ELSE 'loaded' END AS action,
         // a command line tells of a load once; where a record tells of it too, that is the better word
         r.count - CASE WHEN 'dropped' IN r.apis THEN size([place IN r.positions WHERE place CONTAINS ':dropped['])
                        WHEN type(r) = 'LOADED_INTO' AND r.source = 'command line' AND size(r.positions) > 1 THEN 1 ELSE 0 END AS times,
         CASE WHEN type(r) = 'LOADED_INTO' AND r.source = 'command line' AND size(r.positions) = 1 THEN r.count ELSE 0 END AS named
  UNION ALL
  MATCH (run)<-[:RECORDED_IN]-(p:Process)-[:WROTE]->(:File)<-[r:COPIED_TO|RENAMED_TO]-(f:File)
  WHERE r.run = run.uid AND r.process_uid = p.uid
  WITH DISTINCT f, r
  RETURN f, CASE type(r) WHEN 'COPIED_TO' THEN 'copied' ELSE 'renamed' END AS action, r.count AS times, 0 AS named
}
WITH sample, run.uid AS run, action, times, named,
     CASE WHEN $by = 'name' THEN f.name
          WHEN NOT $fold OR toLower(f.path) = 'c:\\users\\public' OR toLower(f.path) STARTS WITH 'c:\\users\\public\\' THEN f.path
          WHEN toLower(f.path) STARTS WITH 'c:\\users\\' THEN 'C:\\Users\\*' + substring(f.path, 9 + size(split(f.path, '\\')[2]))
          WHEN toLower(f.path) STARTS WITH 'c:\\documents and settings\\' THEN 'C:\\Documents and Settings\\*' + substring(f.path, 26 + size(split(f.path, '\\')[2]))
          ELSE f.path END AS file
WHERE $action IN ['any', action] AND ($text = '' OR toLower(file) CONTAINS toLower($text))
WITH toLower(file) AS key, action, min(file) AS file, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, sum(times) AS times, sum(named) AS from_command_line
WHERE samples >= $least_samples
RETURN file,
       action,
       samples,
       runs,
       times,
       from_command_line
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'times' THEN times ELSE samples END DESC, CASE WHEN $order = 'name' THEN key ELSE '' END,
         samples DESC, times DESC, key, action
LIMIT $limit
