// /// query
// summary = "Texts inside samples and in the sandbox's logs that contain a word: strings, imports, versions, PowerShell, warnings"
// searches = "texts"
// table = ["found_in", "text", "sample", "run"]
// [params.contains]
// type = "string"
// required = true
// example = ".dll"
// doc = "part of the text, capitals aside"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// found_in = "the list that holds it: `strings`, `imports`, `exports`, `resources`, `version_info`, `pdb`, `powershell`, `debug`, `errors`"
// text = "the text"
// sample = "SHA-256 of the bytes that hold it, or of the sample of the run"
// run = "the run whose log holds it, as citations name it; of bytes, up to five runs that analysed or kept them"
// of = "how many texts the report lists there; more may be there than the graph keeps"
// uid = "the content, process or run, as a node"
// [[examples]]
// title = "a string of a sample and a warning of a run, capitals aside"
// params = { contains = "EXAMPLE" }
// graph = """
// CREATE (c:Content:Entity {uid: 'c', sha256: 'aa', strings: ['http://example.com/', 'other'], string_count: 9, imports: ['k.dll!f']}),
//   (:Run:Entity {uid: 'abcdefgh1', debug: ['WARNING: no example', 'WARNING: b'], debug_count: 2})-[:ANALYSED {uid: 'x', run: 'abcdefgh1'}]->(c)
// """
// rows = [
//   { found_in = "debug", text = "WARNING: no example", sample = "aa", run = "abcdefgh", of = 2, uid = "abcdefgh1" },
//   { found_in = "strings", text = "http://example.com/", sample = "aa", run = "abcdefgh", of = 9, uid = "c" },
// ]
// [[examples]]
// title = "an import, and the path of the debugging symbols"
// params = { contains = "k." }
// graph = """
// CREATE (:Content:Entity {uid: 'c', md5: 'bb', imports: ['k.dll!f'], import_count: 1, pdb: 'C:/k.pdb'})
// """
// rows = [{ found_in = "imports", text = "k.dll!f", sample = "not recorded", of = 1 }, { found_in = "pdb", text = "C:/k.pdb", of = 1 }]
// [[examples]]
// title = "bytes that many runs analysed, bytes that two runs dropped, and the PowerShell of a process"
// params = { contains = "iex" }
// graph = """
// CREATE (c:Content:Entity {uid: 'c', sha256: 'cc', strings: ['iex 1']}), (d:Content:Entity {uid: 'd', sha256: 'dd', strings: ['iex 2']}), (e:Content:Entity {uid: 'e', strings: ['iex 3']}),
//   (r:Run:Entity {uid: 'aaaaaaaa1'}), (r)-[:ANALYSED {uid: '1', run: 'aaaaaaaa1'}]->(c), (p:Process:Entity {uid: 'p', powershell: ['iex 4'], powershell_count: 3})-[:RECORDED_IN {uid: '2', run: 'aaaaaaaa1'}]->(r),
//   (:Run:Entity {uid: 'bbbbbbbb1'})-[:ANALYSED {uid: '3', run: 'bbbbbbbb1'}]->(c), (:Run:Entity {uid: 'cccccccc1'})-[:ANALYSED {uid: '4', run: 'cccccccc1'}]->(c), (:Run:Entity {uid: 'dddddddd1'})-[:ANALYSED {uid: '5', run: 'dddddddd1'}]->(c),
//   (:Run:Entity {uid: 'eeeeeeee1'})-[:ANALYSED {uid: '6', run: 'eeeeeeee1'}]->(c), (:Run:Entity {uid: 'ffffffff1'})-[:ANALYSED {uid: '7', run: 'ffffffff1'}]->(c),
//   (:File:Entity {uid: 'f'})-[:HAS_CONTENT {uid: '8', run: 'bbbbbbbb1'}]->(d), (:File:Entity {uid: 'g'})-[:HAS_CONTENT {uid: '9', run: 'aaaaaaaa1'}]->(d)
// """
// rows = [
//   { found_in = "powershell", text = "iex 4", sample = "cc", run = "aaaaaaaa", of = 3, uid = "p" },
//   { found_in = "strings", text = "iex 1", sample = "cc", run = "aaaaaaaa, bbbbbbbb, cccccccc, dddddddd, eeeeeeee, …" },
//   { found_in = "strings", text = "iex 2", sample = "dd", run = "aaaaaaaa, bbbbbbbb" },
//   { found_in = "strings", text = "iex 3", sample = "not recorded", run = "not recorded" },
// ]
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
  MATCH (n:Process) WHERE n.powershell IS NOT NULL
  RETURN n, 'powershell' AS found_in, [t IN n.powershell WHERE toLower(t) CONTAINS part] AS texts, n.powershell_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.powershell IS NOT NULL
  RETURN n, 'powershell' AS found_in, [t IN n.powershell WHERE toLower(t) CONTAINS part] AS texts, n.powershell_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.debug IS NOT NULL
  RETURN n, 'debug' AS found_in, [t IN n.debug WHERE toLower(t) CONTAINS part] AS texts, n.debug_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.errors IS NOT NULL
  RETURN n, 'errors' AS found_in, [t IN n.errors WHERE toLower(t) CONTAINS part] AS texts, n.error_count AS of
}
WITH n, found_in, texts, of
WHERE size(texts) > 0
CALL (n) {
  OPTIONAL MATCH (n)-[:RECORDED_IN]->(recorded:Run)
  WITH n, CASE WHEN n:Run THEN n ELSE recorded END AS log
  OPTIONAL MATCH (log)-[:ANALYSED]->(c:Content)
  WITH n, log.uid AS log, min(c.sha256) AS analysed
  OPTIONAL MATCH (n)-[r:ANALYSED|KEPT|HAS_CONTENT|DUMPED_FROM]-()
  WITH analysed, left(coalesce(log, r.run), 8) AS run ORDER BY run
  RETURN analysed, collect(DISTINCT run) AS runs
}
UNWIND texts AS text
RETURN found_in,
       text,
       coalesce(n.sha256, analysed, 'not recorded') AS sample,
       CASE WHEN size(runs) = 0 THEN 'not recorded'
            ELSE reduce(said = runs[0], next IN runs[1..5] | said + ', ' + next) + CASE WHEN size(runs) > 5 THEN ', …' ELSE '' END END AS run,
       of,
       n.uid AS uid
ORDER BY found_in, text, uid
LIMIT $limit
