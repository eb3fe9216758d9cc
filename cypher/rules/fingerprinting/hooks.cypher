// /// rule
// summary = "A process looks whether its functions are hooked, by a fresh copy of ntdll.dll"
// how = "Monitors change the beginning of functions in ntdll.dll; who wants the originals reads the file, or opens the section of KnownDlls, although the module is in every process from its start. After pafish and al-khaser, and the signatures suspicious_ntdll_disk_load and antisandbox_unhook of CAPE. That a process reads its own memory is in no log, and a changed protection of ntdll.dll is what the loader of Windows does all the time."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "opened"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:system32|syswow64)\\ntdll\.dll\Z'''
// [[watches]]
// name = "read"
// apis = ["NtReadFile"]
// arguments = ["filepath", "handlename"]
// matches = '''\\(?:system32|syswow64)\\ntdll\.dll\Z'''
// [[watches]]
// name = "section"
// apis = ["NtOpenSection"]
// arguments = ["sectionname", "objectattributes", "name"]
// matches = '''\\knowndlls(?:32)?\\ntdll\.dll\Z'''
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "likely when the file is read or the section opened; weak when the file is only opened, as for its version"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "the file is read"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/hooks:opened']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/hooks:read']}]->(:Api:Entity {uid: 'api2', name: 'NtReadFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "the section of KnownDlls"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/hooks:section']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenSection'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "the file is opened"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/hooks:opened']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/hooks:read']}]->(:Api:Entity {uid: 'api1', name: 'NtReadFile'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/hooks:' | split(by, ':')[1]] AS kind
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT kind) AS kinds
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Hooks' AS looked_for,
       CASE WHEN any(kind IN kinds WHERE kind IN ['read', 'section']) THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['unhook', 'ntdll'] AS words
ORDER BY source
