// /// rule
// summary = "A process sleeps for long"
// how = "Sandboxes look for some minutes only, so what sleeps longer is not seen. Milliseconds asked for are summed for each process, skipped or not; waiting without end is no sleep. After pafish, al-khaser and the signature antisandbox_sleep of Cuckoo and CAPE, which speaks from two minutes on. Services and updaters sleep as well: two minutes in all are weak, unless the process also looked for a sandbox; ten minutes in one call are likely."
// attack = ["T1497.003"]
// derives = "FINGERPRINTED"
// scope = "run"
// stage = 3
// [[watches]]
// name = "sleep"
// apis = ["NtDelayExecution"]
// arguments = ["milliseconds"]
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "likely from ten minutes in one call, or from two minutes in all by a process that looked for a sandbox; weak from two minutes in all"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// slept_ms = "milliseconds that it asked to sleep, in all"
// [[examples]]
// title = "ten minutes in one call"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, arguments: ['milliseconds=600000'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api1', name: 'NtDelayExecution'})
// """
// rows = [{ source = "p", target = "T1497.003", confidence = "likely", slept_ms = 600000 }]
// [[examples]]
// title = "two minutes in all, in two steps"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 100, failed: 0, arguments: ['milliseconds=1000'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api1', name: 'NtDelayExecution'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, arguments: ['milliseconds=20000'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api2', name: 'NtDelayExecution'})
// """
// rows = [{ confidence = "weak", slept_ms = 120000 }]
// [[examples]]
// title = "the same by a process that looked for a sandbox"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 2, failed: 0, arguments: ['milliseconds=60000'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api1', name: 'NtDelayExecution'}),
//   (p)-[:FINGERPRINTED {uid: 'f', rule: 'fingerprinting/cuckoo', confidence: 'likely'}]->(:Technique:Entity {uid: 't', id: 'T1497.001'})
// """
// rows = [{ confidence = "likely", slept_ms = 120000 }]
// [[examples]]
// title = "one minute"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, arguments: ['milliseconds=60000'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api1', name: 'NtDelayExecution'})
// """
// rows = []
// [[examples]]
// title = "without end"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, arguments: ['milliseconds=922337203685477'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api1', name: 'NtDelayExecution'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, arguments: ['milliseconds=-1'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api2', name: 'NtDelayExecution'}),
//   (p)-[:CALLED_WITH {uid: '3', run: 'run', seq: 3, count: 1, failed: 0, arguments: ['milliseconds=4294967295'], watched_by: ['fingerprinting/sleep:sleep']}]->(:Api:Entity {uid: 'api3', name: 'NtDelayExecution'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/sleep:' | split(by, ':')[1]] AS kind
WITH p, c, toInteger(split(coalesce(c.arguments[0], 'milliseconds='), '=')[1]) AS asked
// INFINITE is the greatest number of 32 bits for Sleep, and of 63 bits for the native call
WHERE asked > 0 AND asked < 4294967295
WITH p, collect(DISTINCT c) AS apis, sum(asked * CASE WHEN c.count > 1000000 THEN 1000000 ELSE c.count END) AS slept_ms, max(asked) AS longest
WHERE slept_ms >= 120000
OPTIONAL MATCH (p)-[f:FINGERPRINTED]->(:Technique) WHERE f.confidence <> 'weak' AND f.rule <> 'fingerprinting/sleep'
WITH p, apis, slept_ms, longest, count(f) AS others
RETURN p.uid AS source,
       'T1497.003' AS target,
       'Sleep' AS looked_for,
       CASE WHEN longest >= 600000 OR others > 0 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['sleep'] AS words,
       slept_ms
ORDER BY source
