// /// rule
// summary = "A process asks for things that are there in Bochs only"
// how = "The firmware of Bochs names itself in the ACPI tables (QEMU uses the same firmware, and so the same names). After the signature antivm_bochs_keys of Cuckoo and CAPE; pafish reads SystemBiosVersion, which virtual-hardware tells, since that names no product."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "keys"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\acpi\\(?:dsdt|fadt|rsdt|ssdt)\\(?:bochs|bxpc)'''
// [[watches]]
// name = "files"
// apis = ["GetFileAttributesA", "GetFileAttributesW", "GetFileAttributesExA", "GetFileAttributesExW", "FindFirstFileExA", "FindFirstFileExW"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\bochs(?:\.exe|rc)?\Z'''
// [[watches]]
// name = "files"
// apis = ["NtQueryAttributesFile", "NtQueryFullAttributesFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\bochs(?:\.exe|rc)?\Z'''
// [[watches]]
// name = "opened-files"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\bochs(?:\.exe|rc)?\Z'''
// [[watches]]
// name = "wmi"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''bochs'''
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
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/bochs:keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "by two kinds of things"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/bochs:keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/bochs:wmi']}]->(:Api:Entity {uid: 'api2', name: 'WMI_ExecQuery'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what is there, as a listing opens it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/bochs:opened-files']}]->(:Api:Entity {uid: 'api1', name: 'NtOpenFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "the same calls, watched for something else"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/other:keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = []
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/bochs:keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/bochs:' | split(by, ':')[1]] AS kind
// what lists all services, or all that is there, comes by these too; what is not there was asked for by its name
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT CASE WHEN c.failed > 0 OR NOT kind IN ['opened-files'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Bochs' AS looked_for,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['bochs'] AS words
ORDER BY source
