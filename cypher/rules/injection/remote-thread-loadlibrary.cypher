// /// rule
// summary = "A thread or APC in another process that loads a DLL whose path was written there (DLL injection)"
// how = "Code of the target's own is made to call LoadLibrary with the path that was written there, so that the target loads the DLL."
// attack = ["T1055.001"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 30
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when the path was written where the routine's argument points; likely when the log prints no argument"
// memory = "memory made in the target that holds the path"
// write = "the write of the path"
// execution = "the thread or APC, and a resume that it needs"
// before = "opening or creation of the target, suspending of its thread"
// [[examples]]
// title = "the path of a DLL, and a thread that is given its address"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, parameter: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the same with an APC"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 't', seq: 3, thread_id: 8, address: 700000, parameter: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the path of a DLL, and a thread in a module whose argument the log does not print (CAPE)"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, module: 'KERNEL32.DLL'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the log names LoadLibraryW; the write is not recorded"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, parameter: 4096, module: 'LoadLibraryW'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a thread that is created suspended and never resumed: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, parameter: 4096, suspended: true}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the parameter points elsewhere"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, parameter: 9999}]->(d)
// """
// rows = []
// [[examples]]
// title = "what was written is no path"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, parameter: 4096}]->(d)
// """
// rows = []
// [[examples]]
// title = "the path was written afterwards"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 1, thread_id: 8, address: 700000, parameter: 4096}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[t:CREATED_THREAD_IN|QUEUED_APC_TO]->(d:Process)
WITH s, d, collect(DISTINCT t) AS threads
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, threads, collect(w) AS writes
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d)
WITH s, d, threads, writes, collect(m) AS regions
OPTIONAL MATCH (s)-[b:SPAWNED|OPENED|SUSPENDED]->(d)
WITH s, d, threads, writes, regions, collect(b) AS befores
OPTIONAL MATCH (s)-[r:RESUMED]->(d)
WITH s, d, threads, writes, regions, befores, collect(r) AS resumes
UNWIND threads AS t
WITH s, d, t, regions, resumes,
     coalesce(t.module, '') CONTAINS 'LoadLibrary' AS loads,
     [w IN writes WHERE w.seq < t.seq AND w.module IS NOT NULL
        AND CASE WHEN t.parameter IS NULL THEN t.module IS NOT NULL
                 ELSE t.parameter >= w.address AND t.parameter < coalesce(w.end, w.address + 1) END] AS write,
     [b IN befores WHERE b.seq < t.seq] AS before
WITH s, d, t, loads, write, before,
     [m IN regions WHERE m.seq < t.seq AND any(w IN write WHERE w.address < coalesce(m.end, m.address + 1)
                                                     AND coalesce(w.end, w.address + 1) > m.address)] AS memory,
     [r IN resumes WHERE r.seq > t.seq AND coalesce(r.thread_id = t.thread_id, true)] AS later,
     coalesce(t.suspended, false)
       OR (type(t) = 'QUEUED_APC_TO'
           AND any(b IN before WHERE coalesce(b.suspended, type(b) = 'SUSPENDED')
                                 AND coalesce(b.thread_id = t.thread_id, true))) AS held
WITH s, d, t, loads, memory, write, before, held,
     [r IN later WHERE held AND all(other IN later WHERE other.seq >= r.seq)] AS resume
WHERE loads OR size(write) > 0
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(write) > 0 AND (t.parameter IS NOT NULL OR loads) AND (size(resume) > 0 OR NOT held)
            THEN 'confirmed' ELSE 'likely' END AS confidence,
       memory,
       write,
       [t] + resume AS execution,
       before
ORDER BY source, target, t.seq
