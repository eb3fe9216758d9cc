// /// rule
// summary = "A module or archive that a command line names without a folder is the one file of that name that the process handled"
// derives = "ALTERNATE_OF"
// scope = "graph"
// stage = 1
// [columns]
// source = "uid of one file"
// target = "uid of the other"
// reason = "why"
// confidence = "likely: the search path of the process is not recorded"
// steps = "what is known by command line, and what the process did with the file"
// [[examples]]
// title = "rundll32 x.dll, and the process later copies C:/temp/x.dll"
// graph = """
// CREATE (p:Process:Entity {uid: 'p'}), (f:File:Entity {uid: 'f', host_uid: 'h', key: 'x.dll', name: 'x.dll'}),
//   (g:File:Entity {uid: 'g', host_uid: 'h', key: 'c:/temp/x.dll', name: 'X.dll'}), (o:File:Entity {uid: 'o', host_uid: 'i', key: 'c:/x.dll', name: 'x.dll'}),
//   (f)-[:LOADED_INTO {uid: 'l', source: 'command line', position: 't:1'}]->(p),
//   (g)-[:COPIED_TO {uid: 'c', process_uid: 'p', position: 't:2'}]->(o)
// """
// rows = [{ source = "f", target = "g" }, { source = "g", target = "f" }]
// [[examples]]
// title = "7z x a.zip, and the archiver reads C:/temp/a.zip"
// graph = """
// CREATE (p:Process:Entity {uid: 'p'}), (f:File:Entity {uid: 'f', host_uid: 'h', key: 'a.zip', name: 'a.zip'}), (g:File:Entity {uid: 'g', host_uid: 'h', key: 'c:/temp/a.zip', name: 'a.zip'}),
//   (f)-[:READ_BY {uid: 'l', source: 'command line', position: 't:1'}]->(p), (g)-[:READ_BY {uid: 'c', position: 't:2'}]->(p)
// """
// rows = [{ source = "f", target = "g" }, { source = "g", target = "f" }]
// [[examples]]
// title = "two files of that name: nobody knows which"
// graph = """
// CREATE (p:Process:Entity {uid: 'p'}), (f:File:Entity {uid: 'f', host_uid: 'h', key: 'x.dll', name: 'x.dll'}),
//   (g:File:Entity {uid: 'g', host_uid: 'h', key: 'c:/temp/x.dll', name: 'x.dll'}), (o:File:Entity {uid: 'o', host_uid: 'h', key: 'c:/x.dll', name: 'x.dll'}),
//   (f)-[:LOADED_INTO {uid: 'l', source: 'command line', position: 't:1'}]->(p),
//   (g)-[:READ_BY {uid: 'c', position: 't:2'}]->(p), (o)-[:READ_BY {uid: 'd', position: 't:3'}]->(p)
// """
// rows = []
// [[examples]]
// title = "a DLL in the directory that the process started in, written by another"
// graph = """
// CREATE (p:Process:Entity {uid: 'p', host_uid: 'h', directory: 'C:'}), (w:Process:Entity {uid: 'w', host_uid: 'h'}), (f:File:Entity {uid: 'f', host_uid: 'h', name: 'x.dll', key: 'x.dll'}),
//   (g:File:Entity {uid: 'g', host_uid: 'h', name: 'x.dll', key: 'c:\\\\x.dll'}), (w)-[:WROTE {uid: 'w1', position: 't:1'}]->(g), (f)-[:LOADED_INTO {uid: 'l', position: 't:2', source: 'command line'}]->(p)
// """
// rows = [{ source = "f", target = "g" }, { source = "g", target = "f" }]
// ///
MATCH (f:File)-[l:LOADED_INTO|READ_BY {source: 'command line'}]->(p:Process)
WHERE f.key = toLower(f.name)
CALL (f, p) {
  MATCH (g:File)-[x:READ_BY|LOADED_INTO]->(p)
  WHERE g.uid <> f.uid AND g.host_uid = f.host_uid AND toLower(g.name) = f.key AND g.key <> f.key
  RETURN g, x
  UNION
  MATCH (p)-[x:WROTE]->(g:File)
  WHERE g.uid <> f.uid AND g.host_uid = f.host_uid AND toLower(g.name) = f.key AND g.key <> f.key
  RETURN g, x
  UNION
  MATCH (g:File)-[x:COPIED_TO|RENAMED_TO {process_uid: p.uid}]->(:File)
  WHERE g.uid <> f.uid AND g.host_uid = f.host_uid AND toLower(g.name) = f.key AND g.key <> f.key
  RETURN g, x
  UNION
  // or what somebody put into the directory that it started in
  WITH f, p, toLower(p.directory) + CASE WHEN p.directory ENDS WITH '\\' THEN '' ELSE '\\' END + f.key AS place
  MATCH (g:File {key: place})<-[x:WROTE]-(:Process)
  WHERE g.host_uid = f.host_uid
  RETURN g, x
}
WITH f, l, collect(DISTINCT g) AS files, collect(DISTINCT x) AS handled
WHERE size(files) = 1
WITH f, files[0] AS g, [l] + handled AS steps
UNWIND [[f.uid, g.uid], [g.uid, f.uid]] AS pair
RETURN pair[0] AS source, pair[1] AS target, 'named by the command line' AS reason, 'likely' AS confidence, steps
ORDER BY source, target
