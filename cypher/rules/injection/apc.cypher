// /// rule
// summary = "An APC queued to a thread of another process; early bird when the target is an own child that has not run"
// how = "An APC is queued to a thread of the target; the thread runs it when it next waits alertably, or, in a child that was created suspended, before its own first instruction (early bird)."
// attack = ["T1055.004"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 31
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when code, or the path of a DLL for the routine, was put there before and the thread can run; weak when only data was written"
// memory = "memory made or mapped in the target before, where it can be run or is filled by the writes"
// write = "writes into the target before"
// execution = "the APC, and the resume that follows"
// before = "opening or creation of the target, suspending of its thread"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "early bird: a section in an own child, an APC with routine 0 (seed Log3), a resume"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 655360, end: 815104, executable: true}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0, parameter: 0}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a section whose protection the log does not print"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0, parameter: 0}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the path of a DLL, and an APC whose argument points to it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 700000, parameter: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the path of a DLL, and an APC of which the log prints no more (CAPE): likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4110, module: 'C:/x.dll'}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "early bird without the resume: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0, parameter: 0}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the log holds the APC alone: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0, parameter: 0}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "data in plain memory and a routine of the system: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 2000000000, parameter: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "memory that could be run, and nothing written into it: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0, parameter: 0}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "no APC"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "a thread is no APC"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d)
// """
// rows = []
// [[examples]]
// title = "a new context is no APC"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[q:QUEUED_APC_TO]->(d:Process)
WITH s, d, collect(DISTINCT q) AS apcs
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]-(s)
WITH s, d, apcs, collect(m) AS regions
OPTIONAL MATCH (d)<-[w:WROTE_MEMORY_OF]-(s)
WITH s, d, apcs, regions, collect(w) AS writes
OPTIONAL MATCH (d)<-[b:SPAWNED|OPENED|UNMAPPED_FROM|SUSPENDED]-(s)
WITH s, d, apcs, regions, writes, collect(b) AS befores
OPTIONAL MATCH (d)<-[r:RESUMED]-(s)
WITH s, d, apcs, regions, writes, befores, collect(r) AS resumes
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)<-[made:CREATED_SECTION|WROTE]-(s)
WITH s, d, apcs, regions, writes, befores, resumes, collect(DISTINCT made) AS made
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)-[view:MAPPED_INTO]->(s)
WITH s, d, apcs, regions, writes, befores, resumes, made, collect(DISTINCT view) AS views
// what Windows itself writes into a new child is logged before the creation that it belongs to
WITH s, d, apcs, befores, resumes, made + views AS sections,
     reduce(born = -1, b IN befores |
       CASE WHEN b.api STARTS WITH 'CreateProcess' AND b.seq > born THEN b.seq ELSE born END) AS born,
     regions, writes
WITH s, d, apcs, befores, resumes, sections,
     [m IN regions WHERE m.seq > born] AS regions, [w IN writes WHERE w.seq > born] AS writes
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, apcs, writes, befores, resumes, sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes + [v IN regions WHERE type(v) = 'MAPPED_INTO'] |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
WITH s, d, regions, writes, befores, sections,
     [q IN apcs | {step: q, seq: q.seq,
        next: reduce(next = null, r IN resumes |
          CASE WHEN r.seq > q.seq AND coalesce(r.thread_id = q.thread_id, true)
                AND (next IS NULL OR r.seq < next.seq) THEN r ELSE next END),
        held: any(b IN befores WHERE b.seq < q.seq AND coalesce(b.suspended, type(b) = 'SUSPENDED')
                               AND coalesce(b.thread_id = q.thread_id, true))}] AS steps
// what is put there counts until the thread runs: one that is held runs when it is resumed
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        at: CASE WHEN e.held OR coalesce(e.next.suspend_count, 0) > 0
                 THEN coalesce(e.next.seq, e.seq) ELSE e.seq END}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        code: any(x IN regions WHERE x.code AND x.seq < e.at AND x.filled < e.at),
        written: any(w IN writes WHERE w.seq < e.at),
        in_write: any(w IN writes WHERE w.seq < e.at
          AND coalesce(e.step.address >= w.address
                       AND e.step.address < coalesce(w.address + w.size, w.end, w.address + 1), false)),
        paths: [w IN writes WHERE w.seq < e.at AND w.module IS NOT NULL]}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        rank: CASE WHEN e.code OR e.in_write
                OR any(w IN e.paths WHERE coalesce(e.step.parameter >= w.address
                                                   AND e.step.parameter < coalesce(w.end, w.address + 1), false))
              THEN CASE WHEN e.next IS NOT NULL OR NOT e.held THEN 2 ELSE 1 END
              WHEN e.written AND NOT (e.step.parameter IS NULL AND size(e.paths) > 0) THEN 0
              ELSE 1 END}] AS steps
// one row for each pair: the surest, then the earliest
WITH s, d, regions, writes, befores, sections,
     reduce(best = null, e IN steps |
       CASE WHEN best IS NULL OR e.rank > best.rank OR (e.rank = best.rank AND e.seq < best.seq)
            THEN e ELSE best END) AS best
WHERE best IS NOT NULL
RETURN s.uid AS source,
       d.uid AS target,
       ['weak', 'likely', 'confirmed'][best.rank] AS confidence,
       [x IN regions WHERE x.seq < best.at AND (x.code OR x.filled < best.at) | x.step] AS memory,
       [w IN writes WHERE w.seq < best.at] AS write,
       [x IN [best.step, best.next] WHERE x IS NOT NULL] AS execution,
       [b IN befores WHERE b.seq < best.at] AS before,
       [x IN sections WHERE x.seq < best.at] AS section
ORDER BY source, target
