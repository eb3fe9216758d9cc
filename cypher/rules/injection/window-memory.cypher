// /// rule
// summary = "A window of another process is made to point to implanted code, and a message makes it run (extra window memory injection)"
// how = "The extra memory of the shell's task bar window is made to point to an object whose code was implanted; a message to the window makes the shell call it."
// attack = ["T1055.011"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 32
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when memory of the target was filled before and a message was sent afterwards"
// memory = "memory made or mapped in the target before, where it can be run or is filled by the writes"
// write = "writes into the target before"
// execution = "the change of the window's memory, and the message that follows"
// before = "opening of the target"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "memory written, the window's memory set, a message"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:SET_WINDOW_MEMORY_OF {uid: 'x', seq: 3, address: 4096}]->(d),
//   (s)-[:SENT_MESSAGE_TO {uid: 'y', seq: 4}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a section mapped there, as a list of pointers"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 4096, executable: false}]->(d),
//   (s)-[:SET_WINDOW_MEMORY_OF {uid: 'x', seq: 3, address: 4096}]->(d),
//   (s)-[:SENT_MESSAGE_TO {uid: 'y', seq: 4}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "nothing was put there as far as the log knows: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SET_WINDOW_MEMORY_OF {uid: 'x', seq: 3, address: 4096}]->(d),
//   (s)-[:SENT_MESSAGE_TO {uid: 'y', seq: 4}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "no message followed: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:SET_WINDOW_MEMORY_OF {uid: 'x', seq: 3, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the message came first: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SENT_MESSAGE_TO {uid: 'y', seq: 2}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:SET_WINDOW_MEMORY_OF {uid: 'x', seq: 3, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "messages alone"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:SENT_MESSAGE_TO {uid: 'y', seq: 4}]->(d)
// """
// rows = []
// [[examples]]
// title = "memory alone"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d)
// """
// rows = []
// [[examples]]
// title = "a thread is no window"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 3, thread_id: 8, address: 4096}]->(d),
//   (s)-[:SENT_MESSAGE_TO {uid: 'y', seq: 4}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[p:SET_WINDOW_MEMORY_OF]->(d:Process)
WITH s, d, collect(DISTINCT p) AS pointers
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]-(s)
WITH s, d, pointers, collect(m) AS regions
OPTIONAL MATCH (d)<-[w:WROTE_MEMORY_OF]-(s)
WITH s, d, pointers, regions, collect(w) AS writes
OPTIONAL MATCH (d)<-[b:SPAWNED|OPENED]-(s)
WITH s, d, pointers, regions, writes, collect(b) AS befores
OPTIONAL MATCH (d)<-[r:SENT_MESSAGE_TO]-(s)
WITH s, d, pointers, regions, writes, befores, collect(r) AS messages
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)<-[made:CREATED_SECTION|WROTE]-(s)
WITH s, d, pointers, regions, writes, befores, messages, collect(DISTINCT made) AS made
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)-[view:MAPPED_INTO]->(s)
WITH s, d, pointers, regions, writes, befores, messages, made, collect(DISTINCT view) AS views
// what Windows itself writes into a new child is logged before the creation that it belongs to
WITH s, d, pointers, befores, messages, made + views AS sections,
     reduce(born = -1, b IN befores |
       CASE WHEN b.api STARTS WITH 'CreateProcess' AND b.seq > born THEN b.seq ELSE born END) AS born,
     regions, writes
WITH s, d, pointers, befores, messages, sections,
     [m IN regions WHERE m.seq > born] AS regions, [w IN writes WHERE w.seq > born] AS writes
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, pointers, writes, befores, messages, sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes + [v IN regions WHERE type(v) = 'MAPPED_INTO'] |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
WITH s, d, regions, writes, befores, sections,
     [p IN pointers | {step: p, seq: p.seq,
        next: reduce(next = null, r IN messages |
          CASE WHEN r.seq > p.seq AND coalesce(r.thread_id = p.thread_id, true)
                AND (next IS NULL OR r.seq < next.seq) THEN r ELSE next END)}] AS steps
// what is put there counts until the message comes
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        at: CASE WHEN true
                 THEN coalesce(e.next.seq, e.seq) ELSE e.seq END}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        filled: any(x IN regions WHERE x.seq < e.at AND x.filled < e.at)
          OR any(w IN writes WHERE w.seq < e.at)}] AS steps
WITH s, d, regions, writes, befores, sections,
     [e IN steps | e {.*,
        rank: CASE WHEN e.filled AND e.next IS NOT NULL THEN 2 ELSE 1 END}] AS steps
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
