// /// query
// summary = "The recorded calls behind every injection of one run, with the tags of MWS Cup 2017, task 3-1"
// attack = ["T1055"]
// table = ["injector_pid", "target_pid", "technique", "confidence", "tag", "part", "apis", "positions", "address", "protection"]
// [params.run]
// type = "string"
// required = true
// example = "uid of a run, as `runs` gives it"
// doc = "uid of the run, as `provgraph query runs` prints it in run_uid"
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "likely"
// doc = "least confidence to show: weak, likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 10000
// doc = "most rows to give"
// [columns]
// host = "name of the host"
// injector_pid = "process id of the injector"
// injector_name = "its name"
// target_pid = "process id of the target"
// target_name = "its name"
// technique = "ATT&CK id of the most specific rule that holds"
// confidence = "weak, likely or confirmed"
// rule = "the rule that names the technique"
// tag = "[PROC], [MEM], [WRITE] or [EXEC]"
// part = "step: the injection consists of it; further: recorded beside it, as the life of the mapped section is"
// step = "kind of the step"
// apis = "the calls"
// positions = "citations of the calls"
// address = "address in the target"
// size = "bytes"
// protection = "page protection"
// thread_id = "thread of the target"
// host_uid = "the host as a node"
// injector_uid = "the injector as a node"
// target_uid = "the target as a node"
// [[examples]]
// title = "writable memory around the written bytes is a step; what another run recorded does not show"
// params = { run = "run" }
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (h:Host:Entity {uid: 'h', name: 'PC'}),
//   (s:Process:Entity {uid: 's', pid: 4, name: 'a.exe', host_uid: 'h'}), (d:Process:Entity {uid: 'd', pid: 8, host_uid: 'h'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:OPENED {uid: 'o', seq: 1, run: 'run', position: 'r:4.0#1', positions: ['r:4.0#1'], apis: ['NtOpenProcess']}]->(d),
//   (s)-[:ALLOCATED_IN {uid: 'a', seq: 2, run: 'run', position: 'r:4.0#2', api: 'NtAllocateVirtualMemory', address: 4096, end: 8192}]->(d),
//   (s)-[:WROTE_MEMORY_OF {uid: 'w', seq: 3, run: 'run', position: 'r:4.0#3', api: 'WriteProcessMemory', address: 4096, end: 4100}]->(d),
//   (s)-[:CREATED_THREAD_IN {uid: 't', seq: 4, run: 'run', position: 'r:4.0#4', api: 'CreateRemoteThread', address: 4096}]->(d),
//   (s)-[:RESUMED {uid: 'x', seq: 5, run: 'run', position: 'r:4.0#5', api: 'NtResumeThread'}]->(d),
//   (s)-[:RESUMED {uid: 'y', seq: 5, run: 'other', position: 'q:4.0#5', api: 'NtResumeThread'}]->(d),
//   (s)-[:INJECTED_INTO {uid: 'i', technique: 'T1055.002', confidence: 'confirmed', rule: 'injection/remote-thread', evidence: ['r:4.0#3', 'r:4.0#4']}]->(d)
// """
// rows = [{ tag = "[PROC]", part = "step", apis = ["NtOpenProcess"] }, { tag = "[MEM]", part = "step", apis = ["NtAllocateVirtualMemory"] }, { tag = "[WRITE]", part = "step", apis = ["WriteProcessMemory"] }, { tag = "[EXEC]", part = "step", apis = ["CreateRemoteThread"] }, { tag = "[EXEC]", part = "further", apis = ["NtResumeThread"] }]
// [[examples]]
// title = "the section's life in the injector is further evidence"
// params = { run = "run" }
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', pid: 4}), (d:Process:Entity {uid: 'd', pid: 8}), (x:Section:Entity {uid: 'x'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_SECTION {uid: 'c', seq: 1, run: 'run', position: 'r:4.0#1', api: 'NtCreateSection'}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'v', seq: 2, run: 'run', position: 'r:4.0#2', api: 'NtMapViewOfSection', address: 8192}]->(s),
//   (s)-[:WROTE {uid: 'w', seq: 3, run: 'run', position: 'r:4.0#3', positions: ['r:4.0#3'], apis: ['NtWriteVirtualMemory']}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'n', seq: 4, run: 'run', position: 'r:4.0#4', api: 'NtMapViewOfSection', address: 4096}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 4, run: 'run', position: 'r:4.0#4', api: 'NtMapViewOfSection', address: 4096}]->(d),
//   (s)-[:INJECTED_INTO {uid: 'i', technique: 'T1055', confidence: 'weak', rule: 'injection/memory-only', evidence: ['r:4.0#1', 'r:4.0#2', 'r:4.0#3', 'r:4.0#4']}]->(d)
// """
// rows = []
// [[examples]]
// title = "weak ones on demand"
// params = { run = "run", min_confidence = "weak" }
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (s:Process:Entity {uid: 's', pid: 4}), (d:Process:Entity {uid: 'd', pid: 8}), (x:Section:Entity {uid: 'x'}),
//   (s)-[:RECORDED_IN]->(run),
//   (s)-[:CREATED_SECTION {uid: 'c', seq: 1, run: 'run', position: 'r:4.0#1', api: 'NtCreateSection'}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'v', seq: 2, run: 'run', position: 'r:4.0#2', api: 'NtMapViewOfSection', address: 8192}]->(s),
//   (s)-[:WROTE {uid: 'w', seq: 3, run: 'run', position: 'r:4.0#3', positions: ['r:4.0#3'], apis: ['NtWriteVirtualMemory']}]->(x),
//   (x)-[:MAPPED_INTO {uid: 'n', seq: 4, run: 'run', position: 'r:4.0#4', api: 'NtMapViewOfSection', address: 4096}]->(d),
//   (s)-[:MAPPED_INTO {uid: 'm', seq: 4, run: 'run', position: 'r:4.0#4', api: 'NtMapViewOfSection', address: 4096}]->(d),
//   (s)-[:INJECTED_INTO {uid: 'i', technique: 'T1055', confidence: 'weak', rule: 'injection/memory-only', evidence: ['r:4.0#1', 'r:4.0#2', 'r:4.0#3', 'r:4.0#4']}]->(d)
// """
// rows = [{ tag = "[MEM]", part = "further", positions = ["r:4.0#1"] }, { tag = "[MEM]", part = "further", positions = ["r:4.0#2"] }, { tag = "[WRITE]", part = "further", positions = ["r:4.0#3"] }, { tag = "[MEM]", part = "step", positions = ["r:4.0#4"] }]
// ///
MATCH (:Entity {uid: $run})<-[:RECORDED_IN]-(s:Process)-[i:INJECTED_INTO]->(t:Process)
WHERE CASE i.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
WITH DISTINCT s, i, t
OPTIONAL MATCH (s)-[x:SPAWNED|OPENED|ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO|UNMAPPED_FROM|WROTE_MEMORY_OF|READ_MEMORY_OF|CREATED_THREAD_IN|READ_CONTEXT_OF|SET_CONTEXT_OF|QUEUED_APC_TO|SET_WINDOW_MEMORY_OF|SENT_MESSAGE_TO|SUSPENDED|RESUMED|REPORTED_INJECTION_INTO]->(t)
WITH s, i, t, collect(x) AS found
OPTIONAL MATCH (s)-[c:CREATED_SECTION|WROTE|ROLLED_BACK]->(:Section)-[:MAPPED_INTO]->(t)
WITH s, i, t, found, collect(DISTINCT c) AS made
OPTIONAL MATCH (s)<-[v:MAPPED_INTO]-(:Section)-[:MAPPED_INTO]->(t)
WITH s, i, t, found, made, collect(DISTINCT v) AS views
// a process made of a section: the file behind it was written, and Windows itself maps it
OPTIONAL MATCH (s)-[f:WROTE]->(:File) WHERE i.technique = 'T1055.013' AND f.position IN i.evidence
WITH s, i, t, found, made, views, collect(DISTINCT f) AS files
OPTIONAL MATCH (:Section)-[z:MAPPED_INTO]->(t) WHERE i.technique = 'T1055.013' AND z.position IN i.evidence
WITH s, i, t, found, made, views, files, collect(DISTINCT z) AS images
OPTIONAL MATCH (h:Entity {uid: t.host_uid})
WITH s, i, t, h, found + files + images AS found, made + views AS life
WITH s, i, t, h, found + life AS recorded, [l IN life | l.uid] AS of_section,
     [y IN found WHERE y.position IN i.evidence AND y.address IS NOT NULL] AS cited,
     // evidence is kept up to a number of citations, which very many writes fill
     CASE WHEN size(i.evidence) < 200 THEN [] ELSE
       split(coalesce(i.memory, '') + ', ' + coalesce(i.write, '') + ', ' + coalesce(i.execution, ''), ', ') END AS beyond
UNWIND recorded AS x
WITH s, i, t, h, x, cited, of_section, beyond
WHERE x.run = $run
WITH s, t, h, x, i.technique AS technique, i.confidence AS confidence, i.rule AS rule, i.first_us AS begun,
     CASE WHEN type(x) IN ['SPAWNED', 'OPENED'] THEN '[PROC]'
          WHEN type(x) IN ['WROTE_MEMORY_OF', 'WROTE'] THEN '[WRITE]'
          WHEN type(x) IN ['CREATED_THREAD_IN', 'READ_CONTEXT_OF', 'SET_CONTEXT_OF', 'QUEUED_APC_TO',
                           'SET_WINDOW_MEMORY_OF', 'SENT_MESSAGE_TO', 'SUSPENDED', 'RESUMED',
                           'REPORTED_INJECTION_INTO'] THEN '[EXEC]'
          ELSE '[MEM]' END AS tag,
     coalesce(x.positions, [x.position]) AS positions,
     CASE WHEN x.api IS NULL THEN coalesce(x.apis, []) ELSE [x.api] END AS apis,
     CASE WHEN x.uid IN of_section OR type(x) IN ['UNMAPPED_FROM', 'READ_MEMORY_OF', 'READ_CONTEXT_OF', 'SUSPENDED'] THEN 'further'
          WHEN type(x) IN ['SPAWNED', 'OPENED'] THEN CASE WHEN x.source IS NULL THEN 'step' ELSE 'further' END
          WHEN x.position IN i.evidence OR x.api IN beyond THEN 'step'
          // memory that was made writable only, around what was written or begins to run there
          WHEN type(x) IN ['ALLOCATED_IN', 'PROTECTED_IN', 'MAPPED_INTO']
           AND any(y IN cited WHERE y.address < coalesce(x.end, x.address + 1)
                                AND coalesce(y.end, y.address + 1) > x.address) THEN 'step'
          ELSE 'further' END AS part
// small rows before they are sorted: a log may hold very many steps
WITH coalesce(h.name, 'not recorded') AS host,
     s.pid AS injector_pid, coalesce(s.name, 'not recorded') AS injector_name, s.uid AS injector_uid,
     t.pid AS target_pid, coalesce(t.name, 'not recorded') AS target_name, t.uid AS target_uid, t.host_uid AS host_uid,
     technique, confidence, rule, begun, tag, part, apis, positions,
     type(x) AS step, x.address_hex AS address, x.size AS size, x.protection AS protection, x.thread_id AS thread_id,
     x.seq AS seq, x.uid AS uid
RETURN host, injector_pid, injector_name, target_pid, target_name, technique, confidence, rule, tag, part, step, apis,
       positions, address, size, protection, thread_id, host_uid, injector_uid, target_uid
ORDER BY begun, injector_pid, target_pid, injector_uid, target_uid, seq, uid
LIMIT $limit
