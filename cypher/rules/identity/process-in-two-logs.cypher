// /// rule
// summary = "A process that one log knows by pid and start is the one that another log of that host knows by a GUID"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 0
// [columns]
// source = "uid of one process"
// target = "uid of the other; both directions are returned"
// reason = "why"
// told = "where both logs tell of it first"
// [[examples]]
// title = "Security and Sysmon of one host, exported to two files"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', key: 'ws5', recorded: true}),
//   (a:Process:Entity {uid: 'a', host_uid: 'h', pid: 77, name: 'cmd.exe', guid: '{1}', started_us: 5000000}),
//   (b:Process:Entity {uid: 'b', host_uid: 'h', pid: 77, name: 'CMD.EXE', started_us: 6500000}),
//   (a)-[:RAN_ON {uid: 'r1', position: 'x:1'}]->(h), (b)-[:RAN_ON {uid: 'r2', position: 'y:1'}]->(h)
// """
// rows = [{ source = "a", target = "b" }, { source = "b", target = "a" }]
// [[examples]]
// title = "the pid was given out again, to the same program and to another one"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', key: 'ws5', recorded: true}),
//   (a:Process:Entity {uid: 'a', host_uid: 'h', pid: 77, name: 'cmd.exe', guid: '{1}', started_us: 5000000}),
//   (b:Process:Entity {uid: 'b', host_uid: 'h', pid: 77, name: 'cmd.exe', started_us: 7500000}),
//   (c:Process:Entity {uid: 'c', host_uid: 'h', pid: 77, name: 'net.exe', started_us: 6000000}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (b)-[:RAN_ON {uid: 'r2'}]->(h), (c)-[:RAN_ON {uid: 'r3'}]->(h)
// """
// rows = []
// [[examples]]
// title = "the same pid on another host, and processes that two logs know by GUIDs"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', key: 'ws5', recorded: true}), (i:Host:Entity {uid: 'i', key: 'ws6', recorded: true}),
//   (a:Process:Entity {uid: 'a', host_uid: 'h', pid: 77, name: 'cmd.exe', guid: '{1}', started_us: 5000000}),
//   (b:Process:Entity {uid: 'b', host_uid: 'i', pid: 77, name: 'cmd.exe', started_us: 5000000}),
//   (c:Process:Entity {uid: 'c', host_uid: 'h', pid: 77, name: 'cmd.exe', guid: '{2}', started_us: 5000000}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (b)-[:RAN_ON {uid: 'r2'}]->(i), (c)-[:RAN_ON {uid: 'r3'}]->(h)
// """
// rows = []
// [[examples]]
// title = "two processes that it could be: nobody knows which"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', key: 'ws5', recorded: true}),
//   (a:Process:Entity {uid: 'a', host_uid: 'h', pid: 77, name: 'cmd.exe', guid: '{1}', started_us: 5000000}),
//   (c:Process:Entity {uid: 'c', host_uid: 'h', pid: 77, name: 'cmd.exe', guid: '{2}', started_us: 6000000}),
//   (b:Process:Entity {uid: 'b', host_uid: 'h', pid: 77, name: 'cmd.exe', started_us: 5500000}),
//   (a)-[:RAN_ON {uid: 'r1'}]->(h), (b)-[:RAN_ON {uid: 'r2'}]->(h), (c)-[:RAN_ON {uid: 'r3'}]->(h)
// """
// rows = []
// ///
// a process of a sandbox run has an ordinal: no other log tells of it
MATCH (p:Process)
WHERE p.guid IS NULL AND p.ordinal IS NULL AND p.pid IS NOT NULL AND p.started_us IS NOT NULL AND p.name IS NOT NULL
WITH p, p.pid AS pid, p.host_uid AS host_uid
MATCH (g:Process {pid: pid})
WHERE g.host_uid = host_uid AND g.guid IS NOT NULL
  AND abs(g.started_us - p.started_us) <= 2000000 AND toLower(g.name) = toLower(p.name)
WITH p, collect(g) AS found
WHERE size(found) = 1
WITH found[0] AS g, collect(p) AS found
WHERE size(found) = 1
WITH g, found[0] AS p
MATCH (p)-[one:RAN_ON]->(:Host)
MATCH (g)-[other:RAN_ON]->(:Host)
WITH p, g, collect(DISTINCT one) + collect(DISTINCT other) AS told
UNWIND [[p.uid, g.uid], [g.uid, p.uid]] AS pair
RETURN pair[0] AS source, pair[1] AS target, 'same pid and start on the same host' AS reason, told
ORDER BY source, target
