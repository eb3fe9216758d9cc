// /// rule
// summary = "A process asks what the hardware of the machine is called"
// how = "The BIOS and the disks of VirtualBox, VMware, QEMU and Bochs bear their names, and sensors are missing. After pafish, al-khaser and the signatures antivm_generic_bios, _scsi, _diskreg, _ide, antivm_firmware and antivm_network_adapter of Cuckoo and CAPE. The texts of the old BIOS values, the identifiers of SCSI disks and the list of disks interest few; inventories, browsers and telemetry ask WMI, SetupDi, the firmware table and network adapters."
// attack = ["T1497.001"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "bios"
// apis = ["RegQueryValueExA", "RegQueryValueExW", "NtQueryValueKey"]
// arguments = ["regkey", "fullname", "valuename"]
// matches = '''(?:\A|\\)(?:systembiosversion|videobiosversion|systembiosdate)\Z'''
// [[watches]]
// name = "scsi"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\devicemap\\scsi\\scsi port \d+\\scsi bus \d+\\target id \d+\\logical unit id \d+'''
// [[watches]]
// name = "diskreg"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\services\\disk\\enum\Z'''
// [[watches]]
// name = "ide"
// apis = ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"]
// arguments = ["regkey", "fullname", "subkey", "objectattributes"]
// matches = '''\\enum\\(?:ide|scsi)\Z'''
// [[watches]]
// name = "thermal"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''msacpi_thermalzonetemperature'''
// [[watches]]
// name = "wmi"
// apis = ["IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync", "WMI_ExecQuery", "WMI_ExecQueryAsync", "WMI_CreateInstanceEnum", "WMI_CreateInstanceEnumAsync", "IWbemServices_CreateInstanceEnum", "IWbemServices_CreateInstanceEnumAsync", "WMI_GetObject", "IWbemServices_GetObjectW"]
// arguments = ["query", "queryclass", "objectpath", "class"]
// matches = '''win32_(?:bios|baseboard|computersystem|videocontroller|pnpentity|fan|cachememory|portconnector|voltageprobe|temperatureprobe|networkadapter)\b'''
// [[watches]]
// name = "devices"
// apis = ["SetupDiGetDeviceRegistryPropertyA", "SetupDiGetDeviceRegistryPropertyW"]
// arguments = ["property"]
// matches = '''\A(?:1|12)\Z'''
// [[watches]]
// name = "firmware"
// apis = ["NtQuerySystemInformation"]
// arguments = ["systeminformationclass", "informationclass"]
// matches = '''\A76\Z'''
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "likely for BIOS texts, SCSI identifiers, the list of disks, and the thermal sensor; else weak"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "the text of the BIOS"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/virtual-hardware:bios']}]->(:Api:Entity {uid: 'api1', name: 'RegQueryValueExA'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "a thermal sensor"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/virtual-hardware:thermal']}]->(:Api:Entity {uid: 'api1', name: 'WMI_ExecQuery'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "likely" }]
// [[examples]]
// title = "an inventory by WMI"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/virtual-hardware:wmi']}]->(:Api:Entity {uid: 'api1', name: 'WMI_ExecQuery'})
// """
// rows = [{ source = "p", target = "T1497.001", confidence = "weak" }]
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/virtual-hardware:bios']}]->(:Api:Entity {uid: 'api1', name: 'RegQueryValueExA'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/virtual-hardware:' | split(by, ':')[1]] AS kind
WITH p, collect(DISTINCT c) AS apis, collect(DISTINCT kind) AS kinds
RETURN p.uid AS source,
       'T1497.001' AS target,
       'Virtual hardware' AS looked_for,
       CASE WHEN any(kind IN kinds WHERE kind IN ['bios', 'scsi', 'diskreg', 'thermal']) THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['generic', 'firmware', 'wmi', 'network_adapter'] AS words
ORDER BY source
