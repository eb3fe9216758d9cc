// /// query
// summary = "Whatever bears a text: names, paths, command lines, addresses, hashes, of every kind"
// table = ["label", "name", "host", "found_in", "text"]
// [params.text]
// type = "string"
// required = true
// example = "dllhost"
// doc = "what to look for, capitals aside; a part is enough, of a hash its beginning"
// [params.kind]
// type = "string"
// default = ""
// doc = "only this kind, as `File`; empty for all"
// [params.limit]
// type = "integer"
// least = 1
// default = 100
// doc = "most rows to give"
// [columns]
// uid = "the node"
// label = "its kind"
// name = "what a picture shows"
// host = "name of its host"
// found_in = "the property that holds the text"
// text = "what it holds"
// [[examples]]
// title = "a part of names, paths and command lines, capitals aside"
// params = { text = "EVIL" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (:Process:Entity {uid: 'p', name: 'cmd.exe', pid: 4, command_line: 'cmd /c evil.bat', host_uid: 'h'}), (:File:Entity {uid: 'f', name: 'Evil.bat', path: 'C:/Evil.bat', host_uid: 'h'}),
//   (:Domain:Entity {uid: 'd', name: 'evil.example'}), (:File:Entity {uid: 'g', name: 'good.bat', path: 'C:/good.bat', host_uid: 'h'}), (:Url:Entity {uid: 'u', url: 'http://x/EVIL'})
// """
// rows = [{ uid = "d", label = "Domain", name = "evil.example", host = "not recorded", found_in = "name" }, { uid = "f", label = "File", host = "PC", found_in = "path", text = "C:/Evil.bat" }, { uid = "p", label = "Process", name = "cmd.exe (4)", found_in = "command_line" }, { uid = "u", label = "Url", name = "http://x/EVIL" }]
// [[examples]]
// title = "the beginning of a hash, of one kind"
// params = { text = "aB", kind = "Content" }
// graph = "CREATE (:Content:Entity {uid: 'c', sha256: 'abcd', md5: 'ff'}), (:Content:Entity {uid: 'e', sha256: 'ccab'}), (:File:Entity {uid: 'f', name: 'ab', path: 'C:/ab'})"
// rows = [{ uid = "c", label = "Content", name = "abcd", found_in = "sha256" }]
// [[examples]]
// title = "nothing bears it"
// params = { text = "zz" }
// graph = "CREATE (:File:Entity {uid: 'f', name: 'x.dll', path: 'C:/x.dll'})"
// rows = []
// ///
WITH toLower($text) AS text, $kind AS kind
CALL (text, kind) {
  MATCH (n:Process)
  WHERE kind IN ['', 'Process'] AND (toLower(n.name) CONTAINS text OR toLower(n.path) CONTAINS text OR toLower(n.command_line) CONTAINS text OR toLower(n.user) CONTAINS text)
  RETURN n, 'Process' AS label, coalesce(n.name, 'not recorded') + ' (' + coalesce(toString(n.pid), '?') + ')' AS name,
         CASE WHEN toLower(n.name) CONTAINS text THEN 'name' WHEN toLower(n.path) CONTAINS text THEN 'path' WHEN toLower(n.command_line) CONTAINS text THEN 'command_line' ELSE 'user' END AS found_in,
         CASE WHEN toLower(n.name) CONTAINS text THEN n.name WHEN toLower(n.path) CONTAINS text THEN n.path WHEN toLower(n.command_line) CONTAINS text THEN n.command_line ELSE n.user END AS held
  UNION ALL
  MATCH (n:File)
  WHERE kind IN ['', 'File'] AND (toLower(n.path) CONTAINS text OR toLower(n.unc) CONTAINS text)
  RETURN n, 'File' AS label, n.path AS name,
         CASE WHEN toLower(n.path) CONTAINS text THEN 'path' ELSE 'unc' END AS found_in,
         CASE WHEN toLower(n.path) CONTAINS text THEN n.path ELSE n.unc END AS held
  UNION ALL
  MATCH (n:Content)
  WHERE kind IN ['', 'Content'] AND (n.sha256 STARTS WITH text OR n.sha1 STARTS WITH text OR n.md5 STARTS WITH text
    OR toLower(n.original_name) CONTAINS text OR toLower(n.signer) CONTAINS text OR toLower(n.product) CONTAINS text)
  RETURN n, 'Content' AS label, coalesce(n.sha256, n.sha1, n.md5) AS name,
         CASE WHEN n.sha256 STARTS WITH text THEN 'sha256' WHEN n.sha1 STARTS WITH text THEN 'sha1' WHEN n.md5 STARTS WITH text THEN 'md5'
              WHEN toLower(n.original_name) CONTAINS text THEN 'original_name' WHEN toLower(n.signer) CONTAINS text THEN 'signer' ELSE 'product' END AS found_in,
         CASE WHEN n.sha256 STARTS WITH text THEN n.sha256 WHEN n.sha1 STARTS WITH text THEN n.sha1 WHEN n.md5 STARTS WITH text THEN n.md5
              WHEN toLower(n.original_name) CONTAINS text THEN n.original_name WHEN toLower(n.signer) CONTAINS text THEN n.signer ELSE n.product END AS held
  UNION ALL
  MATCH (n:RegistryKey) WHERE kind IN ['', 'RegistryKey'] AND toLower(n.path) CONTAINS text
  RETURN n, 'RegistryKey' AS label, n.path AS name, 'path' AS found_in, n.path AS held
  UNION ALL
  MATCH (n:RegistryValue) WHERE kind IN ['', 'RegistryValue'] AND toLower(n.path) CONTAINS text
  RETURN n, 'RegistryValue' AS label, n.path AS name, 'path' AS found_in, n.path AS held
  UNION ALL
  MATCH (n:Endpoint) WHERE kind IN ['', 'Endpoint'] AND n.address CONTAINS text
  RETURN n, 'Endpoint' AS label, n.address + coalesce(':' + toString(n.port), '') AS name, 'address' AS found_in, n.address AS held
  UNION ALL
  MATCH (n:Domain) WHERE kind IN ['', 'Domain'] AND toLower(n.name) CONTAINS text
  RETURN n, 'Domain' AS label, n.name AS name, 'name' AS found_in, n.name AS held
  UNION ALL
  MATCH (n:Url) WHERE kind IN ['', 'Url'] AND toLower(n.url) CONTAINS text
  RETURN n, 'Url' AS label, n.url AS name, 'url' AS found_in, n.url AS held
  UNION ALL
  MATCH (n:Mutex) WHERE kind IN ['', 'Mutex'] AND toLower(n.name) CONTAINS text
  RETURN n, 'Mutex' AS label, n.name AS name, 'name' AS found_in, n.name AS held
  UNION ALL
  MATCH (n:Pipe) WHERE kind IN ['', 'Pipe'] AND toLower(n.name) CONTAINS text
  RETURN n, 'Pipe' AS label, n.name AS name, 'name' AS found_in, n.name AS held
  UNION ALL
  MATCH (n:Service) WHERE kind IN ['', 'Service'] AND (toLower(n.name) CONTAINS text OR toLower(n.image) CONTAINS text)
  RETURN n, 'Service' AS label, n.name AS name,
         CASE WHEN toLower(n.name) CONTAINS text THEN 'name' ELSE 'image' END AS found_in,
         CASE WHEN toLower(n.name) CONTAINS text THEN n.name ELSE n.image END AS held
  UNION ALL
  MATCH (n:ScheduledTask) WHERE kind IN ['', 'ScheduledTask'] AND (toLower(n.name) CONTAINS text OR toLower(n.command) CONTAINS text)
  RETURN n, 'ScheduledTask' AS label, n.name AS name,
         CASE WHEN toLower(n.name) CONTAINS text THEN 'name' ELSE 'command' END AS found_in,
         CASE WHEN toLower(n.name) CONTAINS text THEN n.name ELSE n.command END AS held
  UNION ALL
  MATCH (n:Section) WHERE kind IN ['', 'Section'] AND toLower(n.name) CONTAINS text
  RETURN n, 'Section' AS label, n.name AS name, 'name' AS found_in, n.name AS held
  UNION ALL
  MATCH (n:Host) WHERE kind IN ['', 'Host'] AND toLower(n.name) CONTAINS text
  RETURN n, 'Host' AS label, n.name AS name, 'name' AS found_in, n.name AS held
  UNION ALL
  MATCH (n:User) WHERE kind IN ['', 'User'] AND toLower(n.name) CONTAINS text
  RETURN n, 'User' AS label, n.name AS name, 'name' AS found_in, n.name AS held
  UNION ALL
  MATCH (n:Signature) WHERE kind IN ['', 'Signature'] AND (toLower(n.name) CONTAINS text OR toLower(n.description) CONTAINS text)
  RETURN n, 'Signature' AS label, n.name AS name,
         CASE WHEN toLower(n.name) CONTAINS text THEN 'name' ELSE 'description' END AS found_in,
         CASE WHEN toLower(n.name) CONTAINS text THEN n.name ELSE n.description END AS held
  UNION ALL
  MATCH (n:Run) WHERE kind IN ['', 'Run'] AND (toLower(n.name) CONTAINS text OR n.digest STARTS WITH text OR n.uid STARTS WITH text)
  RETURN n, 'Run' AS label, n.name AS name,
         CASE WHEN toLower(n.name) CONTAINS text THEN 'name' WHEN n.digest STARTS WITH text THEN 'digest' ELSE 'uid' END AS found_in,
         CASE WHEN toLower(n.name) CONTAINS text THEN n.name WHEN n.digest STARTS WITH text THEN n.digest ELSE n.uid END AS held
}
WITH n, label, name, found_in, held, n.host_uid AS at
OPTIONAL MATCH (h:Entity {uid: coalesce(at, '')})
RETURN n.uid AS uid,
       label,
       coalesce(name, 'not recorded') AS name,
       coalesce(h.name, 'not recorded') AS host,
       found_in,
       held AS text
ORDER BY label, name, uid
LIMIT $limit
