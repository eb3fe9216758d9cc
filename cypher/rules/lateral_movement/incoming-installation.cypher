// /// rule
// summary = "A service is made here in the session of a network logon from another host, and is not seen to run, as the log of this host tells"
// attack = ["T1021.002", "T1543.003"]
// derives = "Movement"
// scope = "graph"
// stage = 5
// specificity = 5
// [columns]
// key = "what identifies the movement: the service"
// method = "service"
// technique = "T1021.002, T1543.003"
// confidence = "likely"
// source_host_uid = "host that the logon came from"
// account = "account that made it"
// target_host_uid = "host it went to"
// service = "the service"
// first_us = "when it was made, by the target's clock"
// INITIATED = "source host"
// REACHED = "the host"
// came = "the logon"
// started = "the service"
// [[examples]]
// title = "made in the session of a logon from another host, and not seen to run"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (sv:Service:Entity {uid: 'sv', host_uid: 'b', name: 'Upd'}), (b)-[:INSTALLED {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, image: 'C:/x.exe', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(sv)
// """
// rows = [{ method = "service", technique = "T1021.002, T1543.003", confidence = "likely", source_host_uid = "c", account = "CORP/ann", target_host_uid = "b", service = "Upd" }]
// [[examples]]
// title = "a movement that is known otherwise reached it"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (sv:Service:Entity {uid: 'sv', host_uid: 'b', name: 'Upd'}), (b)-[:INSTALLED {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, image: 'C:/x.exe', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(sv), (:Movement:Entity {uid: 'm', target_host_uid: 'b', service: 'upd'})
// """
// rows = []
// [[examples]]
// title = "made in a remote desktop"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [10], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (sv:Service:Entity {uid: 'sv', host_uid: 'b', name: 'Upd'}), (b)-[:INSTALLED {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, image: 'C:/x.exe', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(sv)
// """
// rows = []
// [[examples]]
// title = "made from the own machine"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}), (c)-[:ALTERNATE_OF {uid: 'x'}]->(b), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b), (sv:Service:Entity {uid: 'sv', host_uid: 'b', name: 'Upd'}), (b)-[:INSTALLED {uid: 'i', position: 't2:3', first_us: 950000000, last_us: 950000000, image: 'C:/x.exe', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(sv)
// """
// rows = []
// ///
MATCH ()-[n:INSTALLED]->(sv:Service)
WHERE size(n.logon_ids) > 0
WITH n, sv, sv.host_uid AS here
MATCH (:Entity {uid: here})<-[l:LOGGED_ON_TO]-(from:Host)
WHERE 3 IN l.logon_types AND any(id IN l.logon_ids WHERE id IN n.logon_ids) AND l.first_us <= n.last_us + 2000000
OPTIONAL MATCH (from)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= l.first_us AND l.first_us <= same.spans_us[i + 1]))
WITH from, l, n, sv, here, own ORDER BY own.uid
WITH from, l, n, sv, here, collect(own)[0] AS own
WITH coalesce(own, from) AS from, l, n, sv, here
WHERE from.uid <> here
  AND NOT EXISTS { MATCH (m:Movement {target_host_uid: here}) WHERE toLower(m.service) = toLower(sv.name) }
WITH n, sv, here, l, from ORDER BY l.first_us DESC, from.uid
WITH n, sv, here, collect(l)[0] AS l, collect(from)[0] AS from
RETURN [here, sv.uid] AS key,
       'service' AS method,
       'T1021.002, T1543.003' AS technique,
       'likely' AS confidence,
       from.uid AS source_host_uid,
       coalesce(n.accounts[0], l.accounts[0]) AS account,
       here AS target_host_uid,
       sv.name AS service,
       n.first_us AS first_us,
       [from.uid] AS INITIATED,
       [here] AS REACHED,
       [l] AS came,
       [n] AS started
ORDER BY key
