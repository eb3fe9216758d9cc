// /// rule
// summary = "A process asks for things that are there in Cuckoo only"
// how = "Cuckoo and CAPE have an agent and an analyzer in Python, a pipe, and a monitor DLL in the processes that they watch. After the signature antisandbox_cuckoo_files of Cuckoo and CAPE. What the sandbox itself opens does not count; that it lists its own pipe or reads the memory of a hook is not in the logs (pafish does that)."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "files"
// apis = ["GetFileAttributesA", "GetFileAttributesW", "GetFileAttributesExA", "GetFileAttributesExW", "FindFirstFileExA", "FindFirstFileExW"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\cuckoo\\dll|\\(?:agent\.pyw?|analyzer\.py)\Z|\\(?:cuckoomon(?:-\w+)?|capemon(?:_x64)?|monitor-x(?:86|64))\.dll\Z'''
// [[watches]]
// name = "files"
// apis = ["NtQueryAttributesFile", "NtQueryFullAttributesFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\cuckoo\\dll|\\(?:agent\.pyw?|analyzer\.py)\Z|\\(?:cuckoomon(?:-\w+)?|capemon(?:_x64)?|monitor-x(?:86|64))\.dll\Z'''
// [[watches]]
// name = "opened-files"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\cuckoo\\dll|\\(?:agent\.pyw?|analyzer\.py)\Z|\\(?:cuckoomon(?:-\w+)?|capemon(?:_x64)?|monitor-x(?:86|64))\.dll\Z'''
// [[watches]]
// name = "pipe"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''(?:\A|\\)(?:pipe|namedpipe)\\cuckoo'''
// [[watches]]
// name = "libs"
// apis = ["LdrGetDllHandle", "LdrGetDllHandleEx"]
// arguments = ["modulename", "filepath"]
// matches = '''(?:\A|\\)(?:cuckoomon(?:-\w+)?|capemon(?:_x64)?|monitor-x(?:86|64))(?:\.dll)?\Z'''
// [[watches]]
// name = "window"
// apis = ["FindWindowA", "FindWindowW", "FindWindowExA", "FindWindowExW"]
// arguments = ["classname", "windowname"]
// matches = '''\A(?:c:\\python\d*\\pythonw?\.exe|cuckoo)'''
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
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/cuckoo:files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "by two kinds of things"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/cuckoo:files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/cuckoo:libs']}]->(:Api:Entity {uid: 'api2', name: 'LdrGetDllHandle'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what is there, as a listing opens it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/cuckoo:opened-files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "the same calls, watched for something else"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/other:files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = []
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/cuckoo:files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/cuckoo:' | split(by, ':')[1]] AS kind
// what lists all services, or all that is there, comes by these too; what is not there was asked for by its name
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT CASE WHEN c.failed > 0 OR NOT kind IN ['files', 'opened-files'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Cuckoo' AS looked_for,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['cuckoo'] AS words
ORDER BY source
