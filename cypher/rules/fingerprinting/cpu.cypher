// /// rule
// summary = "A process asks about the processors of the machine"
// how = "Virtual machines of sandboxes have one processor, or one with a telling name. After pafish, al-khaser and the signature antivm_generic_cpu of Cuckoo and CAPE. Programs ask for it in order to work faster, so it takes two ways of asking, of which GetSystemInfo (every runtime calls it) is none. The instructions by which pafish asks the processor itself are in no log."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "cpu"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\description\\system\\centralprocessor'''
// [[watches]]
// name = "values"
// apis = ["RegQueryValueExA", "RegQueryValueExW", "NtQueryValueKey"]
// arguments = ["regkey", "fullname", "valuename"]
// matches = '''processornamestring|\\centralprocessor\\\d+\\(?:identifier|vendoridentifier)\Z'''
// [[watches]]
// name = "wmi"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''win32_processor'''
// [[watches]]
// name = "count"
// apis = ["GetSystemInfo", "GetNativeSystemInfo"]
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "likely when asked in the registry and by WMI; else weak"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "in the registry and by WMI"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/cpu:values']}]->(:Api:Entity {uid: 'api1', name: 'RegQueryValueExA'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/cpu:wmi']}]->(:Api:Entity {uid: 'api2', name: 'WMI_ExecQuery'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "what a runtime asks"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/cpu:count']}]->(:Api:Entity {uid: 'api1', name: 'GetSystemInfo'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/cpu:wmi']}]->(:Api:Entity {uid: 'api1', name: 'WMI_ExecQuery'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/cpu:values']}]->(:Api:Entity {uid: 'api2', name: 'RegQueryValueExA'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/cpu:' | split(by, ':')[1]] AS kind
WITH p, collect(DISTINCT c) AS apis,
     collect(DISTINCT CASE WHEN kind = 'wmi' THEN kind WHEN kind IN ['cpu', 'values'] THEN 'registry' END) AS ways
RETURN p.uid AS source,
       'T1497.001' AS target,
       'CPU' AS looked_for,
       CASE WHEN size(ways) > 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['cpu'] AS words
ORDER BY source
