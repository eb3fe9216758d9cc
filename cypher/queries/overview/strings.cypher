// /// query
// summary = "Texts inside samples and in the sandbox's logs that contain a word: strings, imports, versions, warnings"
// table = ["found_in", "text", "sample", "run"]
// [params.contains]
// type = "string"
// required = true
// doc = "part of the text, capitals aside"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// found_in = "the list that holds it: `strings`, `imports`, `exports`, `resources`, `version_info`, `pdb`, `debug`, `errors`"
// text = "the text"
// sample = "SHA-256 of the bytes that hold it, or of the sample of the run"
// run = "the run whose log holds it, as citations name it"
// of = "how many texts the report lists there; more may be there than the graph keeps"
// uid = "the content or run, as a node"
// [[examples]]
// title = "a string of a sample and a warning of a run, capitals aside"
// params = { contains = "EXAMPLE" }
// graph = """
// CREATE (c:Content:Entity {uid: 'c', sha256: 'aa', strings: ['http://example.com/', 'other'], string_count: 9, imports: ['k.dll!f']}),
//   (:Run:Entity {uid: 'abcdefgh1', debug: ['WARNING: no example', 'WARNING: b'], debug_count: 2})-[:ANALYSED {uid: 'x'}]->(c)
// """
// rows = [
//   { found_in = "debug", text = "WARNING: no example", sample = "aa", run = "abcdefgh", of = 2, uid = "abcdefgh1" },
//   { found_in = "strings", text = "http://example.com/", sample = "aa", run = "not recorded", of = 9, uid = "c" },
// ]
// [[examples]]
// title = "an import, and the path of the debugging symbols"
// params = { contains = "k." }
// graph = """
// CREATE (:Content:Entity {uid: 'c', md5: 'bb', imports: ['k.dll!f'], import_count: 1, pdb: 'C:/k.pdb'})
// """
// rows = [{ found_in = "imports", text = "k.dll!f", sample = "not recorded", of = 1 }, { found_in = "pdb", text = "C:/k.pdb", of = 1 }]
// [[examples]]
// title = "nothing that contains it"
// params = { contains = "zz" }
// graph = "CREATE (:Content:Entity {uid: 'c', strings: ['other']}), (:Run:Entity {uid: 'r', debug: ['WARNING: b']}), (:Run:Entity {uid: 's'})"
// rows = []
// ///
WITH toLower($contains) AS part
CALL (part) {
  MATCH (n:Content) WHERE n.strings IS NOT NULL
  RETURN n, 'strings' AS found_in, [t IN n.strings WHERE toLower(t) CONTAINS part] AS texts, n.string_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.imports IS NOT NULL
  RETURN n, 'imports' AS found_in, [t IN n.imports WHERE toLower(t) CONTAINS part] AS texts, n.import_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.exports IS NOT NULL
  RETURN n, 'exports' AS found_in, [t IN n.exports WHERE toLower(t) CONTAINS part] AS texts, n.export_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.resources IS NOT NULL
  RETURN n, 'resources' AS found_in, [t IN n.resources WHERE toLower(t) CONTAINS part] AS texts, n.resource_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.version_info IS NOT NULL
  RETURN n, 'version_info' AS found_in, [t IN n.version_info WHERE toLower(t) CONTAINS part] AS texts, size(n.version_info) AS of
  UNION ALL
  MATCH (n:Content) WHERE n.pdb IS NOT NULL
  RETURN n, 'pdb' AS found_in, [t IN [n.pdb] WHERE toLower(t) CONTAINS part] AS texts, 1 AS of
  UNION ALL
  MATCH (n:Run) WHERE n.debug IS NOT NULL
  RETURN n, 'debug' AS found_in, [t IN n.debug WHERE toLower(t) CONTAINS part] AS texts, n.debug_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.errors IS NOT NULL
  RETURN n, 'errors' AS found_in, [t IN n.errors WHERE toLower(t) CONTAINS part] AS texts, n.error_count AS of
}
WITH n, found_in, texts, of
WHERE size(texts) > 0
UNWIND texts AS text
OPTIONAL MATCH (n)-[:ANALYSED]->(c:Content)
WITH n, found_in, text, of, min(c.sha256) AS analysed
RETURN found_in,
       text,
       coalesce(n.sha256, analysed, 'not recorded') AS sample,
       CASE WHEN n:Run THEN left(n.uid, 8) ELSE 'not recorded' END AS run,
       of,
       n.uid AS uid
ORDER BY found_in, text, uid
LIMIT $limit
