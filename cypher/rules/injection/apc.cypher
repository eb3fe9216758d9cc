// /// rule
// summary = "An APC queued to a thread of another process; early bird when the target is an own child"
// how = "An APC is queued to a thread of the target; the thread runs it when it next waits alertably, or, in a child that was created suspended, before its own first instruction (early bird)."
// attack = ["T1055.004"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 28
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when code was put into the target before; weak when only data was written and the routine lies elsewhere"
// memory = "executable memory made in the target before"
// write = "writes into the target before"
// execution = "the APC, and the resume that follows"
// before = "creation or opening of the target, suspending of its thread"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "early bird: a section in an own child, an APC with routine 0 (seed Log3), a resume"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 1}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 655360, end: 815104, executable: true}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "data in plain memory and a routine of the system: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, address: 2000000000}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "a section whose protection the log does not print"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "no APC"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 1, address: 4096, end: 8192, executable: true}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[q:QUEUED_APC_TO]->(d:Process)
WITH s, d, collect(DISTINCT q) AS apcs
// Cuckoo 0.4 to 1.x print no protection with a mapped section: the section itself is the implant
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d) WHERE coalesce(m.executable, type(m) = 'MAPPED_INTO')
WITH s, d, apcs, collect(m) AS code
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, apcs, code, collect(w) AS writes
OPTIONAL MATCH (s)-[r:RESUMED]->(d)
WITH s, d, apcs, code, writes, collect(r) AS resumes
OPTIONAL MATCH (s)-[b:SPAWNED|OPENED|SUSPENDED]->(d)
WITH s, d, apcs, code, writes, resumes, collect(b) AS befores
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, apcs, code, writes, resumes, befores, collect(made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, apcs, code, writes, resumes, befores, made, collect(view) AS views
WITH s, d, apcs, code, writes, resumes, befores, made + views AS sections
UNWIND apcs AS q
WITH s, d, q,
     [m IN code WHERE m.seq < q.seq] AS memory,
     [w IN writes WHERE w.seq < q.seq] AS write,
     [b IN befores WHERE b.seq < q.seq] AS before,
     [x IN sections WHERE x.seq < q.seq] AS section,
     [r IN resumes WHERE r.seq > q.seq AND coalesce(r.thread_id = q.thread_id, true)] AS resumes
WITH s, d, q, memory, write, before, section,
     [r IN resumes WHERE all(other IN resumes WHERE other.seq >= r.seq)] AS resume,
     any(w IN write WHERE q.address >= w.address AND q.address < coalesce(w.end, w.address + 1)) AS starts_in_write
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(memory) > 0 OR starts_in_write THEN 'confirmed'
            WHEN size(write) > 0 THEN 'weak'
            ELSE 'likely' END AS confidence,
       memory,
       write,
       [q] + resume AS execution,
       before,
       section
ORDER BY source, target, q.seq
