// /// rule
// summary = "A process asks for things that are there in VMware only"
// how = "VMware Tools bring keys, services, drivers, devices and windows, and the processor answers an instruction that faults elsewhere. The list is that of pafish and al-khaser, and of the signatures antivm_vmware_* of Cuckoo and CAPE. Not counted: vmhgfs\\NetworkProvider and the DLLs of the graphics driver and of Winsock, which Windows itself opens in ordinary programs."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "keys"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\vmware, inc\.\\vmware tools'''
// [[watches]]
// name = "services-keys"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\services\\(?:vmhgfs(?!\\networkprovider)|vmmouse|vmtools|vmci|vmdebug|vmmemctl|vmrawdsk|vmusbmouse|vmvss|vmx_svga|vm3dmp)(?:\\|\Z)'''
// [[watches]]
// name = "services"
// apis = ["OpenServiceA", "OpenServiceW"]
// arguments = ["servicename"]
// matches = '''\A(?:vmhgfs|vmmouse|vmtools|vmci|vmdebug|vmmemctl|vmrawdsk|vmusbmouse|vmvss|vmx_svga)\Z'''
// [[watches]]
// name = "files"
// apis = ["GetFileAttributesA", "GetFileAttributesW", "GetFileAttributesExA", "GetFileAttributesExW", "FindFirstFileExA", "FindFirstFileExW"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:vmmouse|vmhgfs|vmci|vmmemctl|vmusbmouse|vmx_svga|vmxnet|vmrawdsk)\.sys\Z|\\(?:vmtoolsd|vmwaretray|vmwareuser|vmwareservice|vmacthlp)\.exe\Z|\\vmguestlib\.dll\Z|\\tpautoconnsvc\.exe\Z|\\program files(?: \(x86\))?\\vmware(?:\\vmware tools)?\\?\Z'''
// [[watches]]
// name = "files"
// apis = ["NtQueryAttributesFile", "NtQueryFullAttributesFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:vmmouse|vmhgfs|vmci|vmmemctl|vmusbmouse|vmx_svga|vmxnet|vmrawdsk)\.sys\Z|\\(?:vmtoolsd|vmwaretray|vmwareuser|vmwareservice|vmacthlp)\.exe\Z|\\vmguestlib\.dll\Z|\\tpautoconnsvc\.exe\Z|\\program files(?: \(x86\))?\\vmware(?:\\vmware tools)?\\?\Z'''
// [[watches]]
// name = "opened-files"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\(?:vmmouse|vmhgfs|vmci|vmmemctl|vmusbmouse|vmx_svga|vmxnet|vmrawdsk)\.sys\Z|\\(?:vmtoolsd|vmwaretray|vmwareuser|vmwareservice|vmacthlp)\.exe\Z|\\vmguestlib\.dll\Z|\\tpautoconnsvc\.exe\Z|\\program files(?: \(x86\))?\\vmware(?:\\vmware tools)?\\?\Z'''
// [[watches]]
// name = "devices"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\A[\\.?]*(?:globalroot\\|device\\|namedpipe\\|pipe\\)*(?:hgfs|vmci|vmmemctl)\Z'''
// [[watches]]
// name = "window"
// apis = ["FindWindowA", "FindWindowW", "FindWindowExA", "FindWindowExW"]
// arguments = ["classname", "windowname"]
// matches = '''\A(?:vmswitchusercontrolclass|vmdragdetectwndclass|vmdisplaychangecontrolclass|vmware toolbox|vmwareuser)\Z'''
// [[watches]]
// name = "insn"
// apis = ["__exception__"]
// arguments = ["exception"]
// matches = '''\bin\s+eax,\s*dx\b'''
// [[watches]]
// name = "wmi"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''vmware'''
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
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/vmware:devices']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "by two kinds of things"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/vmware:devices']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/vmware:keys']}]->(:Api:Entity {uid: 'api2', name: 'RegOpenKeyExA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what is there, as a listing opens it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/vmware:devices']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "the same calls, watched for something else"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/other:devices']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'})
// """
// rows = []
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/vmware:devices']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/vmware:' | split(by, ':')[1]] AS kind
// what lists all services, or all that is there, comes by these too; what is not there was asked for by its name
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT CASE WHEN c.failed > 0 OR NOT kind IN ['services-keys', 'services', 'devices', 'opened-files'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'VMware' AS looked_for,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['vmware'] AS words
ORDER BY source
