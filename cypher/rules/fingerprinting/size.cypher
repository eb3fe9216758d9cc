// /// rule
// summary = "A process asks for the size of the disk or of the memory"
// how = "Machines of sandboxes have small disks and little memory. After pafish, al-khaser and the signatures antivm_disk_size, antivm_memory_available and antivm_generic_disk of Cuckoo and CAPE. Installers and runtimes ask for free space and memory; to open the physical disk and ask for its size is another thing, unless the process writes that disk."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "disk"
// apis = ["NtCreateFile", "NtOpenFile"]
// arguments = ["filepath", "filepathr"]
// matches = '''(?:\A|\\)physicaldrive\d+\Z|\\device\\harddisk\d+\\dr\d+\Z'''
// [[watches]]
// name = "length"
// apis = ["DeviceIoControl", "NtDeviceIoControlFile"]
// arguments = ["controlcode", "iocontrolcode"]
// matches = '''\A(?:475228|458752|458912)\Z'''
// [[watches]]
// name = "disksize"
// apis = ["GetDiskFreeSpaceA", "GetDiskFreeSpaceW", "GetDiskFreeSpaceExA", "GetDiskFreeSpaceExW"]
// arguments = ["rootpath", "filepath", "directoryname"]
// [[watches]]
// name = "memory"
// apis = ["GlobalMemoryStatus", "GlobalMemoryStatusEx", "GetPhysicallyInstalledSystemMemory"]
// [[watches]]
// name = "wmi"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''win32_(?:logicaldisk|diskdrive|physicalmemory)\b'''
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "likely when the physical disk was opened and asked for its size, and not written; else weak"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "the physical disk and its size"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/size:disk']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/size:length']}]->(:Api:Entity {uid: 'api2', name: 'DeviceIoControl'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "the size of the physical disk, by one who writes it"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/size:disk']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/size:length']}]->(:Api:Entity {uid: 'api2', name: 'DeviceIoControl'}),
//   (p)-[:WROTE_DISK {uid: 'w'}]->(:Host:Entity {uid: 'h'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "free space and memory"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/size:disksize']}]->(:Api:Entity {uid: 'api1', name: 'GetDiskFreeSpaceExW'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/size:memory']}]->(:Api:Entity {uid: 'api2', name: 'GlobalMemoryStatusEx'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/size:disk']}]->(:Api:Entity {uid: 'api1', name: 'NtCreateFile'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, failed: 0, watched_by: ['fingerprinting/size:length']}]->(:Api:Entity {uid: 'api2', name: 'DeviceIoControl'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/size:' | split(by, ':')[1]] AS kind
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT kind) AS kinds
// other devices are asked by the same control codes: alone they say nothing
WHERE kinds <> ['length']
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Disk or memory size' AS looked_for,
       CASE WHEN 'disk' IN kinds AND 'length' IN kinds AND NOT EXISTS { MATCH (p)-[:WROTE_DISK]->(:Host) } THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['disk', 'memory'] AS words
ORDER BY source
