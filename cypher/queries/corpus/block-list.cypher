// /// query
// summary = "Domains, addresses and URLs that samples contacted, before what must not be blocked is left out (`provgraph export block-list` does)"
// table = ["kind", "indicator", "samples", "runs", "resolver", "first_seen", "last_seen"]
// [params.kind]
// type = "string"
// choices = ["any", "domain", "address", "url"]
// default = "any"
// doc = "which indicators"
// [params.text]
// type = "string"
// default = ""
// doc = "only names, addresses and URLs that hold this text, in capitals or not; empty for all"
// [params.processes_only]
// type = "boolean"
// default = false
// doc = "only what processes are known to have done, not what only the machine's traffic shows"
// [params.label]
// type = "string"
// choices = ["any", "malicious", "benign", "unknown", "not-benign"]
// default = "not-benign"
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
// choices = ["samples", "name"]
// default = "samples"
// doc = "what comes first: the greatest number, or by name"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// kind = "domain, address or url"
// indicator = "the name, address or URL"
// samples = "how many samples contacted it; a run without a known sample counts as one"
// runs = "in how many runs"
// resolver = "an address to which DNS questions go: the log says so, or only the machine itself reached it, and only at port 53"
// ports = "protocols and ports of an address"
// first_seen = "ISO 8601; the start of the run where the log has no time"
// last_seen = "ISO 8601; the start of the run where the log has no time"
// evidence = "up to five citations"
// [[examples]]
// title = "a domain of two samples, the address of the DNS server, and nothing benign"
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(h:Host:Entity {uid: 'h', dns_servers: ['192.0.2.53']}), (a)<-[:RECORDED_IN {uid: '2'}]-(p:Process:Entity {uid: 'p'}),
//   (b:Run:Entity {uid: 'b', label: 'malicious'})<-[:RECORDED_IN {uid: '3'}]-(i:Host:Entity {uid: 'i'}), (c:Run:Entity {uid: 'c', label: 'benign'})<-[:RECORDED_IN {uid: '4'}]-(j:Host:Entity {uid: 'j'}),
//   (d:Domain:Entity {uid: 'd', name: 'c2.example.com'}), (p)-[:RESOLVED {uid: '5', run: 'a', position: 'a:4.0#1'}]->(d), (i)-[:RESOLVED {uid: '6', run: 'b', position: 'b:network.dns[0]'}]->(d), (j)-[:RESOLVED {uid: '7', run: 'c', position: 'c:network.dns[0]'}]->(:Domain:Entity {uid: 'e', name: 'example.com'}),
//   (p)-[:SENT_TO {uid: '8', run: 'a', position: 'a:4.0#2'}]->(:Endpoint:Entity {uid: 'f', protocol: 'udp', address: '192.0.2.53', port: 53}),
//   (i)-[:CONTACTED {uid: '9', run: 'b', position: 'b:network.udp[0]'}]->(:Endpoint:Entity {uid: 'g', protocol: 'udp', address: '192.0.2.54', port: 53}),
//   (p)-[:SENT_TO {uid: '10', run: 'a', position: 'a:4.0#3'}]->(:Endpoint:Entity {uid: 'k', protocol: 'tcp', address: '192.0.2.55', port: 53})
// """
// rows = [{ kind = "domain", indicator = "c2.example.com", samples = 2, runs = 2, resolver = false, ports = [], evidence = ["a:4.0#1", "b:network.dns[0]"] }, { kind = "address", indicator = "192.0.2.53", samples = 1, resolver = true, ports = ["udp/53"] }, { kind = "address", indicator = "192.0.2.54", resolver = true }, { kind = "address", indicator = "192.0.2.55", resolver = false }]
// [[examples]]
// title = "who was asked and answered, and not who only sent something"
// params = { kind = "address", text = "192.0.2." }
// graph = """
// CREATE (:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(h:Host:Entity {uid: 'h'}), (h)-[:CONTACTED {uid: '2', run: 'a', inbound: true, outbound: true}]->(:Endpoint:Entity {uid: 'e', protocol: 'icmp', address: '192.0.2.1'}),
//   (h)-[:CONTACTED {uid: '3', run: 'a', inbound: true}]->(:Endpoint:Entity {uid: 'f', protocol: 'icmp', address: '192.0.2.2'}), (h)-[:CONTACTED {uid: '4', run: 'a', outbound: true}]->(:Endpoint:Entity {uid: 'g', protocol: 'tcp', address: '198.51.100.1', port: 80})
// """
// rows = [{ indicator = "192.0.2.1", samples = 1, ports = ["icmp"] }]
// [[examples]]
// title = "only what processes did, by name"
// params = { processes_only = true, order = "name" }
// graph = """
// CREATE (a:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(h:Host:Entity {uid: 'h'}), (a)<-[:RECORDED_IN {uid: '2'}]-(p:Process:Entity {uid: 'p'}), (h)-[:RESOLVED {uid: '3', run: 'a'}]->(:Domain:Entity {uid: 'd', name: 'a.example.com'}),
//   (p)-[:RESOLVED {uid: '4', run: 'a'}]->(:Domain:Entity {uid: 'e', name: 'c.example.com'}), (p)-[:RESOLVED {uid: '5', run: 'a'}]->(:Domain:Entity {uid: 'f', name: 'b.example.com'})
// """
// rows = [{ indicator = "b.example.com" }, { indicator = "c.example.com" }]
// [[examples]]
// title = "nothing of that kind"
// params = { kind = "url" }
// graph = """
// CREATE (:Run:Entity {uid: 'a'})<-[:RECORDED_IN {uid: '1'}]-(:Process:Entity {uid: 'p'})-[:RESOLVED {uid: '2', run: 'a', position: 'a:4.0#1'}]->(:Domain:Entity {uid: 'd', name: 'c2.example.com'})
// """
// rows = []
// ///
OPTIONAL MATCH (h:Host)
UNWIND coalesce(h.dns_servers, [null]) AS server
WITH collect(DISTINCT server) AS servers
MATCH (run:Run)
WHERE ($label IN ['any', coalesce(run.label, 'unknown')] OR ($label = 'not-benign' AND coalesce(run.label, 'unknown') <> 'benign'))
  AND ($dataset = '' OR run.dataset = $dataset)
  AND ($case = '' OR run.case = $case)
OPTIONAL MATCH (run)-[:ANALYSED]->(c:Content)
WITH servers, run, coalesce(min(c.uid), run.uid) AS sample
MATCH (run)<-[:RECORDED_IN]-(actor)-[r:RESOLVED|REQUESTED|SENT_TO|CONTACTED]->(t)
WHERE r.run = run.uid AND coalesce(r.outbound, NOT coalesce(r.inbound, false)) AND (NOT $processes_only OR actor:Process) AND (t:Domain OR t:Url OR t:Endpoint)
WITH servers, sample, run, CASE WHEN t:Domain THEN 'domain' WHEN t:Url THEN 'url' ELSE 'address' END AS kind, coalesce(t.name, t.url, t.address) AS indicator,
     t.protocol + coalesce('/' + toString(t.port), '') AS port, CASE WHEN actor:Host AND t.port = 53 THEN 0 ELSE 1 END AS otherwise,
     coalesce(r.first_us, run.started_us) AS first_us, coalesce(r.last_us, run.started_us) AS last_us, r.position AS position
WHERE $kind IN ['any', kind] AND ($text = '' OR toLower(indicator) CONTAINS toLower($text))
WITH servers, sample, run, kind, indicator, port, otherwise, first_us, last_us, position ORDER BY port, position
WITH servers, kind, indicator, count(DISTINCT sample) AS samples, count(DISTINCT run) AS runs, max(otherwise) AS otherwise, collect(DISTINCT port) AS ports,
     min(first_us) AS first_us, max(last_us) AS last_us, collect(position)[..5] AS evidence
WHERE samples >= $least_samples
RETURN kind,
       indicator,
       samples,
       runs,
       kind = 'address' AND (indicator IN servers OR otherwise = 0) AS resolver,
       ports,
       CASE WHEN first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(first_us % 1000000), 6) + 'Z' END AS first_seen,
       CASE WHEN last_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: last_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(last_us % 1000000), 6) + 'Z' END AS last_seen,
       evidence
ORDER BY CASE $order WHEN 'name' THEN 0 ELSE samples END DESC, CASE WHEN $order = 'name' THEN indicator ELSE '' END,
         samples DESC, runs DESC, kind, indicator
LIMIT $limit
