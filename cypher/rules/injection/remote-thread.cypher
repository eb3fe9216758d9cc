// /// rule
// summary = "A thread created in another process, with the memory that was made or written there before"
// how = "A thread is created in the target that begins at the implanted code."
// attack = ["T1055.002"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 20
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when executable memory, or the bytes at the start address, were put there before"
// memory = "executable memory made in the target before the thread"
// write = "writes into the target before the thread"
// execution = "the thread"
// opened = "the handle, where its opening is recorded"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "memory, write and thread at one address: confirmed"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the thread came before the memory: only the thread is recorded"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 1, address: 4096}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 2, address: 4096, end: 8192, executable: true}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a section whose protection the log does not print"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "memory and writes without a thread say nothing here"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[t:CREATED_THREAD_IN]->(d:Process)
WITH s, d, collect(DISTINCT t) AS threads
// Cuckoo 0.4 to 1.x print no protection with a mapped section: the section itself is the implant
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d) WHERE coalesce(m.executable, type(m) = 'MAPPED_INTO')
WITH s, d, threads, collect(m) AS code
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, threads, code, collect(w) AS writes
OPTIONAL MATCH (s)-[o:OPENED]->(d)
WITH s, d, threads, code, writes, collect(o) AS opens
OPTIONAL MATCH (s)-[c:SPAWNED]->(d)
WITH s, d, threads, code, writes, opens, count(c) > 0 AS own_child
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, threads, code, writes, opens, own_child, collect(made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, threads, code, writes, opens, own_child, made, collect(view) AS views
WITH s, d, threads, code, writes, opens, own_child, made + views AS sections
UNWIND threads AS t
WITH s, d, t, own_child,
     [m IN code WHERE m.seq < t.seq] AS memory,
     [w IN writes WHERE w.seq < t.seq] AS write,
     [o IN opens WHERE o.seq < t.seq] AS opened,
     [x IN sections WHERE x.seq < t.seq] AS section
WITH s, d, t, own_child, memory, write, opened, section,
     any(w IN write WHERE t.address >= w.address AND t.address < coalesce(w.end, w.address + 1)) AS starts_in_write
// before Windows Vista the first thread of every child is made by its creator
WHERE NOT (own_child AND t.api = 'NtCreateThread' AND size(memory) = 0 AND NOT starts_in_write)
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(memory) > 0 OR starts_in_write THEN 'confirmed' ELSE 'likely' END AS confidence,
       memory,
       write,
       [t] AS execution,
       opened,
       section
ORDER BY source, target, t.seq
