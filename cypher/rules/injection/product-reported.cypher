// /// rule
// summary = "The product that wrote the log reports an injection itself"
// how = "The product that wrote the log reports the injection itself; the calls behind it are not recorded. Threads that Windows and debuggers start in other processes as a rule are left out or weak."
// attack = ["T1055"]
// derives = "INJECTED_INTO"
// scope = "run"
// specificity = 5
// [columns]
// source = "uid of the injector"
// target = "uid of the target"
// confidence = "likely: the product's word, without the calls; weak where the thread starts as those of debuggers do"
// memory = "none is recorded"
// write = "none is recorded"
// execution = "the reported events"
// [[examples]]
// title = "a reported injection"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 1, api: 'CreateRemoteThread'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// [[examples]]
// title = "a handle was opened, nothing reported"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run), (s)-[:OPENED {uid: 'o', seq: 1}]->(d)
// """
// rows = []
// [[examples]]
// title = "Ctrl-C: csrss starts the console's control handlers"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', name: 'csrss.exe', path: 'C:\\\\Windows\\\\System32\\\\csrss.exe'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 1, address: 4096, module: 'C:\\\\Windows\\\\System32\\\\KERNELBASE.dll!CtrlRoutine'}]->(d)
// """
// rows = []
// [[examples]]
// title = "a system thread: it starts in the kernel"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', name: 'dwm.exe'}), (d:Process:Entity {uid: 'd', name: 'csrss.exe'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 1, address_hex: '0xffffb0a1d4c2a1f0', module: '-'}]->(d)
// """
// rows = []
// [[examples]]
// title = "a debugger breaks in: worth a look at most"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', name: 'windbg.exe'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 1, address: 4096, module: 'C:\\\\Windows\\\\System32\\\\ntdll.dll!DbgUiRemoteBreakin'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "weak" }]
// [[examples]]
// title = "the control handlers, started by a program that calls itself csrss"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', name: 'csrss.exe', path: 'C:\\\\Users\\\\u\\\\csrss.exe'}), (d:Process:Entity {uid: 'd'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:REPORTED_INJECTION_INTO {uid: 'i', seq: 1, address: 4096, module: 'C:\\\\Windows\\\\System32\\\\KERNELBASE.dll!CtrlRoutine'}]->(d)
// """
// rows = [{ source = "s", target = "d", confidence = "likely" }]
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[i:REPORTED_INJECTION_INTO]->(d:Process)
WITH s, d, i, toLower(coalesce(i.module, '')) AS starts, toLower(coalesce(s.path, '')) AS injector
// csrss starts the handlers of Ctrl-C and of closing in every console process
WHERE NOT (injector ENDS WITH ':\\windows\\system32\\csrss.exe'
    AND (starts ENDS WITH '\\kernelbase.dll!ctrlroutine' OR starts ENDS WITH '\\kernel32.dll!ctrlroutine'))
  // a thread that starts in the kernel is a driver's: addresses there are beyond 2^63 and have no number
  AND NOT (i.address IS NULL AND i.address_hex IS NOT NULL)
// debuggers break in there; tools that list the heaps of a process start at a routine of ntdll that it does not export
WITH s, d, i, starts ENDS WITH '!dbguiremotebreakin' OR starts ENDS WITH '\\ntdll.dll' AS ordinary
WITH s, d, collect(DISTINCT i) AS reported, collect(DISTINCT CASE WHEN NOT ordinary THEN i END) AS telling
RETURN s.uid AS source,
       d.uid AS target,
       CASE WHEN size(telling) > 0 THEN 'likely' ELSE 'weak' END AS confidence,
       [] AS memory,
       [] AS write,
       CASE WHEN size(telling) > 0 THEN telling ELSE reported END AS execution
ORDER BY source, target
