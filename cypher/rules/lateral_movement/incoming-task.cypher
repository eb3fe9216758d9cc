// /// rule
// summary = "A scheduled task is made here in the session of a logon from another host, as the log of this host tells"
// attack = ["T1053.005"]
// derives = "Movement"
// scope = "graph"
// stage = 4
// specificity = 8
// [columns]
// key = "what identifies the movement: the task"
// method = "scheduled task"
// technique = "T1053.005, with T1570 where the program came from another host"
// confidence = "confirmed when its program ran within a day, else likely"
// source_host_uid = "host that the logon came from"
// account = "account that made it"
// target_host_uid = "host it went to"
// target_process_uid = "its program, where it ran"
// copied_file = "path of the program, where another host wrote it"
// copied_file_uid = "the same as a node"
// service = "the task"
// first_us = "when it was made, by the target's clock"
// INITIATED = "source host"
// REACHED = "its program, or the host"
// CARRIED = "copied file"
// came = "the logon"
// copied = "how the program came"
// started = "the task, and the start of its program"
// [[examples]]
// title = "made in the session of a logon from another host, then run"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (t:ScheduledTask:Entity {uid: 't', host_uid: 'b', name: 'upd'}), (b)-[:REGISTERED_TASK {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, command: 'C:/x.exe -a', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(t), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe', logon_id: '0x3e7'}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q)
// """
// rows = [{ method = "scheduled task", technique = "T1053.005", confidence = "confirmed", source_host_uid = "c", account = "CORP/ann", service = "upd", target_process_uid = "q" }]
// [[examples]]
// title = "made so, and not seen to run"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (t:ScheduledTask:Entity {uid: 't', host_uid: 'b', name: 'upd'}), (b)-[:REGISTERED_TASK {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, command: 'C:/x.exe -a', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(t)
// """
// rows = [{ confidence = "likely", target_host_uid = "b", service = "upd" }]
// [[examples]]
// title = "made in a session of the own machine"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}), (c)-[:ALTERNATE_OF {uid: 'x'}]->(b), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (t:ScheduledTask:Entity {uid: 't', host_uid: 'b', name: 'upd'}), (b)-[:REGISTERED_TASK {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, command: 'C:/x.exe -a', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(t), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe', logon_id: '0x3e7'}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q)
// """
// rows = []
// [[examples]]
// title = "made in another session"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (t:ScheduledTask:Entity {uid: 't', host_uid: 'b', name: 'upd'}), (b)-[:REGISTERED_TASK {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, command: 'C:/x.exe -a', logon_ids: ['0x2'], accounts: ['CORP/ann']}]->(t), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe', logon_id: '0x3e7'}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q)
// """
// rows = []
// [[examples]]
// title = "made at the machine itself"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [2], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (t:ScheduledTask:Entity {uid: 't', host_uid: 'b', name: 'upd'}), (b)-[:REGISTERED_TASK {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, command: 'C:/x.exe -a', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(t), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'svchost.exe'}), (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'x.exe', logon_id: '0x3e7'}), (v)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(q)
// """
// rows = []
// ///
MATCH ()-[n:REGISTERED_TASK]->(t:ScheduledTask)
WHERE size(n.logon_ids) > 0
WITH n, t, t.host_uid AS here
MATCH (:Entity {uid: here})<-[l:LOGGED_ON_TO]-(from:Host)
WHERE 3 IN l.logon_types AND any(id IN l.logon_ids WHERE id IN n.logon_ids) AND l.first_us <= n.last_us + 2000000
OPTIONAL MATCH (from)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= l.first_us AND l.first_us <= same.spans_us[i + 1]))
WITH from, l, n, t, here, own ORDER BY own.uid
WITH from, l, n, t, here, collect(own)[0] AS own
WITH coalesce(own, from) AS from, l, n, t, here
WHERE from.uid <> here
WITH n, t, here, l, from ORDER BY l.first_us DESC, from.uid
WITH n, t, here, collect(l)[0] AS l, collect(from)[0] AS from
OPTIONAL MATCH (q:Process {host_uid: here})<-[s:SPAWNED]-(v:Process)
WHERE toLower(v.name) IN ['svchost.exe', 'taskeng.exe', 'taskhostw.exe', 'taskhost.exe']
  AND s.first_us >= n.first_us AND s.first_us <= n.last_us + 86400000000
  AND toLower(coalesce(n.command, t.command)) CONTAINS toLower(q.name)
WITH n, t, here, l, from, s, q ORDER BY s.first_us, q.uid
WITH n, t, here, l, from, collect(s)[0] AS s, collect(q)[0] AS q
WHERE (q IS NULL OR NOT EXISTS { MATCH (q)<-[:REACHED]-(:Movement) })
  // the other host's log tells of it
  AND NOT EXISTS {
    MATCH (m:Movement {target_host_uid: here})
    WHERE m.source_host_uid = from.uid AND m.method = 'scheduled task' AND coalesce(m.service = t.name, true)
  }
// its program, where the same client brought it
OPTIONAL MATCH (q)<-[:EXECUTED_AS]-(x:File)
OPTIONAL MATCH (x)<-[o:OPENED_TO_WRITE]-(:Host) WHERE o.first_us <= s.first_us
WITH n, t, here, l, from, s, q, x, o ORDER BY o.first_us, x.uid
WITH n, t, here, l, from, s, q, collect(o) AS copied, collect(x)[0] AS x
WITH n, t, here, l, from, s, q, copied, CASE WHEN size(copied) > 0 THEN x END AS x
RETURN [here, t.uid] AS key,
       'scheduled task' AS method,
       'T1053.005' + CASE WHEN x IS NULL THEN '' ELSE ', T1570' END AS technique,
       CASE WHEN q IS NULL THEN 'likely' ELSE 'confirmed' END AS confidence,
       from.uid AS source_host_uid,
       coalesce(n.accounts[0], l.accounts[0]) AS account,
       here AS target_host_uid,
       q.uid AS target_process_uid,
       x.path AS copied_file,
       x.uid AS copied_file_uid,
       t.name AS service,
       n.first_us AS first_us,
       [from.uid] AS INITIATED,
       [coalesce(q.uid, here)] AS REACHED,
       [u IN [x.uid] WHERE u IS NOT NULL] AS CARRIED,
       [l] AS came,
       copied,
       [x IN [n, s] WHERE x IS NOT NULL] AS started
ORDER BY key
