// /// rule
// summary = "A program runs in the session of a logon from another host: started by WMI, a remote shell (WinRM), DCOM or SSH, as the log of this host tells"
// attack = ["T1047", "T1021.006", "T1021.003", "T1021"]
// derives = "Movement"
// scope = "graph"
// stage = 4
// specificity = 8
// [columns]
// key = "what identifies the movement: the program's process"
// method = "WMI, WinRM, DCOM, SSH, or logon where what started it tells no more"
// technique = "ATT&CK ids, with T1570 where the program came from another host"
// confidence = "confirmed for the known ways in, weak for others; likely where the client may be the host itself"
// source_host_uid = "host that the logon came from"
// account = "account that logged on"
// target_host_uid = "host it went to"
// target_process_uid = "the program"
// copied_file = "path of the program, where another host wrote it"
// copied_file_uid = "the same as a node"
// first_us = "its start, by the target's clock"
// INITIATED = "source host"
// REACHED = "the program"
// CARRIED = "copied file"
// came = "the logon"
// copied = "how the program came"
// started = "the start of the program"
// [[examples]]
// title = "WMI starts a program in the session of a logon from another host"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (b)-[:HAS_ADDRESS {uid: 'ha'}]->(:Endpoint:Entity {uid: 'ea', address: '10.0.0.6'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = [{ method = "WMI", technique = "T1047", confidence = "confirmed", source_host_uid = "c", account = "CORP/ann", target_host_uid = "b", target_process_uid = "q" }]
// [[examples]]
// title = "a remote shell"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'wsmprovhost.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = [{ method = "WinRM", technique = "T1021.006" }]
// [[examples]]
// title = "an object of the management console"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'mmc.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = [{ method = "DCOM", technique = "T1021.003" }]
// [[examples]]
// title = "what that program starts is no other movement"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'cmd.exe', logon_id: '0x1'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'whoami.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = []
// [[examples]]
// title = "WMI starts a program in a session of the own machine"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}), (c)-[:ALTERNATE_OF {uid: 'x'}]->(b), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = []
// [[examples]]
// title = "a session at the machine itself"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'explorer.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [2], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = []
// [[examples]]
// title = "the session began later: the number was used again"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 1900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = []
// [[examples]]
// title = "a movement reached it that the other host's log tells of"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'WmiPrvSE.exe', logon_id: '0x3e7'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe', logon_id: '0x1', started_us: 1000000000}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (:Movement:Entity {uid: 'm'})-[:REACHED {uid: 'r'}]->(q)
// """
// rows = []
// ///
MATCH (from:Host)-[l:LOGGED_ON_TO]->(b:Host)
WHERE any(type IN l.logon_types WHERE type IN [3, 8])
OPTIONAL MATCH (from)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= l.first_us AND l.first_us <= same.spans_us[i + 1]))
WITH from, l, b, own ORDER BY own.uid
WITH from, l, b, collect(own)[0] AS own
// an address of the host itself is joined with it, as far as its addresses of that family are known
OPTIONAL MATCH (b)-[:HAS_ADDRESS]->(borne:Endpoint) WHERE (borne.address CONTAINS ':') = (substring(from.key, 8) CONTAINS ':')
WITH from, own, l, b.uid AS here, count(borne) AS borne
WITH coalesce(own, from) AS from, l, here, own IS NULL AND from.key STARTS WITH 'address:' AND borne = 0 AS doubtful
WHERE from.uid <> here
MATCH (q:Process {host_uid: here})
WHERE any(id IN l.logon_ids WHERE id = q.logon_id)
  AND coalesce(q.started_us >= l.first_us - 2000000, false)
  AND NOT EXISTS { MATCH (q)<-[:REACHED]-(:Movement) }
MATCH (q)<-[s:SPAWNED]-(v:Process)
// the first program of the session: what it starts in turn runs in the same session
WHERE coalesce(v.logon_id, '') <> q.logon_id AND NOT toLower(v.name) IN ['wsmprovhost.exe', 'winrshost.exe']
WITH from, l, here, q, v, s, doubtful ORDER BY l.first_us DESC, from.uid
WITH here, q, v, s, collect(l)[0] AS l, collect(from)[0] AS from, collect(doubtful)[0] AS doubtful
WITH here, q, v, s, l, from, doubtful, toLower(v.name) AS parent, toLower(q.name) AS name
WITH here, q, s, l, from, doubtful,
     CASE WHEN parent = 'wmiprvse.exe' THEN 'WMI'
          WHEN name IN ['wsmprovhost.exe', 'winrshost.exe'] THEN 'WinRM'
          WHEN parent = 'svchost.exe' AND (name = 'mmc.exe' OR q.command_line ENDS WITH '-Embedding') THEN 'DCOM'
          WHEN parent STARTS WITH 'sshd' THEN 'SSH'
          ELSE 'logon' END AS method
// the other host's log tells of it, and could not say what it started
WHERE NOT EXISTS {
  MATCH (m:Movement {target_host_uid: here})
  WHERE m.source_host_uid = from.uid AND m.method = method AND m.target_process_uid IS NULL AND abs(m.first_us - s.first_us) <= 600000000
}
// its program, where the same client brought it
OPTIONAL MATCH (q)<-[:EXECUTED_AS]-(x:File)
OPTIONAL MATCH (x)<-[o:OPENED_TO_WRITE]-(:Host) WHERE o.first_us <= s.first_us
WITH here, q, s, l, from, doubtful, method, x, o ORDER BY o.first_us, x.uid
WITH here, q, s, l, from, doubtful, method, collect(o) AS copied, collect(x)[0] AS x
WITH here, q, s, l, from, doubtful, method, copied, CASE WHEN size(copied) > 0 THEN x END AS x
RETURN [here, q.uid] AS key,
       method,
       CASE method WHEN 'WMI' THEN 'T1047' WHEN 'WinRM' THEN 'T1021.006' WHEN 'DCOM' THEN 'T1021.003' WHEN 'SSH' THEN 'T1021.004' ELSE 'T1021' END + CASE WHEN x IS NULL THEN '' ELSE ', T1570' END AS technique,
       CASE WHEN method = 'logon' THEN 'weak' WHEN doubtful THEN 'likely' ELSE 'confirmed' END AS confidence,
       from.uid AS source_host_uid,
       l.accounts[0] AS account,
       here AS target_host_uid,
       q.uid AS target_process_uid,
       x.path AS copied_file,
       x.uid AS copied_file_uid,
       s.first_us AS first_us,
       [from.uid] AS INITIATED,
       [q.uid] AS REACHED,
       [u IN [x.uid] WHERE u IS NOT NULL] AS CARRIED,
       [l] AS came,
       copied,
       [s] AS started
ORDER BY key
