// /// rule
// summary = "A host writes a program, or into an administrative share, of another host, as the log of that other host tells; nothing starts it as far as the logs know"
// attack = ["T1570"]
// derives = "Movement"
// scope = "graph"
// stage = 5
// specificity = 0
// [columns]
// key = "what identifies the movement: the source host and the file"
// method = "copy"
// technique = "T1570"
// confidence = "weak: a copy alone"
// source_host_uid = "host that the client's address belongs to"
// account = "account that it used"
// target_host_uid = "host whose file it is"
// copied_file = "path there"
// copied_file_uid = "the same as a node"
// first_us = "the first opening, by the target's clock"
// INITIATED = "source host"
// REACHED = "target host"
// CARRIED = "copied file"
// copied = "the openings with the right to write, and what the target's system wrote for them"
// [[examples]]
// title = "a program written through an administrative share"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}),
//   (c)-[:ALTERNATE_OF {uid: 'r1'}]->(a), (a)-[:ALTERNATE_OF {uid: 'r2'}]->(c),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$'], accounts: ['CORP/ann']}]->(f),
//   (s:Process:Entity {uid: 's', host_uid: 'b', name: 'System'}), (s)-[:WROTE {uid: 'w', position: 't:2', first_us: 4}]->(f)
// """
// rows = [{ method = "copy", confidence = "weak", source_host_uid = "a", target_host_uid = "b", account = "CORP/ann" }]
// [[examples]]
// title = "the client's address is one of the host's own"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}),
//   (c)-[:ALTERNATE_OF {uid: 'r1'}]->(b), (b)-[:ALTERNATE_OF {uid: 'r2'}]->(c),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(f)
// """
// rows = []
// [[examples]]
// title = "nobody knows the host's own addresses: the client may be itself"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(f)
// """
// rows = []
// [[examples]]
// title = "an address of a host without a log, and the target bears another"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.7'}),
//   (b)-[:HAS_ADDRESS {uid: 'h', position: 't:0'}]->(e),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(f)
// """
// rows = [{ method = "copy", source_host_uid = "c", target_host_uid = "b" }]
// [[examples]]
// title = "the client is known by IPv6 and the host by IPv4: the client may be itself"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:fe80::90e:17af:263c:5209'}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.7'}),
//   (b)-[:HAS_ADDRESS {uid: 'h', position: 't:0'}]->(e),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(f)
// """
// rows = []
// [[examples]]
// title = "a document saved on a file server is none"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}),
//   (c)-[:ALTERNATE_OF {uid: 'r1'}]->(a), (a)-[:ALTERNATE_OF {uid: 'r2'}]->(c),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'report.docx', path: 'D:/docs/report.docx'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['docs']}]->(f)
// """
// rows = []
// [[examples]]
// title = "the source's own log tells of the write, with the process that did it"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}),
//   (c)-[:ALTERNATE_OF {uid: 'r1'}]->(a), (a)-[:ALTERNATE_OF {uid: 'r2'}]->(c),
//   (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}), (g:File:Entity {uid: 'g', host_uid: 'n', name: 'x.exe', unc: '//b/c$/x.exe'}),
//   (f)-[:ALTERNATE_OF {uid: 'r3'}]->(g), (g)-[:ALTERNATE_OF {uid: 'r4'}]->(f), (p:Process:Entity {uid: 'p', host_uid: 'a'}),
//   (p)-[:WROTE {uid: 'w', position: 'u:1', first_us: 3}]->(g),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(f)
// """
// rows = []
// [[examples]]
// title = "another movement brought it and ran it"
// graph = """
// CREATE (a:Host:Entity {uid: 'a', recorded: true}), (b:Host:Entity {uid: 'b', recorded: true}), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.5'}),
//   (c)-[:ALTERNATE_OF {uid: 'r1'}]->(a), (a)-[:ALTERNATE_OF {uid: 'r2'}]->(c), (f:File:Entity {uid: 'f', host_uid: 'b', name: 'x.exe', path: 'C:/x.exe'}),
//   (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't:1', first_us: 3, shares: ['C$']}]->(f), (f)-[:EXECUTED_AS {uid: 'e'}]->(q:Process:Entity {uid: 'q'}), (:Movement:Entity {uid: 'm'})-[:REACHED {uid: 'r'}]->(q)
// """
// rows = []
// ///
MATCH (c:Host)-[o:OPENED_TO_WRITE]->(f:File)
OPTIONAL MATCH (f)-[h:HAS_CONTENT]->(:Content)
WITH c, f, collect(DISTINCT o) AS opened, any(x IN collect(h) WHERE x.pe) AS pe
WHERE pe
   OR any(o IN opened WHERE any(share IN o.shares WHERE toLower(share) =~ '([a-z]|admin)[$]'))
   OR any(ending IN ['.exe', '.dll', '.sys', '.scr', '.bat', '.cmd', '.ps1', '.vbs', '.js', '.msi'] WHERE toLower(f.name) ENDS WITH ending)
WITH c, f, opened, f.host_uid AS there
OPTIONAL MATCH (c)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= opened[0].first_us AND opened[0].first_us <= same.spans_us[i + 1]))
WITH c, f, opened, there, collect(own.uid)[0] AS own
MATCH (t:Entity {uid: there})
OPTIONAL MATCH (t)-[:HAS_ADDRESS]->(e:Endpoint) WHERE (e.address CONTAINS ':') = (substring(c.key, 8) CONTAINS ':')
WITH c, f, opened, there, own, t, count(e) AS borne
// the source's log tells of it with its process: by the network path, whose share lies elsewhere on this host
CALL (t, f, opened, own) {
  MATCH (t)<-[:ALTERNATE_OF]-(alias:Host) WHERE alias.recorded IS NULL
  WITH f, opened, own, alias.uid AS at
  MATCH (g:File {host_uid: at})<-[brought:WROTE]-(w:Process)
  WHERE w.host_uid = own AND toLower(g.name) = toLower(f.name) AND abs(brought.first_us - opened[0].first_us) <= 600000000
  RETURN count(g) AS told
}
WITH c, f, opened, there, own, borne, told
// an address of the host itself is joined with it, as far as its addresses of that family are known
WHERE coalesce(own, c.uid) <> there AND (own IS NOT NULL OR borne > 0) AND told = 0
  AND NOT EXISTS {
    MATCH (f)-[:ALTERNATE_OF]->(:File)<-[:WROTE]-(p:Process) WHERE p.host_uid <> there
  }
  // nothing that another movement tells of: the file, or a program whose process it reached
  AND NOT EXISTS { MATCH (f)<-[:CARRIED]-(:Movement) }
  AND NOT EXISTS { MATCH (f)<-[:ALTERNATE_OF]-(:File)<-[:CARRIED]-(:Movement) }
  AND NOT EXISTS { MATCH (f)-[:EXECUTED_AS]->(:Process)<-[:REACHED]-(:Movement) }
// what comes over the network is written by the system's own process
OPTIONAL MATCH (f)<-[w:WROTE]-(s:Process) WHERE s.host_uid = there AND toLower(s.name) = 'system'
WITH c, f, opened, there, own, collect(DISTINCT w) AS written
RETURN [coalesce(own, c.uid), f.uid] AS key,
       'copy' AS method,
       'T1570' AS technique,
       'weak' AS confidence,
       coalesce(own, c.uid) AS source_host_uid,
       opened[0].accounts[0] AS account,
       there AS target_host_uid,
       f.path AS copied_file,
       f.uid AS copied_file_uid,
       opened[0].first_us AS first_us,
       [coalesce(own, c.uid)] AS INITIATED,
       [there] AS REACHED,
       [f.uid] AS CARRIED,
       opened + written AS copied
ORDER BY key
