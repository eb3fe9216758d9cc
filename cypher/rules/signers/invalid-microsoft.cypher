// /// rule
// summary = "A file says that it is Microsoft's, and its signature is invalid"
// how = "The signer, the company or else the product says Microsoft, and Windows or the product that logs did not accept the signature: the bytes are not those that were signed, or nobody trusts the certificate. Expired is not invalid; no signature at all is none either, since most files of Windows are signed by catalogues. The issuer says nothing: Microsoft signs the certificates of others too."
// attack = ["T1036.001"]
// derives = "DISGUISED_BY"
// scope = "graph"
// [columns]
// source = "uid of the file"
// target = "ATT&CK id"
// finding = "what was found, in words"
// claims = "who says so: signer, company or product"
// signature = "what the log says of the signature"
// product = "product of the version information"
// original_name = "original name of the version information"
// sha256 = "the bytes, where a hash is known"
// confidence = "likely; weak where the same bytes are valid elsewhere, where somebody else signed them whom this host does not trust, and for downloads under way"
// said = "the records of the file's bytes"
// [[examples]]
// title = "the signer says Microsoft, and the signature is invalid, by a line without hashes"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.dll', key: 'c:/a.dll'}),
//   (f)-[:DESCRIBED_IN {uid: 'd', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Microsoft Corporation', pe: true}]->(:Run:Entity {uid: 'run'})
// """
// rows = [{ source = "f", target = "T1036.001", claims = "signer Microsoft Corporation", signature = "Invalid", confidence = "likely" }]
// [[examples]]
// title = "the company says Microsoft, and the certificate signed itself"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.exe', key: 'c:/a.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Untrusted', company: 'Microsoft Corporation', signer: 'Microsoft Windows'}]->(:Content:Entity {uid: 'c', sha256: 'aa'})
// """
// rows = [{ source = "f", claims = "signer Microsoft Windows", sha256 = "aa", confidence = "likely" }]
// [[examples]]
// title = "a library of Microsoft that a company signed for itself: weak"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.dll', key: 'c:/a.dll'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Untrusted', company: 'Microsoft Corporation', signer: 'Example Ltd'}]->(:Content:Entity {uid: 'c'})
// """
// rows = [{ claims = "company Microsoft Corporation", confidence = "weak" }]
// [[examples]]
// title = "the same bytes are valid on another host: weak"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.dll', key: 'c:/a.dll'}), (c:Content:Entity {uid: 'c'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Microsoft Corporation'}]->(c),
//   (:File:Entity {uid: 'g', name: 'a.dll', key: 'c:/a.dll'})-[:HAS_CONTENT {uid: 'i', run: 'other', seq: 1, position: 'u:1', signature: 'Valid', signer: 'Microsoft Corporation'}]->(c)
// """
// rows = [{ source = "f", confidence = "weak" }]
// [[examples]]
// title = "a download under way: weak"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'setup.exe.crdownload', key: 'c:/setup.exe.crdownload'}),
//   (f)-[:DESCRIBED_IN {uid: 'd', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Microsoft Corporation'}]->(:Run:Entity {uid: 'run'})
// """
// rows = [{ source = "f", confidence = "weak" }]
// [[examples]]
// title = "expired is not invalid"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.dll', key: 'c:/a.dll'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Expired', signer: 'Microsoft Corporation'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "not signed, as native images and files of catalogues are"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'system.ni.dll', key: 'c:/system.ni.dll'}), (c:Content:Entity {uid: 'c'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Unavailable', company: 'Microsoft Corporation'}]->(c),
//   (f)-[:HAS_CONTENT {uid: 'i', run: 'other', seq: 1, position: 'u:1', company: 'Microsoft Corporation'}]->(c)
// """
// rows = []
// [[examples]]
// title = "an invalid signature in another name, under a certificate that Microsoft issued"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.exe', key: 'c:/a.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Example Ltd', issuer: 'Microsoft ID Verified CS EOC CA 01', company: 'Example Ltd'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "a file of the sandbox itself"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'a.dll', key: 'c:/a.dll', sandbox: true}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', signer: 'Microsoft Corporation'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// ///
MATCH (f:File)-[h:HAS_CONTENT|DESCRIBED_IN]->(c)
WHERE h.signature IS NOT NULL AND NOT coalesce(f.sandbox, false)
WITH f, h, c, replace(replace(replace(toLower(h.signature), ' ', ''), '_', ''), '-', '') AS word,
     // words of Mark II and Sysmon, of PowerShell, of WinVerifyTrust and of Elastic's agent
     ['invalid', 'bad', 'baddigest', 'badsignature', 'hashmismatch', 'trustebaddigest', 'errorbaddigest'] AS broken,
     ['untrusted', 'nottrusted', 'untrustedroot', 'certeuntrustedroot', 'erroruntrusted', 'selfsigned', 'distrusted', 'trusteexplicitdistrust', 'revoked', 'certerevoked', 'errorrevoked'] AS untrusted
WHERE word IN broken + untrusted
WITH f, h, c, word IN broken AS altered,
     CASE WHEN toLower(h.signer) CONTAINS 'microsoft' THEN 'signer ' + h.signer
          WHEN toLower(h.company) CONTAINS 'microsoft' THEN 'company ' + h.company
          WHEN h.company IS NULL AND h.signer IS NULL AND toLower(h.product) STARTS WITH 'microsoft' THEN 'product ' + h.product END AS claims
WHERE claims IS NOT NULL
OPTIONAL MATCH (c)<-[other:HAS_CONTENT]-(:File)
WHERE toLower(other.signature) IN ['valid', 'trusted', 'signed']
WITH f, h, c, claims, altered, count(other) AS accepted
RETURN f.uid AS source,
       'T1036.001' AS target,
       CASE WHEN altered THEN 'it says Microsoft, and its signature is invalid' ELSE 'it says Microsoft, and its certificate is not trusted' END AS finding,
       claims,
       h.signature AS signature,
       h.product AS product,
       h.original_name AS original_name,
       c.sha256 AS sha256,
       CASE WHEN accepted > 0 OR toLower(f.name) =~ '.*\\.(crdownload|partial|part|download|opdownload|tmp)' THEN 'weak'
            WHEN altered OR h.signer IS NULL OR claims STARTS WITH 'signer ' THEN 'likely' ELSE 'weak' END AS confidence,
       collect(h) AS said
ORDER BY source, confidence, claims, signature, sha256
