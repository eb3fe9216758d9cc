// /// rule
// summary = "A thread in another process that loads a DLL whose path was written there"
// how = "A thread is created in the target that calls LoadLibrary with the path that was written there, so that the target loads the DLL."
// attack = ["T1055.001"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 30
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when the path was written where the thread's parameter points"
// memory = "memory made in the target that holds the path"
// write = "the write of the path"
// execution = "the thread"
// opened = "the handle, where its opening is recorded"
// [[examples]]
// title = "the path of a DLL, and a thread that is given its address"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, address: 700000, parameter: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the log names LoadLibraryW; the write is not recorded"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, address: 700000, parameter: 4096, module: 'LoadLibraryW'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the parameter points elsewhere"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, address: 700000, parameter: 9999}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[t:CREATED_THREAD_IN]->(d:Process)
WITH s, d, collect(DISTINCT t) AS threads
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, threads, collect(w) AS writes
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d)
WITH s, d, threads, writes, collect(m) AS regions
OPTIONAL MATCH (s)-[o:OPENED]->(d)
WITH s, d, threads, writes, regions, collect(o) AS opens
UNWIND threads AS t
WITH s, d, t,
     coalesce(t.module, '') CONTAINS 'LoadLibrary' AS loads,
     [w IN writes WHERE w.seq < t.seq AND t.parameter >= w.address AND t.parameter < coalesce(w.end, w.address + 1)
        AND NOT (t.address >= w.address AND t.address < coalesce(w.end, w.address + 1))] AS write,
     [m IN regions WHERE m.seq < t.seq AND t.parameter >= m.address AND t.parameter < coalesce(m.end, m.address + 1)
        AND NOT (t.address >= m.address AND t.address < coalesce(m.end, m.address + 1))] AS memory,
     [o IN opens WHERE o.seq < t.seq] AS opened
WHERE loads OR any(w IN write WHERE w.module IS NOT NULL)
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(write) > 0 THEN 'confirmed' ELSE 'likely' END AS confidence,
       memory,
       write,
       [t] AS execution,
       opened
ORDER BY source, target, t.seq
