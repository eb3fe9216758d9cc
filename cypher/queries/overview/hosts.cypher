// /// query
// summary = "The hosts: names, addresses over time, and which are only referred to"
// table = ["host", "domain", "addresses", "recorded", "processes", "also_known_as"]
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// host = "its name"
// domain = "domain or workgroup"
// addresses = "addresses it bore"
// recorded = "whether a log of its own was loaded"
// processes = "how many processes ran on it"
// also_known_as = "other nodes that are the same host"
// host_uid = "the host as a node"
// [[examples]]
// title = "a host, and the address by which others know it"
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC', recorded: true}), (a:Host:Entity {uid: 'a', name: '10.0.0.2'}), (e:Endpoint:Entity {uid: 'e', address: '10.0.0.2'}),
//   (h)-[:HAS_ADDRESS {uid: 'x'}]->(e), (h)-[:ALTERNATE_OF {uid: 'y'}]->(a), (a)-[:ALTERNATE_OF {uid: 'z'}]->(h)
// """
// rows = [{ host = "10.0.0.2", recorded = false, also_known_as = ["PC"] }, { host = "PC", addresses = ["10.0.0.2"], recorded = true, also_known_as = ["10.0.0.2"] }]
// [[examples]]
// title = "no host"
// graph = "CREATE (:Run:Entity {uid: 'r'})"
// rows = []
// ///
MATCH (h:Host)
OPTIONAL MATCH (h)-[:HAS_ADDRESS]->(e:Endpoint)
WITH h, e.address AS address ORDER BY address
WITH h, collect(DISTINCT address) AS addresses
OPTIONAL MATCH (h)-[:ALTERNATE_OF]->(o:Host)
WITH h, addresses, o.name AS other ORDER BY other
WITH h, addresses, collect(DISTINCT other) AS also_known_as
OPTIONAL MATCH (p:Process)-[:RAN_ON]->(h)
WITH h, addresses, also_known_as, count(DISTINCT p) AS processes
RETURN coalesce(h.name, 'not recorded') AS host,
       coalesce(h.domain, 'not recorded') AS domain,
       addresses,
       coalesce(h.recorded, false) AS recorded,
       processes,
       also_known_as,
       h.uid AS host_uid
ORDER BY host, host_uid
LIMIT $limit
