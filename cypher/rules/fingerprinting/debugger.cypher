// /// rule
// summary = "A process looks for a debugger or for the tools of analysts, or hides from them"
// how = "Windows of debuggers and monitors and devices of kernel debuggers are asked for by name; the process asks the kernel for its debug object, or hides a thread. After pafish, al-khaser and the signatures antidbg_* of Cuckoo, antidebug_* of CAPE. No monitor logs CheckRemoteDebuggerPresent by its name. IsDebuggerPresent (every C runtime calls it), OutputDebugString, the debug port (asked when a program crashes) and the state of the kernel debugger tell little."
// attack = ["T1497.001", "T1622"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "windows"
// apis = ["FindWindowA", "FindWindowW", "FindWindowExA", "FindWindowExW"]
// arguments = ["classname", "windowname"]
// matches = '''\A(?:ollydbg|windbgframeclass|immunitydebugger|idawindow|zeta debugger|rock debugger|obsidiangui|x(?:32|64)dbg|qt5qwindowicon_x64dbg|pediy06|gbdyllo|procexpl|procmon_window_class|filemonclass|regmonclass|tcpviewclass|api_trace_main|smartsniff|processhacker|18467-41)\Z|- sysinternals: www\.sysinternals\.com|\A(?:ida|ollydbg|immunity debugger)\b'''
// [[watches]]
// name = "devices"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\A[\\.?]*(?:globalroot\\|device\\|namedpipe\\|pipe\\)*(?:sice|siwvid|siwdebug|siwvidstart|ntice|icext|regvxg|filevxg|regsys|filem|trw|twx|extrem|syser|syserdbgmsg|syserboot)\Z'''
// [[watches]]
// name = "hiding"
// apis = ["NtSetInformationThread"]
// arguments = ["threadinformationclass", "informationclass"]
// matches = '''\A17\Z'''
// [[watches]]
// name = "object"
// apis = ["NtQueryInformationProcess"]
// arguments = ["processinformationclass", "informationclass"]
// matches = '''\A(?:30|31)\Z'''
// [[watches]]
// name = "present"
// apis = ["IsDebuggerPresent"]
// [[watches]]
// name = "strings"
// apis = ["OutputDebugStringA", "OutputDebugStringW"]
// [[watches]]
// name = "port"
// apis = ["NtQueryInformationProcess"]
// arguments = ["processinformationclass", "informationclass"]
// matches = '''\A7\Z'''
// [[watches]]
// name = "kernel"
// apis = ["NtQuerySystemInformation"]
// arguments = ["systeminformationclass", "informationclass"]
// matches = '''\A35\Z'''
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// technique = "its ATT&CK ids"
// confidence = "confirmed by two kinds of sure calls, likely by one; weak for what ordinary programs do as well"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "a window of OllyDbg"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/debugger:windows']}]->(:Api:Entity {uid: 'api1', name: 'FindWindowA'})
// """
// rows = [{ source = "p", target = "T1497.001", technique = "T1497.001, T1622", confidence = "likely" }]
// [[examples]]
// title = "a window, and a thread that hides"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/debugger:windows']}]->(:Api:Entity {uid: 'api1', name: 'FindWindowA'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/debugger:hiding']}]->(:Api:Entity {uid: 'api2', name: 'NtSetInformationThread'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what the C runtime calls"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/debugger:present']}]->(:Api:Entity {uid: 'api1', name: 'IsDebuggerPresent'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/debugger:strings']}]->(:Api:Entity {uid: 'api2', name: 'OutputDebugStringA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/debugger:windows']}]->(:Api:Entity {uid: 'api1', name: 'FindWindowA'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/debugger:' | split(by, ':')[1]] AS kind
WITH p, collect(DISTINCT c) AS apis,
     collect(DISTINCT CASE WHEN kind IN ['windows', 'devices', 'hiding', 'object'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Debugger' AS looked_for,
       'T1497.001, T1622' AS technique,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['antidbg', 'antidebug'] AS words
ORDER BY source
