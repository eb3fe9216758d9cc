// /// query
// summary = "How samples looked for sandboxes, debuggers and virtual machines, call by call, and what the sandbox's own signatures knew of it"
// attack = ["T1497.001", "T1497.002", "T1497.003", "T1622"]
// table = ["log", "pid", "process", "class", "technique", "api", "arguments", "count", "confidence", "known", "evidence"]
// overview = true
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.run]
// type = "string"
// default = ""
// doc = "one run, as citations name it, or its uid; empty for all"
// [params.class]
// type = "string"
// default = ""
// doc = "what was looked for, such as VirtualBox or Sleep; empty for all"
// [params.technique]
// type = "string"
// default = ""
// doc = "ATT&CK id; empty for all"
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "likely"
// doc = "least confidence to show: weak, likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// host = "name of the host"
// log = "file name of the log"
// pid = "process id"
// process = "name of the process"
// class = "what it looked for"
// technique = "ATT&CK ids"
// api = "the API that it asked by"
// arguments = "the arguments that tell, numbers in decimal"
// count = "how often it was called with them"
// failed = "how many of these calls failed, as they do where the thing is not there"
// confidence = "weak, likely or confirmed; of all calls for this class together"
// known = "signatures of this run that know the call, else new"
// first_seen = "ISO 8601, by the host's clock"
// slept_ms = "milliseconds that the process asked to sleep, in all"
// evidence = "citations of the calls, up to twenty"
// run = "how citations name the run"
// host_uid = "the host as a node"
// process_uid = "the process as a node"
// run_uid = "the run as a node"
// source_uid = "the process as a node, as for every relationship"
// target_uid = "the API as a node"
// uid = "the calls as a relationship"
// [[examples]]
// title = "a call that a signature marked, one whose file it names, and one that is new"
// graph = """
// CREATE (r:Run:Entity {uid: 'runrunrun', name: 'report.json'}), (h:Host:Entity {uid: 'h', name: 'PC'}),
//   (p:Process:Entity {uid: 'p', pid: 4, name: 'a.exe', host_uid: 'h'})-[:RECORDED_IN {uid: 'in'}]->(r), (t:Technique:Entity {uid: 't', id: 'T1497.001'}),
//   (p)-[:FINGERPRINTED {uid: 'f', rule: 'fingerprinting/virtualbox', run: 'runrunrun', looked_for: 'VirtualBox', technique: 'T1497.001', confidence: 'confirmed', words: ['vbox']}]->(t),
//   (p)-[:CALLED_WITH {uid: '1', run: 'runrunrun', seq: 1, count: 2, failed: 2, first_us: 1, arguments: ['regkey=HKEY_LOCAL_MACHINE\\\\HARDWARE\\\\ACPI\\\\DSDT\\\\VBOX__'], watched_by: ['fingerprinting/virtualbox:keys'], positions: ['runrunru:4.0#1', 'runrunru:4.0#2']}]->(:Api:Entity {uid: 'x', name: 'RegOpenKeyExA'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'runrunrun', seq: 2, count: 1, failed: 1, first_us: 2, arguments: ['filepath=C:\\\\WINDOWS\\\\system32\\\\drivers\\\\VBoxMouse.sys'], watched_by: ['fingerprinting/virtualbox:files'], positions: ['runrunru:4.0#3']}]->(:Api:Entity {uid: 'y', name: 'GetFileAttributesW'}),
//   (p)-[:CALLED_WITH {uid: '3', run: 'runrunrun', seq: 3, count: 1, failed: 1, first_us: 3, arguments: ['classname=VBoxTrayToolWndClass'], watched_by: ['fingerprinting/virtualbox:window'], positions: ['runrunru:4.0#4']}]->(:Api:Entity {uid: 'z', name: 'FindWindowA'}),
//   (r)-[:MATCHED {uid: 'm', run: 'runrunrun', calls: ['runrunru:4.0#2'], call_count: 1}]->(:Signature:Entity {uid: 's1', name: 'antivm_vbox_acpi'}),
//   (r)-[:MATCHED {uid: 'n', run: 'runrunrun', iocs: ['c:\\\\windows\\\\system32\\\\drivers\\\\vboxmouse.sys'], ioc_count: 1}]->(:Signature:Entity {uid: 's2', name: 'antivm_vbox_files'})
// """
// rows = [{ host = "PC", log = "report.json", pid = 4, process = "a.exe", class = "VirtualBox", technique = "T1497.001", api = "RegOpenKeyExA", count = 2, known = "antivm_vbox_acpi", evidence = ["runrunru:4.0#1", "runrunru:4.0#2"], run = "runrunru" }, { api = "GetFileAttributesW", known = "antivm_vbox_files" }, { api = "FindWindowA", arguments = ["classname=VBoxTrayToolWndClass"], known = "new", confidence = "confirmed" }]
// [[examples]]
// title = "a signature without marks is known by its name, for the same kind of thing only"
// graph = """
// CREATE (r:Run:Entity {uid: 'run', name: 'report.json'}), (p:Process:Entity {uid: 'p', pid: 4, name: 'a.exe', host_uid: 'h'})-[:RECORDED_IN {uid: 'in'}]->(r), (t:Technique:Entity {uid: 't', id: 'T1497.001'}),
//   (p)-[:FINGERPRINTED {uid: 'f', rule: 'fingerprinting/virtualbox', run: 'run', looked_for: 'VirtualBox', technique: 'T1497.001', confidence: 'confirmed', words: ['vbox']}]->(t),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, first_us: 1, watched_by: ['fingerprinting/virtualbox:keys'], positions: ['run:4.0#1']}]->(:Api:Entity {uid: 'x', name: 'NtOpenKey'}),
//   (p)-[:CALLED_WITH {uid: '2', run: 'run', seq: 2, count: 1, first_us: 2, watched_by: ['fingerprinting/virtualbox:files'], positions: ['run:4.0#2']}]->(:Api:Entity {uid: 'y', name: 'NtOpenFile'}),
//   (r)-[:MATCHED {uid: 'm', run: 'run', call_count: 0, ioc_count: 0}]->(:Signature:Entity {uid: 's', name: 'antivm_vbox_files'})
// """
// rows = [{ host = "not recorded", api = "NtOpenKey", arguments = [], known = "new" }, { api = "NtOpenFile", known = "antivm_vbox_files" }]
// [[examples]]
// title = "weak ones on demand"
// params = { min_confidence = "weak", class = "cpu", technique = "T1497.001" }
// graph = """
// CREATE (r:Run:Entity {uid: 'run', name: 'report.json'}), (p:Process:Entity {uid: 'p', pid: 4})-[:RECORDED_IN {uid: 'in'}]->(r), (t:Technique:Entity {uid: 't', id: 'T1497.001'}),
//   (p)-[:FINGERPRINTED {uid: 'f', rule: 'fingerprinting/cpu', run: 'run', looked_for: 'CPU', technique: 'T1497.001', confidence: 'weak', words: ['cpu']}]->(t),
//   (p)-[:FINGERPRINTED {uid: 'g', rule: 'fingerprinting/hooks', run: 'run', looked_for: 'Hooks', technique: 'T1497.001', confidence: 'weak', words: ['unhook']}]->(t),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, watched_by: ['fingerprinting/cpu:count', 'fingerprinting/hooks:opened']}]->(:Api:Entity {uid: 'x', name: 'GetSystemInfo'})
// """
// rows = [{ class = "CPU", process = "not recorded", api = "GetSystemInfo", first_seen = "not recorded" }]
// [[examples]]
// title = "nothing that is likely"
// graph = """
// CREATE (r:Run:Entity {uid: 'run', name: 'report.json'}), (p:Process:Entity {uid: 'p', pid: 4})-[:RECORDED_IN {uid: 'in'}]->(r), (t:Technique:Entity {uid: 't', id: 'T1497.001'}),
//   (p)-[:FINGERPRINTED {uid: 'f', rule: 'fingerprinting/cpu', run: 'run', looked_for: 'CPU', technique: 'T1497.001', confidence: 'weak', words: ['cpu']}]->(t),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, watched_by: ['fingerprinting/cpu:count']}]->(:Api:Entity {uid: 'x', name: 'GetSystemInfo'})
// """
// rows = []
// ///
MATCH (p:Process)-[f:FINGERPRINTED]->(:Technique)
WHERE CASE f.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
  AND ($class = '' OR toLower(f.looked_for) = toLower($class))
  AND ($technique = '' OR f.technique CONTAINS $technique)
  AND ($run = '' OR f.run = $run OR left(f.run, 8) = $run)
MATCH (r:Entity {uid: f.run})
OPTIONAL MATCH (h:Entity {uid: p.host_uid})
WITH p, f, r, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
MATCH (p)-[c:CALLED_WITH]->(a:Api)
WHERE c.run = f.run AND any(by IN c.watched_by WHERE by STARTS WITH f.rule + ':')
WITH p, f, r, h, a, c,
     [by IN c.watched_by WHERE by STARTS WITH f.rule + ':'] AS marks,
     [said IN coalesce(c.arguments, []) | toLower(substring(said, size(split(said, '=')[0]) + 1))] AS values
// a number in a text of a signature says nothing
WITH p, f, r, h, a, c, marks, [v IN values WHERE size(v) >= 6 AND toUpper(v) <> v] AS names
OPTIONAL MATCH (r)-[m:MATCHED]->(s:Signature)
WHERE any(cited IN c.positions WHERE cited IN coalesce(m.calls, []))
   OR any(ioc IN coalesce(m.iocs, []) WHERE any(name IN names WHERE toLower(ioc) CONTAINS name))
   OR (m.call_count = 0 AND m.ioc_count = 0 AND s.name STARTS WITH 'anti'
       AND any(word IN f.words WHERE s.name CONTAINS word)
       AND any(mark IN marks WHERE mark ENDS WITH split(s.name, '_')[size(split(s.name, '_')) - 1]))
WITH p, f, r, h, a, c, s.name AS signature
ORDER BY signature
WITH p, f, r, h, a, c, collect(DISTINCT signature) AS of_run
// the run keeps a hundred of all marked calls, the process a hundred of its own
OPTIONAL MATCH (p)-[own:MATCHED]->(t:Signature)
WHERE own.run = f.run AND any(cited IN c.positions WHERE cited IN coalesce(own.calls, []))
WITH p, f, r, h, a, c, of_run, t.name AS signature
ORDER BY signature
WITH p, f, r, h, a, c, of_run, collect(DISTINCT signature) AS of_process
WITH p, f, r, h, a, c,
     reduce(text = '', name IN of_run | text + ', ' + name)
     + reduce(text = '', name IN [other IN of_process WHERE NOT other IN of_run] | text + ', ' + name) AS known
RETURN coalesce(h.name, 'not recorded') AS host,
       r.name AS log,
       p.pid AS pid,
       coalesce(p.name, 'not recorded') AS process,
       f.looked_for AS class,
       f.technique AS technique,
       a.name AS api,
       coalesce(c.arguments, []) AS arguments,
       c.count AS count,
       coalesce(c.failed, 0) AS failed,
       f.confidence AS confidence,
       CASE WHEN known = '' THEN 'new' ELSE substring(known, 2) END AS known,
       CASE WHEN c.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: c.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(c.first_us % 1000000), 6) + 'Z' END AS first_seen,
       f.slept_ms AS slept_ms,
       coalesce(c.positions, []) AS evidence,
       left(f.run, 8) AS run,
       p.host_uid AS host_uid,
       p.uid AS process_uid,
       r.uid AS run_uid,
       p.uid AS source_uid,
       a.uid AS target_uid,
       c.uid AS uid
ORDER BY host, log, run_uid, pid, process_uid, class, c.seq, c.uid
LIMIT $limit
