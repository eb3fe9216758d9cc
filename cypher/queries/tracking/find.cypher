// /// query
// summary = "The nodes that a text means: uid, path, file name, hash, or pid@host"
// [params.text]
// type = "string"
// required = true
// example = "027cc.dll"
// doc = "uid, path, file name, hash, or pid@host (host by name, address or uid)"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// uid = "the node"
// label = "its kind"
// name = "what a picture shows"
// host = "name of its host"
// [[examples]]
// title = "a process by pid and host"
// params = { text = "8@pc" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (:Process:Entity {uid: 'b', pid: 8, name: 'b.exe', host_uid: 'h'})-[:RAN_ON {uid: 'r'}]->(h), (:Process:Entity {uid: 'c', pid: 8, host_uid: 'i'})
// """
// rows = [{ uid = "b", label = "Process", name = "b.exe", host = "PC" }]
// [[examples]]
// title = "a file by name or path, capitals aside"
// params = { text = "X.DLL" }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (:File:Entity {uid: 'f', name: 'x.dll', path: 'C:/x.dll', key: 'c:/x.dll', host_uid: 'h'}), (:File:Entity {uid: 'g', name: 'y.dll', key: 'c:/y.dll', host_uid: 'h'})
// """
// rows = [{ uid = "f", label = "File", name = "C:/x.dll" }]
// [[examples]]
// title = "bytes by their hash, and the files that hold them"
// params = { text = "AA" }
// graph = """
// CREATE (f:File:Entity {uid: 'f', path: 'C:/x.dll', key: 'c:/x.dll'})-[:HAS_CONTENT {uid: 'r'}]->(c:Content:Entity {uid: 'c', sha256: 'aa'})
// """
// rows = [{ uid = "c", label = "Content", name = "aa" }, { uid = "f", host = "not recorded" }]
// [[examples]]
// title = "bytes that lay in no file, and the process out of which they were taken"
// params = { text = "BB" }
// graph = """
// CREATE (:Process:Entity {uid: 'p', pid: 8, name: 'b.exe'})<-[:DUMPED_FROM {uid: 'r'}]-(c:Content:Entity {uid: 'c', md5: 'bb'})
// """
// rows = [{ uid = "c", label = "Content", name = "bb" }, { uid = "p", name = "b.exe" }]
// [[examples]]
// title = "nothing of that name"
// params = { text = "zz" }
// graph = "CREATE (:File:Entity {uid: 'f', name: 'x.dll', path: 'C:/x.dll', key: 'c:/x.dll'})"
// rows = []
// ///
WITH toLower($text) AS text
WITH text, split(text, '@') AS parts
CALL (text, parts) {
  MATCH (n:Entity {uid: text})
  WHERE n:Process OR n:File OR n:Section OR n:RegistryValue
  RETURN n
  UNION
  MATCH (n:File {key: text}) RETURN n
  UNION
  MATCH (n:File) WHERE toLower(n.name) = text OR toLower(n.unc) = text RETURN n
  UNION
  MATCH (n:File)-[:HAS_CONTENT]->(c:Content) WHERE c.sha256 = text OR c.sha1 = text OR c.md5 = text RETURN n
  UNION
  MATCH (n:Content) WHERE n.sha256 = text OR n.sha1 = text OR n.md5 = text RETURN n
  UNION
  MATCH (c:Content)-[:DUMPED_FROM]->(n:Process) WHERE c.sha256 = text OR c.sha1 = text OR c.md5 = text RETURN n
  UNION
  MATCH (n:RegistryValue {key: text}) RETURN n
  UNION
  MATCH (n:Process)-[:RAN_ON]->(h:Host)
  WHERE size(parts) = 2 AND toString(n.pid) = parts[0] AND (toLower(h.name) = parts[1] OR h.uid = parts[1])
  RETURN n
  UNION
  MATCH (n:Process)-[:RAN_ON]->(:Host)-[:HAS_ADDRESS]->(e:Endpoint)
  WHERE size(parts) = 2 AND toString(n.pid) = parts[0] AND e.address = parts[1]
  RETURN n
}
WITH DISTINCT n
OPTIONAL MATCH (h:Entity {uid: n.host_uid})
RETURN n.uid AS uid,
       [l IN labels(n) WHERE l <> 'Entity'][0] AS label,
       CASE WHEN n:File OR n:RegistryValue THEN n.path
            WHEN n:Content THEN coalesce(n.sha256, n.sha1, n.md5) ELSE n.name END AS name,
       coalesce(h.name, 'not recorded') AS host
ORDER BY label, name, uid
LIMIT $limit
