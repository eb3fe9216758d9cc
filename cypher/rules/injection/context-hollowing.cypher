// /// rule
// summary = "The first thread of an own child is redirected before it runs (process hollowing)"
// how = "The first thread of a child that was created suspended gets new registers, so that it does not begin at the child's own entry point; then it is resumed."
// attack = ["T1055.012"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 30
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when code was put into the target before and the thread runs; the new pointer need not lie in it"
// memory = "memory made or mapped in the target before, where it can be run or is filled by the writes"
// write = "writes into the target before"
// execution = "the context, and the resume that follows"
// before = "creation or opening of the target, unmapping of its image, suspending of its thread"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "a section in an own child, its thread redirected and resumed (the pointer lies outside, as in seed Log2)"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8, instruction_pointer: 999999}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a section whose protection the log does not print, as before Cuckoo 2.0"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "an image written, and no allocation recorded"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200, image: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the thread is never resumed: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "memory that could be run, and nothing written into it: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a section of data, and memory whose protection is not recorded: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 3, address: 9000, end: 9100}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 4, thread_id: 8}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "nothing was put there as far as the log knows: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8, instruction_pointer: 999999}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "another process's child is no hollowing"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d)
// """
// rows = []
// [[examples]]
// title = "a child that ran and was stopped is no hollowing"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'b', seq: 0, suspended: false}]->(d),
//   (s)-[:SUSPENDED {uid: 'p', seq: 1, thread_id: 8}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:SET_CONTEXT_OF {uid: 'c', seq: 3, thread_id: 8}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "a resume alone is no execution"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, thread_id: 8, suspend_count: 1}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[c:SET_CONTEXT_OF]->(d:Process)
WITH s, d, collect(DISTINCT c) AS contexts
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]-(s)
WITH s, d, contexts, collect(m) AS regions
OPTIONAL MATCH (d)<-[w:WROTE_MEMORY_OF]-(s)
WITH s, d, contexts, regions, collect(w) AS writes
OPTIONAL MATCH (d)<-[b:SPAWNED|OPENED|UNMAPPED_FROM|SUSPENDED]-(s)
WITH s, d, contexts, regions, writes, collect(b) AS befores
OPTIONAL MATCH (d)<-[r:RESUMED]-(s)
WITH s, d, contexts, regions, writes, befores, collect(r) AS resumes
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)<-[made:CREATED_SECTION|WROTE]-(s)
WITH s, d, contexts, regions, writes, befores, resumes, collect(DISTINCT made) AS made
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)-[view:MAPPED_INTO]->(s)
WITH s, d, contexts, regions, writes, befores, resumes, made, collect(DISTINCT view) AS views
// what Windows itself writes into a new child is logged before the creation that it belongs to
WITH s, d, contexts, befores, resumes, made + views AS sections,
     reduce(born = -1, b IN befores |
       CASE WHEN b.api STARTS WITH 'CreateProcess' AND b.seq > born THEN b.seq ELSE born END) AS born,
     regions, writes
WITH s, d, contexts, befores, resumes, sections,
     [m IN regions WHERE m.seq > born] AS regions, [w IN writes WHERE w.seq > born] AS writes
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, contexts, writes, befores, resumes, sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes + [v IN regions WHERE type(v) = 'MAPPED_INTO'] |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
WITH s, d, regions, writes, befores, sections,
     [c IN contexts | {step: c, seq: c.seq,
        next: reduce(next = null, r IN resumes |
          CASE WHEN r.seq > c.seq AND coalesce(r.thread_id = c.thread_id, true)
                AND (next IS NULL OR r.seq < next.seq) THEN r ELSE next END),
        own_child: any(b IN befores WHERE type(b) = 'SPAWNED' AND b.seq < c.seq),
        unborn: any(b IN befores WHERE type(b) = 'SPAWNED' AND b.seq < c.seq AND coalesce(b.suspended, false))
          AND none(r IN resumes WHERE r.seq < c.seq),
        stopped: any(b IN befores WHERE type(b) = 'SUSPENDED' AND b.seq < c.seq
                               AND coalesce(b.thread_id = c.thread_id, true))}] AS steps
// what is put there counts until the thread runs: one that is held runs when it is resumed
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        at: CASE WHEN e.stopped OR e.unborn OR coalesce(e.next.suspend_count, 0) > 0
                 THEN coalesce(e.next.seq, e.seq) ELSE e.seq END}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        code: any(x IN regions WHERE x.code AND x.seq < e.at AND x.filled < e.at),
        data: any(x IN regions WHERE NOT x.code AND x.seq < e.at AND x.filled < e.at),
        to_write: any(w IN writes WHERE w.seq < e.at
          // one byte is a breakpoint, or what a debugger puts back in its place
          AND coalesce(w.size, 2) > 1
          AND any(to IN [e.step.instruction_pointer, e.step.entry_point]
                  WHERE coalesce(to >= w.address
                                 AND to < coalesce(w.address + w.size, w.end, w.address + 1), false))),
        image: any(w IN writes WHERE w.seq < e.at AND coalesce(w.image, false))}] AS steps
WITH s, d, regions, writes, befores, sections,
     // a child that was never stopped after its creation has not run when it gets its context
     [e IN steps WHERE e.own_child AND (e.unborn OR NOT e.stopped)
        | e {.*,
        rank: CASE WHEN (e.code OR e.to_write OR (e.image AND NOT e.data))
              AND (e.next IS NOT NULL OR NOT (e.stopped OR e.unborn)) THEN 2 ELSE 1 END}] AS steps
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
