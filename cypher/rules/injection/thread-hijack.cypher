// /// rule
// summary = "A thread of an existing process is redirected (thread execution hijacking)"
// how = "A thread that the target already runs is stopped, gets new registers that lead to the implanted code, and is resumed."
// attack = ["T1055.003"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 25
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when code was put into the target before; the new pointer need not lie in it"
// memory = "executable memory made in the target before"
// write = "writes into the target before"
// execution = "the context, and the resume that follows"
// before = "creation or opening of the target, unmapping of its image, suspending of its thread"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "a section in an existing process, its thread suspended, redirected and resumed"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SUSPENDED {uid: 'p', seq: 1, thread_id: 8}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8, instruction_pointer: 999999}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a section whose protection the log does not print"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "nothing was put there as far as the log knows: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SUSPENDED {uid: 'p', seq: 1, thread_id: 8}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8, instruction_pointer: 999999}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "an own child is hollowing, not hijacking"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d)
// """
// rows = []
// [[examples]]
// title = "a resume alone is no execution"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SUSPENDED {uid: 'p', seq: 1, thread_id: 8}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[c:SET_CONTEXT_OF]->(d:Process)
WHERE NOT EXISTS { MATCH (s)-[:SPAWNED]->(d) }
WITH s, d, collect(DISTINCT c) AS contexts
// Cuckoo 0.4 to 1.x print no protection with a mapped section: the section itself is the implant
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d) WHERE coalesce(m.executable, type(m) = 'MAPPED_INTO')
WITH s, d, contexts, collect(m) AS code
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, contexts, code, collect(w) AS writes
OPTIONAL MATCH (s)-[r:RESUMED]->(d)
WITH s, d, contexts, code, writes, collect(r) AS resumes
OPTIONAL MATCH (s)-[b:SPAWNED|OPENED|UNMAPPED_FROM|SUSPENDED]->(d)
WITH s, d, contexts, code, writes, resumes, collect(b) AS befores
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, contexts, code, writes, resumes, befores, collect(made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, contexts, code, writes, resumes, befores, made, collect(view) AS views
WITH s, d, contexts, code, writes, resumes, befores, made + views AS sections
UNWIND contexts AS c
WITH s, d, c,
     [m IN code WHERE m.seq < c.seq] AS memory,
     [w IN writes WHERE w.seq < c.seq] AS write,
     [b IN befores WHERE b.seq < c.seq] AS before,
     [x IN sections WHERE x.seq < c.seq] AS section,
     [r IN resumes WHERE r.seq > c.seq AND coalesce(r.thread_id = c.thread_id, true)] AS resumes
WITH s, d, c, memory, write, before, section,
     [r IN resumes WHERE all(other IN resumes WHERE other.seq >= r.seq)] AS resume,
     any(w IN write WHERE w.image
       OR (c.instruction_pointer >= w.address AND c.instruction_pointer < coalesce(w.end, w.address + 1))
       OR (c.entry_point >= w.address AND c.entry_point < coalesce(w.end, w.address + 1))) AS points_to_write
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(memory) > 0 OR points_to_write THEN 'confirmed' ELSE 'likely' END AS confidence,
       memory,
       write,
       [c] + resume AS execution,
       before,
       section
ORDER BY source, target, c.seq
