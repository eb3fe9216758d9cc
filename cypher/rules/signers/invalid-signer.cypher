// /// rule
// summary = "A file names a signer other than Microsoft, and its signature is invalid"
// how = "The bytes are not those that were signed. Malware copies signatures from other programs; but patched programs, translations and unfinished copies look the same, so this is worth a look only."
// attack = ["T1036.001"]
// derives = "DISGUISED_BY"
// scope = "graph"
// [columns]
// source = "uid of the file"
// target = "ATT&CK id"
// finding = "what was found, in words"
// claims = "who signed it, by its own word"
// signature = "what the log says of the signature"
// product = "product of the version information"
// original_name = "original name of the version information"
// sha256 = "the bytes, where a hash is known"
// confidence = "weak"
// said = "the records of the file's bytes"
// [[examples]]
// title = "an invalid signature in the name of a publisher: weak"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.exe', key: 'c:/a.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Example Ltd'}]->(:Content:Entity {uid: 'c', sha256: 'aa'})
// """
// rows = [{ source = "f", target = "T1036.001", claims = "signer Example Ltd", sha256 = "aa", confidence = "weak" }]
// [[examples]]
// title = "the certificate of a company that the host does not know"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.exe', key: 'c:/a.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Untrusted', signer: 'Example Ltd'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "what says Microsoft is for the other rule"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.exe', key: 'c:/a.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Example Ltd', company: 'Microsoft Corporation'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "an invalid word without a signer, as products print it of unsigned files"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.exe', key: 'c:/a.exe'}),
//   (f)-[:DESCRIBED_IN {uid: 'd', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', company: 'Example Ltd'}]->(:Run:Entity {uid: 'run'})
// """
// rows = []
// ///
MATCH (f:File)-[h:HAS_CONTENT|DESCRIBED_IN]->(c)
WHERE h.signer IS NOT NULL AND h.signature IS NOT NULL AND NOT coalesce(f.sandbox, false)
  AND NOT toLower(h.signer + ' ' + coalesce(h.company, '')) CONTAINS 'microsoft'
  AND replace(replace(replace(toLower(h.signature), ' ', ''), '_', ''), '-', '')
    IN ['invalid', 'bad', 'baddigest', 'badsignature', 'hashmismatch', 'trustebaddigest', 'errorbaddigest']
RETURN f.uid AS source,
       'T1036.001' AS target,
       'its signature is invalid' AS finding,
       'signer ' + h.signer AS claims,
       h.signature AS signature,
       h.product AS product,
       h.original_name AS original_name,
       c.sha256 AS sha256,
       'weak' AS confidence,
       collect(h) AS said
ORDER BY source, confidence, claims, signature, sha256
