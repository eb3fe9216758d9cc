// /// query
// summary = "Of which texts the graph keeps only a part, so that `strings` cannot find the others"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// found_in = "the list: `strings`, `imports`, `exports`, `resources`, `powershell`, `debug`, `errors`"
// lists = "how many samples, processes and runs have such a list that was cut"
// kept = "how many texts of these lists are in the graph"
// of = "how many the logs have"
// [[examples]]
// title = "strings of two samples, and a list that is whole"
// graph = """
// CREATE (:Content:Entity {uid: 'c', strings: ['a', 'b'], string_count: 9}), (:Content:Entity {uid: 'd', strings: ['a'], string_count: 3, imports: ['k!f'], import_count: 1}),
//   (:Run:Entity {uid: 'r', debug: ['x'], debug_count: 2}), (:Content:Entity {uid: 'e', string_count: 4})
// """
// rows = [{ found_in = "debug", lists = 1, kept = 1, of = 2 }, { found_in = "strings", lists = 3, kept = 3, of = 16 }]
// [[examples]]
// title = "nothing was left out"
// graph = "CREATE (:Content:Entity {uid: 'c', strings: ['a'], string_count: 1}), (:Run:Entity {uid: 'r'})"
// rows = []
// ///
CALL () {
  MATCH (n:Content) WHERE n.string_count IS NOT NULL RETURN 'strings' AS found_in, size(coalesce(n.strings, [])) AS kept, n.string_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.import_count IS NOT NULL RETURN 'imports' AS found_in, size(coalesce(n.imports, [])) AS kept, n.import_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.export_count IS NOT NULL RETURN 'exports' AS found_in, size(coalesce(n.exports, [])) AS kept, n.export_count AS of
  UNION ALL
  MATCH (n:Content) WHERE n.resource_count IS NOT NULL RETURN 'resources' AS found_in, size(coalesce(n.resources, [])) AS kept, n.resource_count AS of
  UNION ALL
  MATCH (n:Process) WHERE n.powershell_count IS NOT NULL RETURN 'powershell' AS found_in, size(coalesce(n.powershell, [])) AS kept, n.powershell_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.powershell_count IS NOT NULL RETURN 'powershell' AS found_in, size(coalesce(n.powershell, [])) AS kept, n.powershell_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.debug_count IS NOT NULL RETURN 'debug' AS found_in, size(coalesce(n.debug, [])) AS kept, n.debug_count AS of
  UNION ALL
  MATCH (n:Run) WHERE n.error_count IS NOT NULL RETURN 'errors' AS found_in, size(coalesce(n.errors, [])) AS kept, n.error_count AS of
}
WITH found_in, kept, of
WHERE kept < of
WITH found_in, count(*) AS lists, sum(kept) AS kept, sum(of) AS of
RETURN found_in,
       lists,
       kept,
       of
ORDER BY found_in
LIMIT $limit
