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
OPTIONAL MATCH (d)<-[w:WROTE_MEMORY_OF]-(s)
WITH s, d, threads, collect(w) AS writes
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]-(s)
WITH s, d, threads, writes, collect(m) AS regions
OPTIONAL MATCH (d)<-[b:SPAWNED|OPENED|SUSPENDED]-(s)
WITH s, d, threads, writes, regions, collect(b) AS befores
OPTIONAL MATCH (d)<-[r:RESUMED]-(s)
WITH s, d, threads, writes, regions, befores, collect(r) AS resumes
WITH s, d, threads, regions, befores, resumes, [w IN writes WHERE w.module IS NOT NULL] AS paths
WITH s, d, regions, befores,
     [t IN threads | {step: t, seq: t.seq,
        next: reduce(next = null, r IN resumes |
          CASE WHEN r.seq > t.seq AND coalesce(r.thread_id = t.thread_id, true)
                AND (next IS NULL OR r.seq < next.seq) THEN r ELSE next END),
        loads: coalesce(t.module, '') CONTAINS 'LoadLibrary',
        held: coalesce(t.suspended, false) OR (type(t) = 'QUEUED_APC_TO'
          AND any(b IN befores WHERE b.seq < t.seq AND coalesce(b.suspended, type(b) = 'SUSPENDED')
                               AND coalesce(b.thread_id = t.thread_id, true))),
        write: [w IN paths WHERE w.seq < t.seq
                  AND CASE WHEN t.parameter IS NULL THEN t.module IS NOT NULL
                           ELSE t.parameter >= w.address
                            AND t.parameter < coalesce(w.end, w.address + 1) END]}] AS steps
WITH s, d, regions, befores,
     [e IN steps WHERE e.loads OR size(e.write) > 0
        | {step: e.step, seq: e.seq, write: e.write, next: CASE WHEN e.held THEN e.next END,
        rank: CASE WHEN size(e.write) > 0 AND (e.step.parameter IS NOT NULL OR e.loads)
                    AND (e.next IS NOT NULL OR NOT e.held) THEN 2 ELSE 1 END}] AS steps
// one row for each pair: the surest, then the earliest
WITH s, d, regions, befores,
     reduce(best = null, e IN steps |
       CASE WHEN best IS NULL OR e.rank > best.rank OR (e.rank = best.rank AND e.seq < best.seq)
            THEN e ELSE best END) AS best
WHERE best IS NOT NULL
RETURN s.uid AS source,
       d.uid AS target,
       ['weak', 'likely', 'confirmed'][best.rank] AS confidence,
       [m IN regions WHERE m.seq < best.seq
          AND any(w IN best.write WHERE w.address < coalesce(m.end, m.address + 1)
                                    AND coalesce(w.end, w.address + 1) > m.address)] AS memory,
       best.write AS write,
       [x IN [best.step, best.next] WHERE x IS NOT NULL] AS execution,
       [b IN befores WHERE b.seq < best.seq] AS before
ORDER BY source, target
