// /// rule
// summary = "A utility of Windows or a tool of administrators lies under another name"
// how = "Version information says which program it is: by the original name, which no translation changes, or by product and description. Only programs of a list are looked at, those that are used under other names: among ordinary programs one in ten bears another name than its version information says (gdi32full.dll, wow64win.dll, Update.exe). A name that holds the usual one as a word of its own (psexec64.exe, PsExec - Copy.exe, cmd.exe.mui) hides nothing."
// attack = ["T1036.003"]
// derives = "DISGUISED_BY"
// scope = "graph"
// [columns]
// source = "uid of the file"
// target = "ATT&CK id"
// finding = "what was found, in words"
// claims = "the name that it passes under"
// signature = "what the log says of the signature"
// product = "product of the version information"
// original_name = "original name of the version information"
// sha256 = "the bytes, where a hash is known"
// confidence = "confirmed when validly signed, since the version information then is the maker's; likely when nothing is said of the signature; weak for unsigned ones, and for names of temporary, unfinished and backup files or those that are hashes"
// said = "the records of the file's bytes"
// [[examples]]
// title = "PsExec under another name and extension"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'dllhost.dat', key: 'c:/windows/dllhost.dat'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Valid', signer: 'Microsoft Corporation', company: 'Sysinternals - www.sysinternals.com', product: 'Sysinternals PsExec', description: 'Execute processes remotely'}]->(:Content:Entity {uid: 'c', sha256: 'aa'})
// """
// rows = [{ source = "f", target = "T1036.003", finding = "PsExec under another name", claims = "name dllhost.dat", product = "Sysinternals PsExec", sha256 = "aa", confidence = "confirmed" }]
// [[examples]]
// title = "rundll32 by its original name, at the start of a process"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'update.exe', key: 'c:/update.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', company: 'Microsoft Corporation', original_name: 'RUNDLL32.EXE.MUI', description: 'Processus hôte Windows (Rundll32)'}]->(:Content:Entity {uid: 'c'})
// """
// rows = [{ source = "f", finding = "rundll32 under another name", original_name = "RUNDLL32.EXE.MUI", confidence = "likely" }]
// [[examples]]
// title = "the command processor in place of the sticky keys, known by its description"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'sethc.exe', key: 'c:/windows/system32/sethc.exe'}),
//   (f)-[:DESCRIBED_IN {uid: 'd', run: 'run', seq: 1, position: 't:1', signature: 'Expired', company: 'Microsoft Corporation', description: 'Windows Command Processor'}]->(:Run:Entity {uid: 'run'})
// """
// rows = [{ source = "f", finding = "cmd under another name", confidence = "likely" }]
// [[examples]]
// title = "what calls itself so and is not signed, and names that say nothing: weak"
// graph = """
// CREATE (c:Content:Entity {uid: 'c'}), (f:File:Entity {uid: 'f', name: 'x.exe', key: 'c:/x.exe'}), (g:File:Entity {uid: 'g', name: 'Unconfirmed 1234.crdownload', key: 'c:/unconfirmed 1234.crdownload'}), (i:File:Entity {uid: 'i', name: '3e8f5b2a9c7d41e0.exe', key: 'c:/3e8f5b2a9c7d41e0.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h1', run: 'run', seq: 1, position: 't:1', signature: 'Unavailable', company: 'Microsoft Corporation', original_name: 'Cmd.Exe'}]->(c),
//   (g)-[:HAS_CONTENT {uid: 'h2', run: 'run', seq: 2, position: 't:2', signature: 'Valid', company: 'Sysinternals - www.sysinternals.com', product: 'Sysinternals PsExec'}]->(c),
//   (i)-[:HAS_CONTENT {uid: 'h3', run: 'run', seq: 3, position: 't:3', company: 'Microsoft Corporation', original_name: 'Cmd.Exe'}]->(c)
// """
// rows = [{ source = "f", confidence = "weak" }, { source = "g", confidence = "weak" }, { source = "i", confidence = "weak" }]
// [[examples]]
// title = "usual names, capitals, versions, copies and resources"
// graph = """
// CREATE (c:Content:Entity {uid: 'c'})
// WITH c
// UNWIND [['PsExec.exe', 'psexec.c'], ['psexec64.exe', 'psexec.c'], ['PsExec (1).exe', 'psexec.c'], ['psexec-2.2.exe', 'psexec.c'], ['Copy of PsExec.exe', 'psexec.c'], ['PSEXESVC.exe', 'psexesvc.exe'], ['cmd.exe', 'Cmd.Exe.MUI'], ['cmd.exe.mui', 'Cmd.Exe.MUI'], ['powershell.exe', 'PowerShell.EXE'], ['mavinject.exe', 'mavinject64.exe'], ['pwsh.exe', 'pwsh.dll'], ['msbuild.ni.exe', 'MSBuild.exe']] AS named
// CREATE (:File:Entity {uid: named[0], name: named[0], key: named[0]})-[:HAS_CONTENT {uid: 'h' + named[0], run: 'run', seq: 1, position: 't:1', signature: 'Valid', company: 'Microsoft Corporation', original_name: named[1]}]->(c)
// """
// rows = []
// [[examples]]
// title = "other programs of Windows and of others whose names differ"
// graph = """
// CREATE (c:Content:Entity {uid: 'c'})
// WITH c
// UNWIND [['gdi32full.dll', 'gdi32'], ['wow64win.dll', 'wow64lg2.dll'], ['textinputframework.dll', '"TextInputFramework.DYNLINK"'], ['teams.exe', 'Update.exe'], ['is-A1B2C.tmp', 'setup.exe'], ['wordpad.exe', 'WORDPAD.EXE'], ['mscorlib.ni.dll', 'mscorlib.dll']] AS named
// CREATE (:File:Entity {uid: named[0], name: named[0], key: named[0]})-[:HAS_CONTENT {uid: 'h' + named[0], run: 'run', seq: 1, position: 't:1', signature: 'Valid', company: 'Microsoft Corporation', original_name: named[1], product: 'Microsoft Windows Operating System'}]->(c)
// """
// rows = []
// [[examples]]
// title = "a program of the same name by another maker"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'shell.exe', key: 'c:/shell.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', company: 'ReactOS Development Team', original_name: 'cmd.exe'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "an invalid signature makes what it says of itself worth nothing"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'x.exe', key: 'c:/x.exe'}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', signature: 'Invalid', company: 'Microsoft Corporation', original_name: 'Cmd.Exe'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// [[examples]]
// title = "a file of the sandbox itself"
// graph = """
// CREATE (f:File:Entity {uid: 'f', name: 'x.exe', key: 'c:/x.exe', sandbox: true}),
//   (f)-[:HAS_CONTENT {uid: 'h', run: 'run', seq: 1, position: 't:1', company: 'Microsoft Corporation', original_name: 'Cmd.Exe'}]->(:Content:Entity {uid: 'c'})
// """
// rows = []
// ///
// tool: what it is called; names: what files of it are called; originals: without .exe and .mui; says: product or description
WITH [
  {tool: 'cmd', names: 'cmd', originals: ['cmd'], says: ['windows command processor', 'windows nt command processor', 'windows コマンド プロセッサ']},
  {tool: 'PowerShell', names: 'powershell|pwsh', originals: ['powershell', 'pwsh', 'pwsh.dll'], says: ['windows powershell']},
  {tool: 'rundll32', names: 'rundll32', originals: ['rundll32', 'rundll'], says: ['windows host process (rundll32)', 'run a dll as an app', 'windows ホスト プロセス (rundll32)']},
  {tool: 'regsvr32', names: 'regsvr32', originals: ['regsvr32'], says: ['microsoft(c) register server']},
  {tool: 'wscript', names: 'wscript', originals: ['wscript'], says: ['microsoft ® windows based script host', 'microsoft (r) windows based script host']},
  {tool: 'cscript', names: 'cscript', originals: ['cscript'], says: ['microsoft ® console based script host', 'microsoft (r) console based script host']},
  {tool: 'mshta', names: 'mshta', originals: ['mshta'], says: ['microsoft (r) html application host', 'microsoft ® html application host']},
  {tool: 'certutil', names: 'certutil', originals: ['certutil'], says: ['certutil.exe']},
  {tool: 'bitsadmin', names: 'bitsadmin', originals: ['bitsadmin'], says: ['bits administration utility']},
  {tool: 'wmic', names: 'wmic', originals: ['wmic'], says: ['wmi commandline utility']},
  {tool: 'schtasks', names: 'schtasks', originals: ['schtasks', 'sctasks'], says: ['task scheduler configuration tool']},
  {tool: 'reg', names: 'reg', originals: ['reg'], says: ['registry console tool']},
  {tool: 'vssadmin', names: 'vssadmin', originals: ['vssadmin'], says: []},
  {tool: 'wevtutil', names: 'wevtutil', originals: ['wevtutil'], says: ['eventing command line utility']},
  {tool: 'esentutl', names: 'esentutl', originals: ['esentutl'], says: []},
  {tool: 'ntdsutil', names: 'ntdsutil', originals: ['ntdsutil'], says: []},
  {tool: 'cmstp', names: 'cmstp', originals: ['cmstp'], says: ['microsoft connection manager profile installer']},
  {tool: 'odbcconf', names: 'odbcconf', originals: ['odbcconf'], says: ['odbc driver configuration program']},
  {tool: 'msxsl', names: 'msxsl', originals: ['msxsl'], says: []},
  {tool: 'MSBuild', names: 'msbuild', originals: ['msbuild'], says: []},
  {tool: 'InstallUtil', names: 'installutil', originals: ['installutil'], says: ['.net framework installation utility']},
  {tool: 'RegAsm', names: 'regasm', originals: ['regasm'], says: ['microsoft .net assembly registration utility']},
  {tool: 'RegSvcs', names: 'regsvcs', originals: ['regsvcs'], says: ['microsoft .net services installation utility']},
  {tool: 'mavinject', names: 'mavinject', originals: ['mavinject', 'mavinject32', 'mavinject64'], says: ['microsoft application virtualization injector']},
  {tool: 'PsExec', names: 'psexec|psexesvc', originals: ['psexec.c', 'psexec', 'psexesvc'], says: ['sysinternals psexec', 'execute processes remotely', 'psexec service']},
  {tool: 'ProcDump', names: 'procdump', originals: ['procdump', 'procdump64'], says: ['procdump', 'sysinternals process dump utility']},
  {tool: 'SDelete', names: 'sdelete', originals: ['sdelete'], says: ['sysinternals sdelete', 'secure file delete']},
  {tool: 'PsKill', names: 'pskill', originals: ['pskill'], says: ['sysinternals pskill']},
  {tool: 'PsList', names: 'pslist', originals: ['pslist'], says: ['sysinternals pslist']},
  {tool: 'PsLoggedOn', names: 'psloggedon', originals: ['psloggedon'], says: ['sysinternals psloggedon']},
  {tool: 'PsService', names: 'psservice', originals: ['psservice'], says: ['sysinternals psservice']},
  {tool: 'PsSuspend', names: 'pssuspend', originals: ['pssuspend'], says: ['sysinternals pssuspend']},
  {tool: 'PAExec', names: 'paexec', originals: ['paexec'], says: ['paexec', 'paexec application'], maker: 'power admin'},
  {tool: 'AdFind', names: 'adfind', originals: ['adfind'], says: ['adfind'], maker: 'joeware'}
] AS tools
// most files are none of these: they are left out before the list is gone through
WITH tools, reduce(all = [], t IN tools | all + t.originals) AS originals, reduce(all = [], t IN tools | all + t.says) AS says
MATCH (f:File)-[h:HAS_CONTENT|DESCRIBED_IN]->(c)
WHERE NOT coalesce(f.sandbox, false)
  AND (replace(replace(toLower(h.original_name), '.mui', ''), '.exe', '') IN originals
       OR toLower(h.product) IN says OR toLower(h.description) IN says)
WITH tools, f, h, c, toLower(f.name) AS name,
     replace(replace(toLower(coalesce(h.original_name, '')), '.mui', ''), '.exe', '') AS original,
     toLower(coalesce(h.signer, '') + ' ' + coalesce(h.company, '')) AS makers,
     CASE WHEN h.signature IS NULL THEN 'not recorded'
          ELSE replace(replace(replace(toLower(h.signature), ' ', ''), '_', ''), '-', '') END AS word
UNWIND [t IN tools WHERE original IN t.originals OR toLower(h.product) IN t.says OR toLower(h.description) IN t.says] AS tool
WITH f, h, c, name, word, tool, makers
WHERE (makers CONTAINS 'microsoft' OR makers CONTAINS 'sysinternals' OR makers CONTAINS coalesce(tool.maker, 'microsoft'))
  AND NOT name =~ '(.*[^a-z])?(' + tool.names + ')([^a-z].*)?'
  AND NOT word IN ['invalid', 'bad', 'baddigest', 'badsignature', 'hashmismatch', 'trustebaddigest', 'errorbaddigest', 'untrusted', 'nottrusted', 'untrustedroot', 'certeuntrustedroot', 'erroruntrusted', 'selfsigned', 'distrusted', 'trusteexplicitdistrust', 'revoked', 'certerevoked', 'errorrevoked']
RETURN f.uid AS source,
       'T1036.003' AS target,
       tool.tool + ' under another name' AS finding,
       'name ' + f.name AS claims,
       h.signature AS signature,
       h.product AS product,
       h.original_name AS original_name,
       c.sha256 AS sha256,
       // temporary, unfinished and backup files, restore points and the recycle bin give names of their own; so do those who name by hash
       CASE WHEN name =~ '.*[.](tmp|temp|crdownload|partial|part|download|opdownload|bak|old|orig|rbf)|[^.]*|[0-9a-f{}-]{16,}[.].*|[$]r.*'
              OR f.key CONTAINS '\\system volume information\\' THEN 'weak'
            WHEN word IN ['valid', 'trusted', 'signed', 'verified'] THEN 'confirmed'
            WHEN word IN ['not recorded', 'expired', 'errorexpired', 'certeexpired'] THEN 'likely'
            ELSE 'weak' END AS confidence,
       collect(h) AS said
ORDER BY source, confidence, claims, signature, sha256
