// /// rule
// summary = "The product that wrote the log reports an injection itself"
// how = "The product that wrote the log reports the injection itself; the calls behind it are not recorded."
// attack = ["T1055"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 5
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "likely: the product's word, without the calls"
// memory = "none is recorded"
// write = "none is recorded"
// execution = "the reported events"
// [[examples]]
// title = "a reported injection"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 1, api: 'CreateRemoteThread'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a handle was opened, nothing reported"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:OPENED {uid: 'o', seq: 1}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[i:REPORTED_INJECTION_INTO]->(d:Process)
WITH s, d, collect(DISTINCT i) AS execution
RETURN s.uid AS source, d.uid AS target, 'likely' AS confidence, [] AS memory, [] AS write, execution
ORDER BY source, target
