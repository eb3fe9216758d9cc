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
// confidence = "confirmed: the code lies where the child begins to run; weak where a system library of the child was patched"
// memory = "executable memory in place of the image, the image made writable code, or what was written"
// write = "writes into it"
// execution = "the resume"
// before = "creation of the child, unmapping of its image, reading of its entry point"
// section = "the life of the mapped section in the injector: created, mapped there, written there"
// [[examples]]
// title = "the image is unmapped and replaced at its own address"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:UNMAPPED_FROM {uid: 'u', seq: 2, address: 4194304}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 3, address: 4194304, end: 4200000, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 4, address: 4194304, end: 4200000}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the image is unmapped and a section mapped in its place"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:UNMAPPED_FROM {uid: 'u', seq: 2, address: 4194304}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 3, address: 4194304, end: 4300000, executable: true}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the image is made writable and patched"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 4198400, end: 4202496, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4198500, end: 4198505}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the entry point that the context told is overwritten"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:READ_CONTEXT_OF {uid: 'c', seq: 2, entry_point: 4198500}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4198500, end: 4198505}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a system library of the child is patched, as the broker of a sandboxed browser does: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 2004877312, end: 2004881408, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 2004877400, end: 2004877405}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "parameters written into a child by its creator, as in every process creation"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 2, address: 4096, end: 8192, executable: false}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4096, end: 5000}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w2', seq: 4, address: 990000, end: 990008}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "a section of code, and a jump to it written over what the child held"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 655360, end: 786432, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 12984580, end: 12984586, size: 6, leads_to: 655616}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a section of code, and something else written into the child"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 2, address: 655360, end: 786432, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 12984576, end: 12984592, size: 16}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "a child that ran and was stopped is patched"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:RESUMED {uid: 'q', seq: 1, suspend_count: 1}]->(d),
//   (s)-[:SUSPENDED {uid: 'z', seq: 2}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 4198400, end: 4202496, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4198500, end: 4198505}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "what Windows writes into a child before its creation returns"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 4, api: 'CreateProcessInternalW', suspended: true}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 4198400, end: 4202496, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, address: 4198500, end: 4198505}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "the child was not suspended any more"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:UNMAPPED_FROM {uid: 'u', seq: 2, address: 4194304}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'm', seq: 3, address: 4194304, end: 4200000, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 4, address: 4194304, end: 4200000}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 0}]->(d)
// """
// rows = []
// [[examples]]
// title = "the patch came after the resume"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 4198400, end: 4202496, executable: true}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 6, address: 4198500, end: 4198505}]->(d),
//   (s)-[:RESUMED {uid: 'r', seq: 5, suspend_count: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "the image was made writable and nothing written"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 1, suspended: true}]->(d),
//   (s)-[:PROTECTED_IN {uid: 'm', seq: 2, address: 4198400, end: 4202496, executable: true}]->(d),
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
OPTIONAL MATCH (d)<-[m:ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO]-(s)
WITH s, d, resumes, writes, collect(m) AS regions
OPTIONAL MATCH (d)<-[b:SPAWNED|UNMAPPED_FROM|READ_CONTEXT_OF|SUSPENDED]-(s)
WITH s, d, resumes, writes, regions, collect(b) AS befores
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)<-[made:CREATED_SECTION|WROTE]-(s)
WITH s, d, resumes, writes, regions, befores, collect(DISTINCT made) AS made
OPTIONAL MATCH (d)<-[:MAPPED_INTO]-(:Section)-[view:MAPPED_INTO]->(s)
WITH s, d, resumes, writes, regions, befores, made, collect(DISTINCT view) AS views
WITH s, d, resumes, regions, befores, writes, made + views AS sections,
     // what Windows itself writes into a new child is logged before the creation that it belongs to
     reduce(born = -1, b IN befores |
       CASE WHEN b.api STARTS WITH 'CreateProcess' AND b.seq > born THEN b.seq ELSE born END) AS born
WITH s, d, befores, sections, [m IN regions WHERE m.seq > born] AS regions,
     // a child begins to run at the first resume; what comes later changes a program that runs
     [r IN resumes WHERE coalesce(r.suspend_count, 1) > 0 AND all(other IN resumes WHERE other.seq >= r.seq)
        AND none(b IN befores WHERE type(b) = 'SUSPENDED' AND b.seq < r.seq)] AS resumes,
     [w IN writes WHERE type(w) = 'WROTE_MEMORY_OF' AND w.seq > born] AS writes
WITH s, d, resumes, regions, befores, sections, writes,
     [m IN regions WHERE m.executable AND type(m) = 'PROTECTED_IN'
        AND none(a IN regions WHERE type(a) <> 'PROTECTED_IN' AND a.seq < m.seq AND m.address >= a.address
                                AND m.address < coalesce(a.end, a.address + 1))] AS unprotected,
     [m IN regions WHERE m.executable
        AND any(u IN befores WHERE type(u) = 'UNMAPPED_FROM' AND u.seq < m.seq AND u.address >= m.address
                               AND u.address < coalesce(m.end, m.address + 1))] AS in_its_place
// where Windows puts its libraries: programs of 32 bits lie below 0x60000000, of 64 bits at 0x140000000, 0x13f...
// (Windows 7) or 0x7ff6..., 0x7ff7...
WITH s, d, resumes, regions, befores, sections, writes, unprotected, in_its_place,
     [[1610612736, 2147483648], [8787503087616, 8796093022208], [140703128616960, 140737488355328]] AS libraries
UNWIND resumes AS r
WITH s, d, r, libraries, regions, unprotected, in_its_place,
     [w IN writes WHERE w.seq < r.seq] AS written,
     [b IN befores WHERE b.seq < r.seq] AS before,
     [x IN sections WHERE x.seq < r.seq] AS section
WITH s, d, r, libraries, regions, written, before, section,
     [m IN in_its_place WHERE m.seq < r.seq AND (type(m) = 'MAPPED_INTO'
        OR any(w IN written WHERE w.address < coalesce(m.end, m.address + 1)
                              AND coalesce(w.end, w.address + 1) > m.address))] AS replaced,
     [m IN unprotected WHERE m.seq < r.seq
        AND any(w IN written WHERE w.address < coalesce(m.end, m.address + 1)
                               AND coalesce(w.end, w.address + 1) > m.address)] AS patched,
     // one byte is a breakpoint
     [w IN written WHERE coalesce(w.size, 2) > 1
        AND any(b IN before WHERE type(b) = 'READ_CONTEXT_OF' AND b.entry_point >= w.address
                              AND b.entry_point < coalesce(w.end, w.address + 1))] AS at_entry
WITH s, d, r, libraries, regions, written, before, section, patched, replaced, at_entry,
     // a jump to code that was put beside the image; in libraries it may be a hook
     [w IN written WHERE NOT any(from IN libraries WHERE w.address >= from[0] AND w.address < from[1])
        AND any(m IN regions WHERE m.executable AND m.seq < r.seq AND w.leads_to >= m.address
                               AND w.leads_to < coalesce(m.end, m.address + 1))] AS jumps
WITH s, d, r, libraries, written, before, section, patched, replaced, at_entry, jumps,
     replaced + [m IN patched WHERE NOT m IN replaced]
       + [m IN regions WHERE m.seq < r.seq AND NOT m IN replaced AND NOT m IN patched
            AND any(w IN at_entry WHERE w.address < coalesce(m.end, m.address + 1)
                                    AND coalesce(w.end, w.address + 1) > m.address)]
       // code that was put beside the image
       + [m IN regions WHERE m.executable AND m.seq < r.seq AND type(m) <> 'PROTECTED_IN' AND NOT m IN replaced]
       AS memory
WHERE size(replaced) + size(patched) + size(at_entry) + size(jumps) > 0
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(replaced) + size(at_entry) + size(jumps) > 0
              OR any(m IN patched WHERE NOT any(from IN libraries WHERE m.address >= from[0] AND m.address < from[1]))
            THEN 'confirmed' ELSE 'weak' END AS confidence,
       memory,
       at_entry + jumps + [w IN written WHERE NOT w IN at_entry AND NOT w IN jumps
                     AND any(m IN memory WHERE w.address < coalesce(m.end, m.address + 1)
                                           AND coalesce(w.end, w.address + 1) > m.address)] AS write,
       [r] AS execution,
       before,
       section
ORDER BY source, target, r.seq
