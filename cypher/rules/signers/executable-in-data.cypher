// /// rule
// summary = "A program lies in a file whose extension is that of data"
// how = "The log says that the bytes are a portable executable, or a process was started from the file, and its extension is that of a document, a picture, a text, an archive or other data. Windows runs a program under any name. Not counted: extensions that programs and libraries bear on Windows (.ocx, .cpl, .node, .mui, …), temporary, unfinished and backup files, .bin, and names without an extension."
// attack = ["T1036.008"]
// derives = "DISGUISED_BY"
// scope = "graph"
// [columns]
// source = "uid of the file"
// target = "ATT&CK id"
// finding = "what was found, in words"
// claims = "the extension"
// signature = "what the log says of the signature"
// product = "product of the version information"
// original_name = "original name of the version information"
// sha256 = "the bytes, where a hash is known"
// confidence = "confirmed when both are recorded, the bytes and a process that runs them; likely by one; weak for validly signed parts of installed software, below Program Files"
// said = "the records of the file's bytes"
// ran = "the processes that ran it"
// [[examples]]
// title = "a program in a picture"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'Cat.JPG', key: 'c:/cat.jpg'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', pe: true, company: 'Example Ltd'}]->(:Content:Entity {uid: 'c', sha256: 'aa'})
// """
// rows = [{ source = "f", target = "T1036.008", claims = "extension .jpg", sha256 = "aa", confidence = "likely" }]
// [[examples]]
// title = "the same, and a process runs it: confirmed"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'x.dat', key: 'c:/x.dat'}),
//   (f)-[:DESCRIBED_IN {uid: 'd', run: 'run', seq: 1, position: 't:1', pe: true}]->(:Run:Entity {uid: 'run'}),
//   (f)-[:EXECUTED_AS {uid: 'e', run: 'run', seq: 2, position: 't:2'}]->(:Process:Entity {uid: 'p'})
// """
// rows = [{ source = "f", claims = "extension .dat", confidence = "confirmed" }]
// [[examples]]
// title = "a process of a file of which nothing else is recorded"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'invoice.pdf', key: 'c:/invoice.pdf'}),
//   (f)-[:EXECUTED_AS {uid: 'e', run: 'run', seq: 2, position: 't:2'}]->(:Process:Entity {uid: 'p'})
// """
// rows = [{ source = "f", claims = "extension .pdf", confidence = "likely" }]
// [[examples]]
// title = "a signed part of installed software: weak"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'em002_64.dat', key: 'c:\\\\program files\\\\example\\\\em002_64.dat'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', pe: true, signature: 'Valid', signer: 'Example Ltd'}]->(:Content:Entity {uid: 'c'})
// """
// rows = [{ source = "f", confidence = "weak" }]
// [[examples]]
// title = "data in a file of data"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'x.dat', key: 'c:/x.dat'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', pe: false}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "extensions that programs and libraries bear"
// graph = """
// CREATE (c:Content:Entity {uid: 'c'})
// WITH c
// UNWIND ['a.exe', 'a.ocx', 'a.cpl', 'a.node', 'a.pyd', 'cmd.exe.mui', 'a.scr', 'a.efi', 'a.winmd', 'a.msstyles', 'a.fon', 'a.tlb'] AS name
// CREATE (:File:Entity {uid: name, name: name, key: name})-[:HAS_CONTENT {uid: 'h' + name, run: 'run', seq: 1, position: 't:1', pe: true}]->(c)
// """
// rows = []
// [[examples]]
// title = "temporary, unfinished and backup files, and names without an extension"
// graph = """
// CREATE (c:Content:Entity {uid: 'c'})
// WITH c
// UNWIND ['is-A1B2C.tmp', 'setup.exe.crdownload', 'a.exe.part', 'a.dll.bak', 'a.exe.old', 'dat', '7f2c01', 'a.bin'] AS name
// CREATE (:File:Entity {uid: name, name: name, key: name})-[:HAS_CONTENT {uid: 'h' + name, run: 'run', seq: 1, position: 't:1', pe: true}]->(c)
// """
// rows = []
// [[examples]]
// title = "a file of the sandbox itself"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'x.dat', key: 'c:/x.dat', sandbox: true}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', pe: true}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// ///
MATCH (f:File)
WHERE NOT coalesce(f.sandbox, false)
  AND toLower(f.name) =~ '.*[.](dat|db|ini|inf|cfg|conf|xml|json|csv|txt|log|md|rtf|htm|html|css|eml|msg|pdf|doc|docx|docm|xls|xlsx|xlsm|ppt|pptx|odt|ods|jpg|jpeg|png|gif|bmp|ico|tif|tiff|webp|svg|mp3|mp4|wav|avi|mov|mkv|wmv|wma|flac|ogg|ttf|otf|zip|rar|7z|gz|tar|cab|iso)'
OPTIONAL MATCH (f)-[x:EXECUTED_AS]->(:Process)
WITH f, collect(x) AS ran
OPTIONAL MATCH (f)-[h:HAS_CONTENT|DESCRIBED_IN]->(c)
WHERE h.pe
WITH f, ran, h, c
WHERE h IS NOT NULL OR size(ran) > 0
RETURN f.uid AS source,
       'T1036.008' AS target,
       'a program under the extension of data' AS finding,
       'extension .' + last(split(toLower(f.name), '.')) AS claims,
       h.signature AS signature,
       h.product AS product,
       h.original_name AS original_name,
       c.sha256 AS sha256,
       CASE WHEN toLower(h.signature) = 'valid' AND f.key CONTAINS '\\program files' THEN 'weak'
            WHEN h IS NOT NULL AND size(ran) > 0 THEN 'confirmed' ELSE 'likely' END AS confidence,
       collect(h) AS said,
       ran
ORDER BY source, confidence, signature, sha256
