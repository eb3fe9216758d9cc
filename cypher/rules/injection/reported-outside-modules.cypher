// /// rule
// summary = "The product reports a thread in another process that starts outside all of its modules"
// how = "The product that wrote the log reports a thread in the target that starts at an address in none of its modules, where only code lies that was put there; how it was put there is not recorded."
// attack = ["T1055.002"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 10
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "likely: the thread was made to run, the implant is not recorded"
// memory = "none is recorded"
// write = "none is recorded"
// execution = "the reported threads"
// opened = "the handle, where its opening is recorded"
// [[examples]]
// title = "a thread at an address in no module"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, address: 2473000042496, address_hex: '0x23fc8d00000', module: '-'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a system thread: it starts in the kernel, where no process can make a thread of its own start"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', name: 'dwm.exe'}), (d:Process:Entity {uid: 'd', name: 'csrss.exe'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, address_hex: '0xffffb0a1d4c2a1f0', module: '-'}]->(d)
// """
// rows = []
// [[examples]]
// title = "the product does not say where it starts"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, api: 'CreateRemoteThread'}]->(d)
// """
// rows = []
// [[examples]]
// title = "a thread in a module"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, address: 4096, module: 'C:/Windows/System32/ntdll.dll'}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[i:REPORTED_INJECTION_INTO]->(d:Process)
// addresses of the kernel are beyond 2^63 and have no number
WHERE i.module = '-' AND i.address > 0
WITH s, d, collect(DISTINCT i) AS execution
OPTIONAL MATCH (s)-[o:OPENED]->(d)
WITH s, d, execution, collect(o) AS opens
RETURN s.uid AS source,
       d.uid AS target,
       'likely' AS confidence,
       [] AS memory,
       [] AS write,
       execution,
       [o IN opens WHERE any(i IN execution WHERE o.seq < i.seq)] AS opened
ORDER BY source, target
