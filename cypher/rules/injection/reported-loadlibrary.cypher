// /// rule
// summary = "The product reports a thread in another process that starts at LoadLibrary"
// how = "The product that wrote the log reports a thread in the target that starts at LoadLibrary, so that the target loads a DLL; where the DLL's path was written is not recorded."
// attack = ["T1055.001"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 12
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "likely: the thread was made to run, the write is not recorded"
// memory = "none is recorded"
// write = "none is recorded"
// execution = "the reported threads"
// opened = "the handle, where its opening is recorded"
// [[examples]]
// title = "a thread at LoadLibraryW of kernel32, reported twice"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:OPENED {uid: 'o', seq: 1}]->(d),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, address: 4096, module: 'C:/Windows/System32/KERNEL32.DLL!LoadLibraryW'}]->(d),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'j', seq: 3, address: 4096, module: 'C:/Windows/System32/KERNEL32.DLL!LoadLibraryW'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a thread at the loader's own routine in ntdll"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, module: 'C:/Windows/System32/ntdll.dll!LdrLoadDll'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a thread at another routine"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, module: 'C:/Windows/System32/KERNEL32.DLL!WinExec'}]->(d)
// """
// rows = []
// [[examples]]
// title = "a module whose folder has that name"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, module: 'C:/LoadLibrary/x.dll!Run'}]->(d)
// """
// rows = []
// [[examples]]
// title = "an injection reported without saying where it starts"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 2, api: 'CreateRemoteThread'}]->(d)
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[i:REPORTED_INJECTION_INTO]->(d:Process)
WHERE any(loads IN ['!loadlibrarya', '!loadlibraryw', '!loadlibraryexa', '!loadlibraryexw', '!ldrloaddll'] WHERE toLower(i.module) ENDS WITH loads)
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
