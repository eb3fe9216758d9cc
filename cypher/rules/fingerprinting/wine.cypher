// /// rule
// summary = "A process asks for things that are there in Wine only"
// how = "Wine exports functions that Windows does not have, and has keys of its own. After pafish, al-khaser and the signature antiemu_wine of Cuckoo. Some ordinary programs (games, installers) ask as well, to work around differences."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "func"
// apis = ["LdrGetProcedureAddress", "LdrGetProcedureAddressForCaller"]
// arguments = ["functionname"]
// matches = '''\A(?:__)?wine_'''
// [[watches]]
// name = "reg"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''(?:\A|\\)software\\wine(?:\\|\Z)'''
// [[watches]]
// name = "files"
// apis = ["GetFileAttributesA", "GetFileAttributesW", "GetFileAttributesExA", "GetFileAttributesExW", "FindFirstFileExA", "FindFirstFileExW"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:winemenubuilder|wineboot|winedbg|winepath)\.exe\Z'''
// [[watches]]
// name = "files"
// apis = ["NtQueryAttributesFile", "NtQueryFullAttributesFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:winemenubuilder|wineboot|winedbg|winepath)\.exe\Z'''
// [[watches]]
// name = "opened-files"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:winemenubuilder|wineboot|winedbg|winepath)\.exe\Z'''
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
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/wine:func']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetProcedureAddress'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "by two kinds of things"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/wine:func']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetProcedureAddress'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/wine:reg']}]->(:Api:Entity {uid: 'api2', name: 'RegOpenKeyExA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what is there, as a listing opens it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/wine:opened-files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "the same calls, watched for something else"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/other:func']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetProcedureAddress'})
// """
// rows = []
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/wine:func']}]->(:Api:Entity {uid: 'api1', name: 'LdrGetProcedureAddress'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/wine:' | split(by, ':')[1]] AS kind
// what lists all services, or all that is there, comes by these too; what is not there was asked for by its name
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT CASE WHEN c.failed > 0 OR NOT kind IN ['opened-files'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Wine' AS looked_for,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['wine'] AS words
ORDER BY source
