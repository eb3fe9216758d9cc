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
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[e:SET_WINDOW_MEMORY_OF]->(d:Process)
WITH s, d, collect(DISTINCT e) AS pointers
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d)
WITH s, d, pointers, collect(m) AS regions
OPTIONAL MATCH (s)-[w:WROTE_MEMORY_OF]->(d)
WITH s, d, pointers, regions, collect(w) AS writes
OPTIONAL MATCH (s)-[b:SPAWNED|OPENED]->(d)
WITH s, d, pointers, regions, writes, collect(b) AS befores
OPTIONAL MATCH (s)-[r:SENT_MESSAGE_TO]->(d)
WITH s, d, pointers, regions, writes, befores, collect(r) AS messages
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, pointers, regions, writes, befores, messages, collect(DISTINCT made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, pointers, regions, writes, befores, messages, made, collect(DISTINCT view) AS views
// memory is filled from the first write into it, a view from the start; old monitors print no protection of a view
WITH s, d, pointers, writes, befores, messages, made + views AS sections,
     [m IN regions | {step: m, seq: m.seq, code: coalesce(m.executable, type(m) = 'MAPPED_INTO'),
        filled: CASE WHEN type(m) = 'MAPPED_INTO' THEN m.seq ELSE
          reduce(first = 9007199254740991, w IN writes |
            CASE WHEN w.seq < first AND (w.seq > m.seq OR type(m) = 'PROTECTED_IN')
                  AND w.address < coalesce(m.end, m.address + 1)
                  AND coalesce(w.end, w.address + 1) > m.address THEN w.seq ELSE first END) END}] AS regions
UNWIND pointers AS e
WITH s, d, e, regions,
     [x IN regions WHERE x.seq < e.seq AND (x.code OR x.filled < e.seq) | x.step] AS memory,
     [w IN writes WHERE w.seq < e.seq] AS write,
     [b IN befores WHERE b.seq < e.seq] AS before,
     [x IN sections WHERE x.seq < e.seq] AS section,
     [r IN messages WHERE r.seq > e.seq] AS later
WITH s, d, e, memory, write, before, section,
     [r IN later WHERE all(other IN later WHERE other.seq >= r.seq)] AS message,
     any(x IN regions WHERE x.seq < e.seq AND x.filled < e.seq) OR size(write) > 0 AS filled
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN filled AND size(message) > 0 THEN 'confirmed' ELSE 'likely' END AS confidence,
       memory,
       write,
       [e] + message AS execution,
       before,
       section
ORDER BY source, target, e.seq
