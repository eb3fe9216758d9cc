// /// rule
// summary = "A process asks for things that are there in Sandboxie only"
// how = "Sandboxie puts SbieDll.dll into every process that it keeps in a box, and has mutexes, a driver and a window. After pafish, al-khaser and the signatures antivm_sandboxie and antisandbox_sboxie_* of Cuckoo."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "libs"
// apis = ["LdrGetDllHandle", "LdrGetDllHandleEx", "LdrLoadDll"]
// arguments = ["modulename", "filepath"]
// matches = '''(?:\A|\\)sbiedllx?(?:\.dll)?\Z'''
// [[watches]]
// name = "mutex"
// apis = ["NtCreateMutant", "NtOpenMutant"]
// arguments = ["mutantname"]
// matches = '''sandboxie_singleinstancemutex|sbie_boxed_'''
// [[watches]]
// name = "keys"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\services\\sbie(?:drv|svc)|(?:\A|\\)software\\(?:[^\\]+\\)*sandboxie|\\uninstall\\sandboxie'''
// [[watches]]
// name = "files"
// apis = ["GetFileAttributesA", "GetFileAttributesW", "GetFileAttributesExA", "GetFileAttributesExW", "FindFirstFileExA", "FindFirstFileExW"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\sbie(?:dll|drv|svc|ctrl|ini)\.(?:dll|sys|exe)\Z|\\program files(?: \(x86\))?\\sandboxie(?:-plus)?\\?\Z'''
// [[watches]]
// name = "files"
// apis = ["NtQueryAttributesFile", "NtQueryFullAttributesFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\sbie(?:dll|drv|svc|ctrl|ini)\.(?:dll|sys|exe)\Z|\\program files(?: \(x86\))?\\sandboxie(?:-plus)?\\?\Z'''
// [[watches]]
// name = "opened-files"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\sbie(?:dll|drv|svc|ctrl|ini)\.(?:dll|sys|exe)\Z|\\program files(?: \(x86\))?\\sandboxie(?:-plus)?\\?\Z'''
// [[watches]]
// name = "window"
// apis = ["FindWindowA", "FindWindowW", "FindWindowExA", "FindWindowExW"]
// arguments = ["classname", "windowname"]
// matches = '''\Asandboxiecontrolwndclass\Z'''
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "confirmed by two kinds of things, likely by one; weak for what a listing of services or drivers also opens"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "by one kind of thing"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/sandboxie:libs']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetDllHandle'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "by two kinds of things"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/sandboxie:libs']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetDllHandle'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/sandboxie:window']}]->(:Api:Entity {uid: 'api2', name: 'FindWindowA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what is there, as a listing opens it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/sandboxie:opened-files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "the same calls, watched for something else"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/other:libs']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetDllHandle'})
// """
// rows = []
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/sandboxie:libs']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetDllHandle'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/sandboxie:' | split(by, ':')[1]] AS kind
// what lists all services, or all that is there, comes by these too; what is not there was asked for by its name
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT CASE WHEN c.failed > 0 OR NOT kind IN ['opened-files'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Sandboxie' AS looked_for,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['sboxie', 'sandboxie'] AS words
ORDER BY source
