// /// query
// summary = "Files that pass for something else: invalid signatures in the name of Microsoft, tools under other names, programs in files of data"
// attack = ["T1036.001", "T1036.003", "T1036.008"]
// table = ["host", "file", "finding", "claims", "signature", "product", "technique", "confidence", "evidence"]
// [params.host]
// type = "string"
// names = "host"
// default = ""
// doc = "name or uid of one host; empty for all"
// [params.min_confidence]
// type = "string"
// choices = ["weak", "likely", "confirmed"]
// default = "likely"
// doc = "least confidence to show: weak, likely or confirmed"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// host = "name of the host"
// file = "path of the file"
// finding = "what was found, in words"
// claims = "what it passes for, and by which word: signer, company, product, name or extension"
// signature = "what the log says of the signature"
// product = "product of the version information"
// original_name = "original name of the version information"
// sha256 = "the bytes that were found in it"
// technique = "ATT&CK id"
// confidence = "weak, likely or confirmed"
// first_seen = "ISO 8601, by the clock of the host whose log says so"
// evidence = "citations of what it rests on, by whichever path the file was named"
// rule = "the rule that says so"
// host_uid = "the host as a node"
// file_uid = "the file as a node"
// technique_uid = "the technique as a node"
// [[examples]]
// title = "one file that a second log knows by its network path: one row, with the citations of both"
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC', recorded: true}), (:Host:Entity {uid: 'a', name: '10.0.0.2'}),
//   (f:File:Entity {uid: 'f', path: 'C:/a.dll', host_uid: 'h'}), (g:File:Entity {uid: 'g', path: 'C:/a.dll', host_uid: 'a'}), (t:Technique:Entity {uid: 't', id: 'T1036.001'}),
//   (f)-[:ALTERNATE_OF {uid: 'r1'}]->(g), (g)-[:ALTERNATE_OF {uid: 'r2'}]->(f),
//   (f)-[:DISGUISED_BY {uid: 'd1', rule: 'signers/invalid-microsoft', finding: 'it says Microsoft', claims: 'signer Microsoft Corporation', signature: 'Invalid', sha256: 'aa', technique: 'T1036.001', confidence: 'likely', first_us: 1498796314460000, evidence: ['x:2']}]->(t),
//   (g)-[:DISGUISED_BY {uid: 'd2', rule: 'signers/invalid-microsoft', finding: 'it says Microsoft', claims: 'signer Microsoft Corporation', signature: 'Invalid', technique: 'T1036.001', confidence: 'likely', first_us: 1, evidence: ['y:1']}]->(t)
// """
// rows = [{ host = "PC", file = "C:/a.dll", finding = "it says Microsoft", claims = "signer Microsoft Corporation", signature = "Invalid", product = "not recorded", original_name = "not recorded", sha256 = "aa", technique = "T1036.001", confidence = "likely", first_seen = "2017-06-30T04:18:34.460000Z", evidence = ["x:2", "y:1"], host_uid = "h", file_uid = "f" }]
// [[examples]]
// title = "known by its network path only"
// graph = """
// CREATE (:Host:Entity {uid: 'a', name: '10.0.0.2'}), (f:File:Entity {uid: 'f', path: 'C:/a.dll', host_uid: 'a'}), (:File:Entity {uid: 'g', path: 'C:/a.dll', host_uid: 'h'}),
//   (f)-[:DISGUISED_BY {uid: 'd', rule: 'signers/invalid-microsoft', technique: 'T1036.001', confidence: 'likely', evidence: ['x:2']}]->(:Technique:Entity {uid: 't', id: 'T1036.001'})
// """
// rows = [{ host = "10.0.0.2", claims = "not recorded", sha256 = "not recorded", first_seen = "not recorded", evidence = ["x:2"] }]
// [[examples]]
// title = "weak ones on demand"
// params = { min_confidence = "weak" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (:File:Entity {uid: 'f', path: 'C:/a.exe', host_uid: 'h'})-[:DISGUISED_BY {uid: 'd', rule: 'signers/invalid-signer', technique: 'T1036.001', confidence: 'weak', evidence: ['x:2']}]->(:Technique:Entity {uid: 't', id: 'T1036.001'})
// """
// rows = [{ host = "PC", rule = "signers/invalid-signer", confidence = "weak" }]
// [[examples]]
// title = "nothing below the least confidence, nor of other hosts"
// params = { host = "OTHER" }
// graph = """
// CREATE (:Host:Entity {uid: 'h', name: 'PC'}), (f:File:Entity {uid: 'f', path: 'C:/a.exe', host_uid: 'h'}), (t:Technique:Entity {uid: 't', id: 'T1036.001'}),
//   (:Host:Entity {uid: 'o', name: 'OTHER'}), (g:File:Entity {uid: 'g', path: 'C:/a.exe', host_uid: 'o'}),
//   (f)-[:DISGUISED_BY {uid: 'd', rule: 'signers/renamed-tool', technique: 'T1036.003', confidence: 'likely', evidence: ['x:2']}]->(t),
//   (g)-[:DISGUISED_BY {uid: 'e', rule: 'signers/invalid-signer', technique: 'T1036.001', confidence: 'weak', evidence: ['x:3']}]->(t)
// """
// rows = []
// ///
MATCH (f:File)-[d:DISGUISED_BY]->(t:Technique)
WHERE CASE d.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
OPTIONAL MATCH (h:Entity {uid: f.host_uid})
WITH f, d, t, h
WHERE $host = '' OR toLower(h.name) = toLower($host) OR h.uid = $host
   OR EXISTS { MATCH (h)-[:ALTERNATE_OF]->(other:Host) WHERE toLower(other.name) = toLower($host) OR other.uid = $host }
// a file that several logs name by different paths is told where its own host's log knows it
OPTIONAL MATCH (f)-[:ALTERNATE_OF]->(g:File)-[same:DISGUISED_BY]->(:Technique)
WHERE same.rule = d.rule
  AND CASE same.confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
   >= CASE $min_confidence WHEN 'confirmed' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END
OPTIONAL MATCH (at:Entity {uid: g.host_uid})
WITH f, d, t, h, same, at
ORDER BY same.first_us, same.uid
WITH f, d, t, h, collect(same.evidence) AS others, collect(at.recorded) AS recorded
WHERE coalesce(h.recorded, false) OR NOT any(known IN recorded WHERE known)
RETURN coalesce(h.name, 'not recorded') AS host,
       f.path AS file,
       coalesce(d.finding, 'not recorded') AS finding,
       coalesce(d.claims, 'not recorded') AS claims,
       coalesce(d.signature, 'not recorded') AS signature,
       coalesce(d.product, 'not recorded') AS product,
       coalesce(d.original_name, 'not recorded') AS original_name,
       coalesce(d.sha256, 'not recorded') AS sha256,
       d.technique AS technique,
       d.confidence AS confidence,
       CASE WHEN d.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: d.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(d.first_us % 1000000), 6) + 'Z' END AS first_seen,
       reduce(cited = d.evidence, more IN others | cited + [place IN more WHERE NOT place IN cited]) AS evidence,
       d.rule AS rule,
       f.host_uid AS host_uid,
       f.uid AS file_uid,
       t.uid AS technique_uid
ORDER BY host, d.first_us, file, rule, file_uid
LIMIT $limit
