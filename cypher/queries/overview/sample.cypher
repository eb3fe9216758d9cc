// /// query
// summary = "What is known of some bytes: the runs that analysed or met them, and the files that held them"
// [params.hash]
// type = "string"
// required = true
// example = "f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5"
// doc = "SHA-256, SHA-1 or MD5"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// role = "analysed: the run's sample; held: a file had these bytes; dumped: they lay in a process"
// run = "how citations name the run"
// host = "name of the host"
// name = "name of the sample, path of the file, or process"
// signer = "signer, as the log gives it"
// signature = "what the log says of the signature"
// content_uid = "the bytes as a node"
// node_uid = "the run, file or process as a node"
// run_uid = "the run as a node"
// [[examples]]
// title = "a sample that also lay in a file"
// params = { hash = "AA" }
// graph = """
// CREATE (c:Content:Entity {uid: 'c', sha256: 'aa'}), (r:Run:Entity {uid: 'abcdefgh12', sample_name: 'x.exe', name: 'r.json'}), (f:File:Entity {uid: 'f', path: 'C:/x.exe', host_uid: 'h'}), (:Host:Entity {uid: 'h', name: 'PC'}),
//   (r)-[:ANALYSED {uid: '1'}]->(c), (f)-[:HAS_CONTENT {uid: '2', run: 'abcdefgh12', signature: 'valid', signer: 'S'}]->(c)
// """
// rows = [{ role = "analysed", run = "abcdefgh", name = "x.exe", node_uid = "abcdefgh12" }, { role = "held", host = "PC", name = "C:/x.exe", signer = "S", signature = "valid", run = "abcdefgh", content_uid = "c" }]
// [[examples]]
// title = "bytes that nobody met"
// params = { hash = "bb" }
// graph = "CREATE (:Content:Entity {uid: 'c', sha256: 'aa'})"
// rows = []
// ///
MATCH (c:Content)
WHERE c.sha256 = toLower($hash) OR c.sha1 = toLower($hash) OR c.md5 = toLower($hash)
CALL (c) {
  MATCH (c)<-[:ANALYSED]-(n:Run)
  RETURN 'analysed' AS role, n.uid AS run, n, coalesce(n.sample_name, n.name) AS name, null AS signer, null AS signature
  UNION
  MATCH (c)<-[h:HAS_CONTENT]-(n:File)
  RETURN 'held' AS role, h.run AS run, n, coalesce(n.path, n.name) AS name, h.signer AS signer, h.signature AS signature
  UNION
  MATCH (c)-[d:DUMPED_FROM]->(n:Process)
  RETURN 'dumped' AS role, d.run AS run, n, coalesce(n.name, 'not recorded') + ' (' + coalesce(toString(n.pid), '?') + ')' AS name, null AS signer, null AS signature
}
WITH c, role, run, n, name, signer, signature, n.host_uid AS at
OPTIONAL MATCH (h:Entity {uid: coalesce(at, '')})
RETURN role,
       left(run, 8) AS run,
       coalesce(h.name, 'not recorded') AS host,
       coalesce(name, 'not recorded') AS name,
       coalesce(signer, 'not recorded') AS signer,
       coalesce(signature, 'not recorded') AS signature,
       c.uid AS content_uid,
       n.uid AS node_uid,
       run AS run_uid
ORDER BY role, name, node_uid, run_uid
LIMIT $limit
