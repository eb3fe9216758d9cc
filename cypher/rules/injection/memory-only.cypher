// /// rule
// summary = "Memory written in another process, and no execution recorded"
// how = "Memory of the target is written; that the code was made to run is not recorded."
// attack = ["T1055"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 0
// [columns]
// source = "uid of the writer"
// target = "uid of the target"
// confidence = "likely for executable memory of a process that is no child; else weak"
// memory = "the memory that is written or mapped"
// write = "the writes"
// execution = "none is recorded"
// before = "opening or creation of the target"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "executable memory written in a process that is no child: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "the same in an own child that was merely started: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 0}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "data in a process that is no child: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "parameters written into an own child: nothing"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 0}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 1, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200}]->(d)
// """
// rows = []
// [[examples]]
// title = "an image written into an own child, by a log that holds no allocations: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 0}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 2, address: 4096, end: 4200, image: true}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "a section in an own child, by a log that prints no protection: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 0}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 1, address: 4096}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "a section of data: nothing"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 1, address: 4096, end: 8192, executable: false}]->(d)
// """
// rows = []
// [[examples]]
// title = "memory that was only allocated or read: nothing"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 1, address: 4096, end: 8192, executable: true}]->(d),
//   (s)-[:READ_MEMORY_OF {uid: 'x', seq: 2}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[x:WROTE_MEMORY_OF|MAPPED_INTO]->(d:Process)
WITH s, d, collect(DISTINCT x) AS puts
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN]-(s)
WITH s, d, puts, collect(m) AS regions
OPTIONAL MATCH (d)<-[b:SPAWNED|OPENED]-(s)
WITH s, d, puts, regions, collect(b) AS before
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)<-[made:CREATED_SECTION|WROTE]-(s)
WITH s, d, puts, regions, before, collect(DISTINCT made) AS made
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)-[view:MAPPED_INTO]->(s)
WITH s, d, puts, regions, before, made, collect(DISTINCT view) AS views
// what Windows itself writes into a new child is logged before the creation that it belongs to
WITH s, d, puts, regions, before, made, views,
     reduce(born = -1, b IN before |
       CASE WHEN b.api STARTS WITH 'CreateProcess' AND b.seq > born THEN b.seq ELSE born END) AS born
WITH s, d, before, made, views, [x IN puts WHERE x.seq > born] AS puts, [m IN regions WHERE m.seq > born] AS regions
WITH s, d, before, made + views AS section,
     any(b IN before WHERE type(b) = 'SPAWNED') AS own_child,
     [x IN puts WHERE type(x) = 'WROTE_MEMORY_OF'] AS written,
     [x IN puts WHERE type(x) = 'MAPPED_INTO' AND x.executable] AS mapped,
     // Cuckoo 0.4 to 1.x print no protection with a mapped section, and hook no APC that would run it
     [x IN puts WHERE type(x) = 'MAPPED_INTO' AND x.executable IS NULL] AS doubtful,
     regions
WITH s, d, before, section, own_child, written, mapped, doubtful,
     [m IN regions WHERE any(w IN written WHERE w.address < coalesce(m.end, m.address + 1)
                                            AND coalesce(w.end, w.address + 1) > m.address)] AS filled
WITH s, d, before, section, own_child, written, filled + mapped + doubtful AS memory, doubtful,
     size(mapped) > 0 OR any(m IN filled WHERE coalesce(m.executable, false)) AS code
WHERE code
   OR size(doubtful) > 0
   OR (size(written) > 0 AND NOT own_child)
   OR any(w IN written WHERE coalesce(w.image, false))
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN code AND NOT own_child THEN 'likely' ELSE 'weak' END AS confidence,
       memory,
       written AS write,
       [] AS execution,
       before,
       section
ORDER BY source, target
