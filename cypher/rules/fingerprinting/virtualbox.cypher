// /// rule
// summary = "A process asks for things that are there in VirtualBox only"
// how = "The guest additions of VirtualBox bring services, drivers, devices, a window and a network provider, and its firmware bears its name. The list is that of pafish and al-khaser, and of the signatures antivm_vbox_* of Cuckoo and CAPE. Not counted: VBoxSF\\NetworkProvider and the DLLs of the network provider and the graphics driver, which Windows itself opens in ordinary programs."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "keys"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\acpi\\(?:dsdt|fadt|rsdt)\\vbox__|virtualbox guest additions'''
// [[watches]]
// name = "services-keys"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\services\\vbox(?:guest|mouse|service|video|sf(?!\\networkprovider))'''
// [[watches]]
// name = "services"
// apis = ["OpenServiceA", "OpenServiceW"]
// arguments = ["servicename"]
// matches = '''\Avbox(?:guest|mouse|service|video|sf|wddm)\Z'''
// [[watches]]
// name = "files"
// apis = ["GetFileAttributesA", "GetFileAttributesW", "GetFileAttributesExA", "GetFileAttributesExW", "FindFirstFileExA", "FindFirstFileExW"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\vbox(?:mouse|guest|sf|video|wddm)\.sys\Z|\\vboxhook\.dll\Z|\\vbox(?:service|tray|control)\.exe\Z|\\virtualbox guest additions\\?\Z|\\vbox(?:disp|mrxnp|ogl\w*)\.dll\Z'''
// [[watches]]
// name = "files"
// apis = ["NtQueryAttributesFile", "NtQueryFullAttributesFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\vbox(?:mouse|guest|sf|video|wddm)\.sys\Z|\\vboxhook\.dll\Z|\\vbox(?:service|tray|control)\.exe\Z|\\virtualbox guest additions\\?\Z'''
// [[watches]]
// name = "opened-files"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\\vbox(?:mouse|guest|sf|video|wddm)\.sys\Z|\\vboxhook\.dll\Z|\\vbox(?:service|tray|control)\.exe\Z|\\virtualbox guest additions\\?\Z'''
// [[watches]]
// name = "devices"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''\A[\\.?]*(?:globalroot\\|device\\|namedpipe\\|pipe\\)*vbox(?:guest|minird(?:r?dn|n)|trayipc)\Z'''
// [[watches]]
// name = "window"
// apis = ["FindWindowA", "FindWindowW", "FindWindowExA", "FindWindowExW"]
// arguments = ["classname", "windowname"]
// matches = '''\Avboxtraytoolwnd(?:class)?\Z'''
// [[watches]]
// name = "provname"
// apis = ["WNetGetProviderNameW"]
// arguments = ["nettype"]
// matches = '''\A2424832\Z'''
// [[watches]]
// name = "libs"
// apis = ["LdrGetDllHandle", "LdrGetDllHandleEx"]
// arguments = ["modulename", "filepath"]
// matches = '''(?:\A|\\)vboxhook(?:\.dll)?\Z'''
// [[watches]]
// name = "wmi"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''vbox|virtualbox|innotek'''
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
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/virtualbox:services-keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "by two kinds of things"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/virtualbox:services-keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/virtualbox:files']}]->(:Api:Entity {uid: 'api2', name: 'GetFileAttributesW'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "confirmed" }]
// [[examples]]
// title = "what is there, as a listing opens it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/virtualbox:services-keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "the same calls, watched for something else"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/other:services-keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = []
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 1, watched_by: ['fingerprinting/virtualbox:services-keys']}]->(:Api:Entity {uid: 'api1', name: 'RegOpenKeyExA'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/virtualbox:' | split(by, ':')[1]] AS kind
// what lists all services, or all that is there, comes by these too; what is not there was asked for by its name
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT CASE WHEN c.failed > 0 OR NOT kind IN ['services-keys', 'services', 'devices', 'opened-files'] THEN kind END) AS sure
RETURN p.uid AS source,
       'T1497.001' AS target,
       'VirtualBox' AS looked_for,
       CASE WHEN size(sure) > 1 THEN 'confirmed' WHEN size(sure) = 1 THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['vbox', 'virtualbox'] AS words
ORDER BY source
