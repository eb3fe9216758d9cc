// /// query
// summary = "Steps from host to host: who moved, how, with which file and service, and what ran there"
// attack = ["T1021.002", "T1569.002", "T1543.003", "T1570", "T1047", "T1053.005", "T1053.002", "T1021.006", "T1021.003", "T1574.001"]
// table = ["source_host", "source_pid", "source_process", "account", "target_host", "target_pid", "target_process", "method", "tool", "copied_file", "service", "technique", "confidence", "first_seen", "evidence"]
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "weak"
// doc = "least confidence to show: weak (a copy alone, a service that is only made), likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// source_host = "name of the host it came from"
// source_address = "its addresses"
// source_pid = "process id of the process that did it"
// source_process = "its name"
// account = "account it used"
// target_host = "name of the host it went to, or the address it was named by"
// target_address = "its addresses"
// target_pid = "process id of what was started there"
// target_process = "its name"
// target_command_line = "its command line"
// target_started = "ISO 8601, when it started, by the target's clock"
// method = "how"
// tool = "product and version of the tool that did it, whatever its name"
// copied_file = "path there of the file that was copied"
// service = "service or task that started it"
// technique = "ATT&CK ids"
// confidence = "weak, likely or confirmed"
// first_seen = "ISO 8601, by the source's clock; by the target's where only its log tells"
// evidence = "citations"
// source_host_uid = "the source host as a node"
// target_host_uid = "the target host as a node"
// source_uid = "the source process as a node"
// target_uid = "the target process as a node"
// copied_file_uid = "the copied file as a node"
// movement_uid = "the movement as a node"
// [[examples]]
// title = "only the source is known"
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'A'}), (:Host:Entity {uid: 't', name: '10.0.0.2'}), (:Process:Entity {uid: 'p', pid: 4, name: 'psexec.exe'}),
//   (:Movement:Entity {uid: 'm', method: 'PsExec', technique: 'T1021.002, T1569.002', confidence: 'likely', source_host_uid: 'h', source_process_uid: 'p', target_host_uid: 't', first_us: 1498796314460000, evidence: ['t1:5']})
// """
// rows = [{ source_host = "A", source_pid = 4, source_process = "psexec.exe", account = "not recorded", target_host = "10.0.0.2", target_process = "not recorded", method = "PsExec", confidence = "likely", first_seen = "2017-06-30T04:18:34.460000Z", evidence = ["t1:5"] }]
// [[examples]]
// title = "a copy alone is weak"
// params = { min_confidence = "likely" }
// graph = "CREATE (:Movement:Entity {uid: 'm', method: 'copy', confidence: 'weak', source_host_uid: 'h', target_host_uid: 't'})"
// rows = []
// ///
MATCH (m:Movement)
WHERE CASE m.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
OPTIONAL MATCH (sh:Entity {uid: m.source_host_uid})
OPTIONAL MATCH (th:Entity {uid: m.target_host_uid})
OPTIONAL MATCH (p:Entity {uid: m.source_process_uid})
OPTIONAL MATCH (q:Entity {uid: m.target_process_uid})
OPTIONAL MATCH (sh)-[:HAS_ADDRESS]->(sa:Endpoint)
WITH m, sh, th, p, q, sa.address AS source_address ORDER BY source_address
WITH m, sh, th, p, q, collect(DISTINCT source_address) AS source_address
OPTIONAL MATCH (th)-[:HAS_ADDRESS]->(ta:Endpoint)
WITH m, sh, th, p, q, source_address, ta.address AS target_address ORDER BY target_address
WITH m, sh, th, p, q, source_address, collect(DISTINCT target_address) AS target_address
RETURN coalesce(sh.name, 'not recorded') AS source_host,
       source_address,
       p.pid AS source_pid,
       coalesce(p.name, 'not recorded') AS source_process,
       coalesce(m.account, 'not recorded') AS account,
       coalesce(th.name, 'not recorded') AS target_host,
       target_address,
       q.pid AS target_pid,
       coalesce(q.name, 'not recorded') AS target_process,
       coalesce(q.command_line, 'not recorded') AS target_command_line,
       CASE WHEN q.started_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: q.started_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(q.started_us % 1000000), 6) + 'Z' END AS target_started,
       m.method AS method,
       coalesce(m.tool, 'not recorded') AS tool,
       coalesce(m.copied_file, 'not recorded') AS copied_file,
       coalesce(m.service, 'not recorded') AS service,
       m.technique AS technique,
       m.confidence AS confidence,
       CASE WHEN m.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: m.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(m.first_us % 1000000), 6) + 'Z' END AS first_seen,
       m.evidence AS evidence,
       m.source_host_uid AS source_host_uid,
       m.target_host_uid AS target_host_uid,
       m.source_process_uid AS source_uid,
       m.target_process_uid AS target_uid,
       m.copied_file_uid AS copied_file_uid,
       m.uid AS movement_uid
ORDER BY m.first_us, source_host, target_host, method, m.uid
LIMIT $limit
