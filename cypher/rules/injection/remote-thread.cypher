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
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]-(s)
WITH s, d, threads, collect(m) AS regions
OPTIONAL MATCH (d)<-[w:WROTE_MEMORY_OF]-(s)
WITH s, d, threads, regions, collect(w) AS writes
OPTIONAL MATCH (d)<-[b:SPAWNED|OPENED|UNMAPPED_FROM|SUSPENDED]-(s)
WITH s, d, threads, regions, writes, collect(b) AS befores
OPTIONAL MATCH (d)<-[r:RESUMED]-(s)
WITH s, d, threads, regions, writes, befores, collect(r) AS resumes
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)<-[made:CREATED_SECTION|WROTE]-(s)
WITH s, d, threads, regions, writes, befores, resumes, collect(DISTINCT made) AS made
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)-[view:MAPPED_INTO]->(s)
WITH s, d, threads, regions, writes, befores, resumes, made, collect(DISTINCT view) AS views
// what Windows itself writes into a new child is logged before the creation that it belongs to
WITH s, d, threads, befores, resumes, made + views AS sections,
     reduce(born = -1, b IN befores |
       CASE WHEN b.api STARTS WITH 'CreateProcess' AND b.seq > born THEN b.seq ELSE born END) AS born,
     regions, writes
WITH s, d, threads, befores, resumes, sections,
     [m IN regions WHERE m.seq > born] AS regions, [w IN writes WHERE w.seq > born] AS writes
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, threads, writes, befores, resumes, sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes + [v IN regions WHERE type(v) = 'MAPPED_INTO'] |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
WITH s, d, regions, writes, befores, sections,
     [t IN threads | {step: t, seq: t.seq,
        next: reduce(next = null, r IN resumes |
          CASE WHEN t.suspended AND r.seq > t.seq AND coalesce(r.thread_id = t.thread_id, true)
                AND (next IS NULL OR r.seq < next.seq) THEN r ELSE next END),
        held: coalesce(t.suspended, false),
        creations: [b IN befores WHERE type(b) = 'SPAWNED' AND b.seq < t.seq | coalesce(b.api, '')]}] AS steps
// what is put there counts until the thread runs: one that is held runs when it is resumed
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        at: CASE WHEN e.held
                 THEN coalesce(e.next.seq, e.seq) ELSE e.seq END}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        code: any(x IN regions WHERE x.code AND x.seq < e.at AND x.filled < e.at),
        data: any(x IN regions WHERE NOT x.code AND x.seq < e.at AND x.filled < e.at)}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*, put: e.code OR e.data OR any(w IN writes WHERE w.seq < e.at),
        implanted: CASE WHEN e.code THEN true
          WHEN any(w IN writes WHERE w.seq < e.at
          AND coalesce(e.step.address >= w.address
                       AND e.step.address < coalesce(w.address + w.size, w.end, w.address + 1), false))
          THEN true
          ELSE NOT e.data AND any(w IN writes WHERE w.seq < e.at AND coalesce(w.image, false)) END}] AS steps
WITH s, d, regions, writes, befores, sections,
     // before Windows Vista every creator makes the first thread of its child, later who calls NtCreateProcessEx
     [e IN steps WHERE e.implanted OR NOT (e.data OR ((e.step.api = 'NtCreateThread' AND size(e.creations) > 0)
               OR (e.step.api = 'NtCreateThreadEx'
                   AND any(api IN e.creations WHERE api IN ['NtCreateProcess', 'NtCreateProcessEx']))))
        | e {.*,
        rank: CASE WHEN e.implanted THEN CASE WHEN e.next IS NOT NULL OR NOT e.held THEN 2 ELSE 1 END
              // a routine of the system, and nothing put there: so debuggers break in, and consoles get Ctrl-C
              WHEN e.step.module IS NOT NULL AND NOT e.put THEN 0
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
