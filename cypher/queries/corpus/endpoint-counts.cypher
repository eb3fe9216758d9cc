// /// query
// summary = "Which addresses and ports were contacted, by how many samples, how often, and when first and last; not those that only sent something"
// [params.text]
// type = "string"
// default = ""
// doc = "only addresses that hold this text; empty for all"
// [params.by]
// type = "string"
// choices = ["port", "address"]
// default = "port"
// doc = "count each protocol and port, or addresses as a whole"
// [params.port]
// type = "integer"
// least = 0
// default = 0
// doc = "only this port; 0 for all"
// [params.processes_only]
// type = "boolean"
// default = false
// doc = "only what processes are known to have done, not what only the machine's traffic shows"
// [params.label]
// type = "string"
// choices = ["any", "malicious", "benign", "unknown", "not-benign"]
// default = "any"
// doc = "which runs, by their label; a run without one is unknown"
// [params.dataset]
// type = "string"
// names = "dataset"
// default = ""
// doc = "only runs of this data set; empty for all"
// [params.case]
// type = "string"
// names = "case"
// default = ""
// doc = "only runs of this case; empty for all"
// [params.least_samples]
// type = "integer"
// least = 1
// default = 1
// doc = "only what at least so many samples did"
// [params.order]
// type = "string"
// choices = ["samples", "calls", "traffic", "name"]
// default = "samples"
// doc = "what comes first: the greatest number, or by name"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// address = "the address"
// protocol = "tcp or udp; empty where addresses are counted as a whole"
// port = "the port, where there is one; empty where addresses are counted as a whole"
// samples = "how many samples did it; a run without a known sample counts as one"
// runs = "in how many runs"
// calls = "how often processes connected or sent to it, counting what repeats stand for"
// traffic = "how often the machine's traffic shows it, where no process is named"
// first_seen = "ISO 8601; the start of the run where the log has no time"
// last_seen = "ISO 8601; the start of the run where the log has no time"
// [[examples]]
// title = "two ports of one address"
// graph = """
// CREATE (a:Run:Entity {uid: 'a', started_us: 1500000000000000})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}), (a)<-[:RECORDED_IN {uid: '2'}]-(h:Host:Entity {uid: 'h'}),
//   (e:Endpoint:Entity {uid: 'e', protocol: 'tcp', address: '192.0.2.1', port: 80}), (f:Endpoint:Entity {uid: 'f', protocol: 'tcp', address: '192.0.2.1', port: 443}),
//   (p)-[:SENT_TO {uid: '3', run: 'a', count: 2}]->(e), (h)-[:CONTACTED {uid: '4', run: 'a', count: 1}]->(f), (f)-[:RECEIVED_BY {uid: '5', run: 'a', count: 1}]->(p), (h)-[:HAS_ADDRESS {uid: '6', run: 'a', count: 1}]->(:Endpoint:Entity {uid: 'g', protocol: 'ip', address: '10.0.0.1'})
// """
// rows = [{ address = "192.0.2.1", protocol = "tcp", port = 80, samples = 1, runs = 1, calls = 2, traffic = 0, first_seen = "2017-07-14T02:40:00.000000Z" }, { address = "192.0.2.1", protocol = "tcp", port = 443, samples = 1, runs = 1, calls = 0, traffic = 1 }]
// [[examples]]
// title = "who was asked and answered is contacted, who only sent something is not"
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(h:Host:Entity {uid: 'h'}), (a)<-[:RECORDED_IN {uid: '2'}]-(p:Process:Entity {uid: 'p'}),
//   (h)-[:CONTACTED {uid: '3', run: 'a', count: 2, inbound: true, outbound: true}]->(:Endpoint:Entity {uid: 'e', protocol: 'icmp', address: '192.0.2.1'}),
//   (h)-[:CONTACTED {uid: '4', run: 'a', count: 1, inbound: true}]->(:Endpoint:Entity {uid: 'f', protocol: 'icmp', address: '192.0.2.2'}), (:Endpoint:Entity {uid: 'g', protocol: 'tcp', address: '192.0.2.3', port: 80})-[:RECEIVED_BY {uid: '5', run: 'a', count: 1}]->(p)
// """
// rows = [{ address = "192.0.2.1", protocol = "icmp", samples = 1, runs = 1, calls = 0, traffic = 2 }]
// [[examples]]
// title = "only what processes did"
// params = { processes_only = true }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(h:Host:Entity {uid: 'h'}), (a)<-[:RECORDED_IN {uid: '2'}]-(p:Process:Entity {uid: 'p'}), (e:Endpoint:Entity {uid: 'e', protocol: 'tcp', address: '192.0.2.1', port: 80}),
//   (p)-[:SENT_TO {uid: '3', run: 'a', count: 1}]->(e), (h)-[:CONTACTED {uid: '4', run: 'a', count: 5}]->(e), (h)-[:CONTACTED {uid: '5', run: 'a', count: 5}]->(:Endpoint:Entity {uid: 'f', protocol: 'tcp', address: '192.0.2.2', port: 80})
// """
// rows = [{ address = "192.0.2.1", calls = 1, traffic = 0 }]
// [[examples]]
// title = "the address as a whole"
// params = { by = "address" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(p:Process:Entity {uid: 'p'}),
//   (p)-[:SENT_TO {uid: '3', run: 'a', count: 2}]->(:Endpoint:Entity {uid: 'e', protocol: 'tcp', address: '192.0.2.1', port: 80}), (p)-[:SENT_TO {uid: '4', run: 'a', count: 3}]->(:Endpoint:Entity {uid: 'f', protocol: 'udp', address: '192.0.2.1', port: 53})
// """
// rows = [{ address = "192.0.2.1", protocol = "", calls = 5, traffic = 0 }]
// [[examples]]
// title = "another port"
// params = { port = 8080 }
// graph = """
// CREATE (:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'p'})-[:SENT_TO {uid: '3', run: 'a', count: 2}]->(:Endpoint:Entity {uid: 'e', protocol: 'tcp', address: '192.0.2.1', port: 80})
// """
// rows = []
// ///
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(actor)-[r:SENT_TO|CONTACTED]->(e:Endpoint)
WHERE r.run = run.uid AND coalesce(r.outbound, NOT coalesce(r.inbound, false)) AND (NOT $processes_only OR actor:Process) AND ($port = 0 OR e.port = $port) AND ($text = '' OR e.address CONTAINS toLower($text))
WITH e.address AS address, CASE WHEN $by = 'port' THEN e.protocol ELSE '' END AS protocol, CASE WHEN $by = 'port' THEN e.port END AS port,
     sample, run, coalesce(r.first_us, run.started_us) AS first_us, coalesce(r.last_us, run.started_us) AS last_us,
     CASE WHEN actor:Host THEN 0 ELSE r.count END AS calls, CASE WHEN actor:Host THEN r.count ELSE 0 END AS traffic
WITH address, protocol, port, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, sum(calls) AS calls, sum(traffic) AS traffic, min(first_us) AS first_us, max(last_us) AS last_us
WHERE samples >= $least_samples
RETURN address,
       protocol,
       port,
       samples,
       runs,
       calls,
       traffic,
       CASE WHEN first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(first_us % 1000000), 6) + 'Z' END AS first_seen,
       CASE WHEN last_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: last_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(last_us % 1000000), 6) + 'Z' END AS last_seen
ORDER BY CASE $order WHEN 'name' THEN 0 WHEN 'calls' THEN calls WHEN 'traffic' THEN traffic ELSE samples END DESC, CASE WHEN $order = 'name' THEN address ELSE '' END,
         samples DESC, calls DESC, address, protocol, coalesce(port, 0)
LIMIT $limit
