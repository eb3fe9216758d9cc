// /// rule
// summary = "A process is made of a section whose file was written in a transaction and undone (process doppelgänging)"
// how = "The code is written to a file within a transaction and a section is made of the file; the transaction is undone, so that no file shows the code, and a process is made of the section, whose first thread then runs it."
// attack = ["T1055.013"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 35
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "confirmed when the section was made, the file undone, and the process made of the section and given a thread; likely without a thread or the section's handle; weak where the transaction is not recorded"
// memory = "the process made of the section"
// write = "writes to the file of the section"
// execution = "the thread"
// before = "creation of the process"
// section = "the section made and its file undone"
// [[examples]]
// title = "section, rollback, process, thread"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 2}]->(x),
//   (s)-[:ROLLED_BACK {uid: 'rb', seq: 3}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 8, address: 4096, api: 'NtCreateThreadEx'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "the file's writes are those to the path that the section names"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (f:File:Entity {uid: 'f', path: 'C:/T.exe'}),
//   (s)-[:WROTE {uid: 'w', seq: 1, count: 1}]->(f),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 2}]->(x),
//   (s)-[:ROLLED_BACK {uid: 'rb', seq: 3}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 8, address: 4096, api: 'NtCreateThreadEx'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "no thread is recorded: likely"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 2}]->(x),
//   (s)-[:ROLLED_BACK {uid: 'rb', seq: 3}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "no transaction is recorded, as before CAPE: weak"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 2}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 8, address: 4096, api: 'NtCreateThreadEx'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "the process came before the rollback and got a thread after it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 2}]->(x),
//   (s)-[:ROLLED_BACK {uid: 'rb', seq: 6}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 8, address: 4096, api: 'NtCreateThreadEx'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "confirmed" }]
// [[examples]]
// title = "a process created as programs do it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'CreateProcessInternalW'}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 8, address: 4096, api: 'NtCreateThreadEx'}]->(d)
// """
// rows = []
// [[examples]]
// title = "before Windows Vista every creation is a NtCreateProcessEx, with a thread by NtCreateThread"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 2}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 8, address: 4096, api: 'NtCreateThread'}]->(d)
// """
// rows = []
// [[examples]]
// title = "the section was made after the rollback"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (x:Section:Entity {uid: 'x', file: 'C:/t.exe'}),
//   (s)-[:SPAWNED {uid: 'p', seq: 5, api: 'NtCreateProcessEx'}]->(d),
//   (s)-[:CREATED_SECTION {uid: 'cs', seq: 4}]->(x),
//   (s)-[:ROLLED_BACK {uid: 'rb', seq: 3}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'im', seq: 5, executable: true}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[p:SPAWNED]->(d:Process)
WHERE p.api IN ['NtCreateProcess', 'NtCreateProcessEx']
WITH DISTINCT s, d, p
OPTIONAL MATCH (s)-[t:CREATED_THREAD_IN]->(d) WHERE t.seq > p.seq
WITH s, d, p, collect(t) AS threads
OPTIONAL MATCH (x:Section)-[m:MAPPED_INTO]->(d) WHERE m.seq >= p.seq
WITH s, d, p, threads, collect(x) AS images, collect(m) AS memory
OPTIONAL MATCH (s)-[made:CREATED_SECTION]->(x:Section) WHERE x IN images AND made.seq < p.seq
WITH s, d, p, threads, images, memory, collect(made) AS makings
OPTIONAL MATCH (s)-[undone:ROLLED_BACK]->(x:Section) WHERE x IN images
WITH s, d, p, threads, images, memory, makings, collect(undone) AS undoings
OPTIONAL MATCH (s)-[w:WROTE]->(f:File)
WHERE any(x IN images WHERE toLower(x.file) = toLower(f.path)) AND w.seq < p.seq
WITH s, d, p, threads, memory, makings, undoings, collect(w) AS write
WITH s, d, p, memory, write, makings,
     [t IN threads WHERE all(other IN threads WHERE other.seq >= t.seq)] AS execution,
     [u IN undoings WHERE any(m IN makings WHERE m.seq < u.seq)] AS undone
WITH s, d, p, memory, write, makings, execution, undone,
     size(undone) > 0 AND all(u IN undone WHERE none(t IN execution WHERE t.seq < u.seq)) AS hidden
WHERE hidden OR (size(undone) = 0 AND size(makings) > 0 AND any(t IN execution WHERE t.api = 'NtCreateThreadEx'))
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN hidden AND size(execution) > 0 THEN 'confirmed'
            WHEN hidden THEN 'likely' ELSE 'weak' END AS confidence,
       memory,
       write,
       execution,
       [p] AS before,
       makings + undone AS section
ORDER BY source, target, p.seq
