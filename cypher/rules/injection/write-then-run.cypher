// /// rule
// summary = "Memory of another process is written or mapped, then something is made to run there"
// how = "Something is put into the target's memory, and then a thread, an APC or a new context makes the target run."
// attack = ["T1055"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 10
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when code was put there before and the thread runs; weak when data was written and an APC queued; else likely"
// memory = "memory made or mapped in the target before, where it can be run or is filled by the writes"
// write = "writes into the target before"
// execution = "the thread, APC or context, and the resume that follows"
// before = "opening or creation of the target, suspending of its thread"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "code in place, and a thread elsewhere"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "data in plain memory, and a thread elsewhere: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "data in plain memory, and an APC: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:QUEUED_APC_TO {uid: 'q', seq: 3, thread_id: 8, address: 0, parameter: 0}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "code in place, and a thread that is never resumed: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, suspended: true}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "nothing was written"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d)
// """
// rows = []
// [[examples]]
// title = "the write came afterwards"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 1, thread_id: 8, address: 4096}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d)
// """
// rows = []
// [[examples]]
// title = "the first thread of an own child, made by NtCreateProcessEx"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 0, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000, api: 'NtCreateThreadEx'}]->(d)
// """
// rows = []
// [[examples]]
// title = "a resume alone is no execution"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[e:CREATED_THREAD_IN|SET_CONTEXT_OF|QUEUED_APC_TO]->(d:Process)
WITH s, d, collect(DISTINCT e) AS runs_code
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d)
WITH s, d, runs_code, collect(m) AS regions
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, runs_code, regions, collect(w) AS writes
OPTIONAL MATCH (s)-[b:SPAWNED|OPENED|UNMAPPED_FROM|SUSPENDED]->(d)
WITH s, d, runs_code, regions, writes, collect(b) AS befores
OPTIONAL MATCH (s)-[r:RESUMED]->(d)
WITH s, d, runs_code, regions, writes, befores, collect(r) AS resumes
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, runs_code, regions, writes, befores, resumes, collect(DISTINCT made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, runs_code, regions, writes, befores, resumes, made, collect(DISTINCT view) AS views
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, runs_code, writes, befores, resumes, made + views AS sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
UNWIND runs_code AS e
WITH s, d, e, regions,
     [x IN regions WHERE x.seq < e.seq AND (x.code OR x.filled < e.seq) | x.step] AS memory,
     [w IN writes WHERE w.seq < e.seq] AS write,
     [b IN befores WHERE b.seq < e.seq] AS before,
     [x IN sections WHERE x.seq < e.seq] AS section,
     [r IN resumes WHERE r.seq > e.seq AND coalesce(r.thread_id = e.thread_id, true)] AS later
WITH s, d, e, memory, write, before, section,
     [r IN later WHERE all(other IN later WHERE other.seq >= r.seq)] AS resume,
     coalesce(e.suspended, false)
       OR (type(e) <> 'CREATED_THREAD_IN'
           AND any(b IN before WHERE coalesce(b.suspended, type(b) = 'SUSPENDED')
                                 AND coalesce(b.thread_id = e.thread_id, true))) AS held,
     any(x IN regions WHERE x.code AND x.seq < e.seq AND x.filled < e.seq) AS code_in_place,
     any(x IN regions WHERE x.seq < e.seq AND x.filled < e.seq) AS filled,
     [b IN before WHERE type(b) = 'SPAWNED' | coalesce(b.api, '')] AS creations
WHERE (filled OR size(write) > 0)
  // before Windows Vista every creator makes the first thread of its child, later who calls NtCreateProcessEx
  AND (code_in_place OR NOT
       ((e.api = 'NtCreateThread' AND size(creations) > 0)
        OR (e.api = 'NtCreateThreadEx' AND any(api IN creations WHERE api IN ['NtCreateProcess', 'NtCreateProcessEx']))))
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN code_in_place AND (size(resume) > 0 OR NOT held) THEN 'confirmed'
            WHEN NOT code_in_place AND type(e) = 'QUEUED_APC_TO' THEN 'weak'
            ELSE 'likely' END AS confidence,
       memory,
       write,
       [e] + resume AS execution,
       before,
       section
ORDER BY source, target, e.seq
