// /// rule
// summary = "Both processes of a movement are known: the one started the other"
// attack = ["T1021.002"]
// derives = "STARTED_REMOTELY"
// scope = "graph"
// stage = 6
// [columns]
// source = "uid of the process on the source host"
// target = "uid of the process on the target host"
// method = "how"
// technique = "ATT&CK ids"
// confidence = "as the movement's"
// first_us = "when, by the source's clock"
// last_us = "the same"
// arrives_us = "when the target started, by the target's clock"
// evidence = "as the movement's"
// [[examples]]
// title = "a movement with both ends"
// graph = """
// CREATE (:Movement:Entity {uid: 'm', source_process_uid: 'p', target_process_uid: 'q', method: 'PsExec', confidence: 'confirmed', first_us: 5, evidence: ['a:1']}),
//   (:Process:Entity {uid: 'p'}), (:Process:Entity {uid: 'q', started_us: 7})
// """
// rows = [{ source = "p", target = "q", method = "PsExec", first_us = 5, arrives_us = 7 }]
// [[examples]]
// title = "the target's log was not loaded"
// graph = """
// CREATE (:Movement:Entity {uid: 'm', source_process_uid: 'p', method: 'PsExec', confidence: 'likely', first_us: 5, evidence: ['a:1']}),
//   (:Process:Entity {uid: 'p'})
// """
// rows = []
// ///
MATCH (m:Movement)
WHERE m.source_process_uid IS NOT NULL AND m.target_process_uid IS NOT NULL
WITH m, m.source_process_uid AS source, m.target_process_uid AS target
MATCH (p:Entity {uid: source})
MATCH (q:Entity {uid: target})
RETURN p.uid AS source,
       q.uid AS target,
       m.method AS method,
       m.technique AS technique,
       m.confidence AS confidence,
       m.first_us AS first_us,
       m.first_us AS last_us,
       q.started_us AS arrives_us,
       m.evidence AS evidence
ORDER BY source, target
