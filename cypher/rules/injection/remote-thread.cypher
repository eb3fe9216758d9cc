// /// rule
// summary = "A thread created in another process that begins at code put there (portable executable and shellcode injection)"
// how = "A thread is created in the target that begins at the implanted code."
// attack = ["T1055.002"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 20
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when code was put into the target before and the thread runs; likely when the log holds the thread alone"
// memory = "memory made or mapped in the target before, where it can be run or is filled by the writes"
// write = "writes into the target before"
// execution = "the thread, and the resume of one that was created suspended"
// before = "opening or creation of the target"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "memory, write and thread at one address (seed Log1)"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "no allocation is recorded: the thread begins where was written"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "plain memory, written and then made executable"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'x', seq: 3, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 4, thread_id: 8, address: 5000}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a section whose protection the log does not print"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the memory was made after the write, and nothing was written into it since: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 3, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 4, thread_id: 8, address: 5000}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the thread came before the memory: only the thread is recorded"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 0, thread_id: 8, address: 4096}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "memory without a write: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a thread that is created suspended and never resumed: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096, suspended: true}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "memory and writes without a thread say nothing here"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d)
// """
// rows = []
// [[examples]]
// title = "data in plain memory and a thread elsewhere are no such code"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 700000}]->(d)
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
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[t:CREATED_THREAD_IN]->(d:Process)
WITH s, d, collect(DISTINCT t) AS threads
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d)
WITH s, d, threads, collect(m) AS regions
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, threads, regions, collect(w) AS writes
OPTIONAL MATCH (s)-[b:SPAWNED|OPENED|UNMAPPED_FROM|SUSPENDED]->(d)
WITH s, d, threads, regions, writes, collect(b) AS befores
OPTIONAL MATCH (s)-[r:RESUMED]->(d)
WITH s, d, threads, regions, writes, befores, collect(r) AS resumes
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, threads, regions, writes, befores, resumes, collect(DISTINCT made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, threads, regions, writes, befores, resumes, made, collect(DISTINCT view) AS views
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, threads, writes, befores, resumes, made + views AS sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
UNWIND threads AS t
WITH s, d, t, regions,
     [x IN regions WHERE x.seq < t.seq AND (x.code OR x.filled < t.seq) | x.step] AS memory,
     [w IN writes WHERE w.seq < t.seq] AS write,
     [b IN befores WHERE b.seq < t.seq] AS before,
     [x IN sections WHERE x.seq < t.seq] AS section,
     [r IN resumes WHERE t.suspended AND r.seq > t.seq AND coalesce(r.thread_id = t.thread_id, true)] AS later
WITH s, d, t, memory, write, before, section,
     [r IN later WHERE all(other IN later WHERE other.seq >= r.seq)] AS resume,
     any(x IN regions WHERE x.code AND x.seq < t.seq AND x.filled < t.seq) AS code_in_place,
     any(x IN regions WHERE NOT x.code AND x.seq < t.seq AND x.filled < t.seq) AS data_in_place,
     any(w IN write WHERE coalesce(t.address >= w.address AND t.address < coalesce(w.end, w.address + 1), false))
       AS starts_in_write,
     any(w IN write WHERE coalesce(w.image, false)) AS image_written,
     [b IN before WHERE type(b) = 'SPAWNED' | coalesce(b.api, '')] AS creations
WITH s, d, t, memory, write, before, section, resume, data_in_place, creations,
     code_in_place OR starts_in_write OR (image_written AND NOT data_in_place) AS implanted
WHERE implanted
   OR (NOT data_in_place
       // before Windows Vista every creator makes the first thread of its child, later who calls NtCreateProcessEx
       AND NOT (t.api = 'NtCreateThread' AND size(creations) > 0)
       AND NOT (t.api = 'NtCreateThreadEx'
                AND any(api IN creations WHERE api IN ['NtCreateProcess', 'NtCreateProcessEx'])))
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN implanted AND (size(resume) > 0 OR NOT coalesce(t.suspended, false))
            THEN 'confirmed' ELSE 'likely' END AS confidence,
       memory,
       write,
       [t] + resume AS execution,
       before,
       section
ORDER BY source, target, t.seq
