// /// rule
// summary = "The image of an own suspended child is patched or replaced, then the child is resumed (process hollowing without a new context)"
// how = "The code lies where the child's own first instructions lay: the image of the suspended child is replaced, or its entry point is overwritten, and the resumed thread runs into it."
// attack = ["T1055.012"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 29
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed: the code lies where the child begins to run"
// memory = "executable memory in place of the image, or the image made writable code"
// write = "writes into it"
// execution = "the resume"
// before = "creation of the child, unmapping of its image"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "the image is unmapped and replaced at its own address"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 1}]->(d),
//   (s)-[:UNMAPPED_FROM {uid: 'u', seq: 2, address: 4194304}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 3, address: 4194304, end: 4200000, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 4, address: 4194304, end: 4200000}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the entry point is patched"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 1}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 4198400, end: 4202496, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4198500, end: 4198505}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 4, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "parameters written into a child by its creator, as in every process creation"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:SPAWNED {uid: 'p', seq: 1}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 2, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4096, end: 5000}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w2', seq: 4, address: 990000, end: 990008}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[r:RESUMED]->(d:Process)
WHERE EXISTS { MATCH (s)-[:SPAWNED]->(d) }
WITH s, d, collect(DISTINCT r) AS resumes
MATCH (s)-[w:WROTE_MEMORY_OF|MAPPED_INTO]->(d)
WITH s, d, resumes, collect(w) AS writes
OPTIONAL MATCH (s)-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]->(d)
WITH s, d, resumes, writes, collect(m) AS regions
OPTIONAL MATCH (s)-[u:UNMAPPED_FROM]->(d)
WITH s, d, resumes, writes, regions, collect(u) AS unmapped
OPTIONAL MATCH (s)-[c:SPAWNED]->(d)
WITH s, d, resumes, writes, regions, unmapped, collect(c) AS spawns
OPTIONAL MATCH (s)-[made:CREATED_SECTION|WROTE]->(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, resumes, writes, regions, unmapped, spawns, collect(made) AS made
OPTIONAL MATCH (s)<-[view:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(d)
WITH s, d, resumes, writes, regions, unmapped, spawns, made, collect(view) AS views
WITH s, d, resumes, writes, regions, unmapped, spawns, made + views AS sections
UNWIND resumes AS r
WITH s, d, r, unmapped, spawns, sections,
     [w IN writes WHERE w.seq < r.seq AND type(w) = 'WROTE_MEMORY_OF'] AS written,
     [m IN regions WHERE m.seq < r.seq AND m.executable
        AND any(u IN unmapped WHERE u.seq < m.seq AND u.address >= m.address
                                AND u.address < coalesce(m.end, m.address + 1))] AS replaced,
     [m IN regions WHERE m.seq < r.seq AND m.executable AND type(m) = 'PROTECTED_IN'
        AND none(a IN regions WHERE type(a) <> 'PROTECTED_IN' AND a.seq < m.seq AND m.address >= a.address
                                AND m.address < coalesce(a.end, a.address + 1))] AS patched
WITH s, d, r, unmapped, spawns, sections, replaced,
     [m IN patched WHERE any(w IN written WHERE w.address < coalesce(m.end, m.address + 1)
                                           AND coalesce(w.end, w.address + 1) > m.address)] AS patched,
     written
WITH s, d, r, unmapped, spawns, sections, written, replaced + patched AS memory, size(patched) > 0 AS is_patched
WHERE is_patched
   OR any(m IN memory WHERE type(m) = 'MAPPED_INTO'
        OR any(w IN written WHERE w.address < coalesce(m.end, m.address + 1)
                              AND coalesce(w.end, w.address + 1) > m.address))
RETURN s.uid AS source,
       d.uid AS target,
       'confirmed' AS confidence,
       memory,
       [w IN written WHERE any(m IN memory WHERE w.address < coalesce(m.end, m.address + 1)
                                             AND coalesce(w.end, w.address + 1) > m.address)] AS write,
       [r] AS execution,
       [c IN spawns WHERE c.seq < r.seq] + [u IN unmapped WHERE u.seq < r.seq] AS before,
       [x IN sections WHERE x.seq < r.seq] AS section
ORDER BY source, target, r.seq
