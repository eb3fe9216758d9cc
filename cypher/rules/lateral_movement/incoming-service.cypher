// /// rule
// summary = "A service that another host brought or ordered runs here, as the log of this host tells: PsExec's and its likes', a program written through a share, a command in place of a program"
// attack = ["T1021.002", "T1569.002", "T1543.003"]
// derives = "Movement"
// scope = "graph"
// stage = 4
// specificity = 10
// [columns]
// key = "what identifies the movement: the host and the service's process, or the service's program where it is not known by a tool"
// method = "the tool whose service it is (PsExec, RemCom, PAExec, CSExec, winexe), smbexec for a command with its output in a share, else service"
// technique = "T1021.002, T1569.002, with T1543.003 for a service of its own, and T1570 where its program came from the other host"
// confidence = "confirmed when the other host is known by what it wrote or by the service's pipes, else likely"
// source_host_uid = "host it came from, where the log tells"
// source_process_uid = "the process there that wrote the program or holds the pipes, where the log of that host is loaded"
// account = "account that it used, where the log tells"
// target_host_uid = "host it went to"
// target_process_uid = "what the service started, else the service's process"
// copied_file = "path of what came from the other host"
// copied_file_uid = "the same as a node"
// service = "the service, else its process"
// first_us = "start of the service, by the target's clock"
// INITIATED = "source process, else source host"
// REACHED = "the service's process and what it started"
// CARRIED = "copied files"
// started = "installation and start of the service, and its pipes"
// copied = "how its program came"
// came = "how the other host came in"
// [[examples]]
// title = "PsExec's service under another name, known by its pipe; the pipe names the client"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (w:Host:Entity {uid: 'w', scope: 'c', key: 'name:ws5', name: 'ws5'}), (i:Pipe:Entity {uid: 'i', name: 'upd-WS5-77-stdin', tool: 'PsExec', client: 'WS5', client_pid: 77}), (v)-[:USED_PIPE {uid: 'u', position: 't2:6', first_us: 1000000001}]->(i),
//   (q:Process:Entity {uid: 'q', host_uid: 'b', name: 'cmd.exe'}), (v)-[:SPAWNED {uid: 's2', position: 't2:7', first_us: 1000000002}]->(q)
// """
// rows = [{ method = "PsExec", confidence = "confirmed", source_host_uid = "w", target_host_uid = "b", target_process_uid = "q" }]
// [[examples]]
// title = "PsExec's service, and nothing tells where it was started from"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (f:File:Entity {uid: 'f', host_uid: 'b', name: 'upd.exe', path: 'C:/Windows/upd.exe'}), (f)-[:EXECUTED_AS {uid: 'e', position: 't2:5', first_us: 1000000000}]->(v), (f)-[:HAS_CONTENT {uid: 'h', position: 't2:5'}]->(:Content:Entity {uid: 'k', product: 'Sysinternals PsExec', description: 'PsExec Service'})
// """
// rows = [{ method = "PsExec", confidence = "likely", target_host_uid = "b", target_process_uid = "v" }]
// [[examples]]
// title = "a program that another host wrote runs as a service"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (f:File:Entity {uid: 'f', host_uid: 'b', name: 'upd.exe', path: 'C:/Windows/upd.exe'}), (f)-[:EXECUTED_AS {uid: 'e', position: 't2:5', first_us: 1000000000}]->(v), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (b)-[:HAS_ADDRESS {uid: 'ha'}]->(:Endpoint:Entity {uid: 'ea', address: '10.0.0.6'}), (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't2:3', first_us: 900000000, shares: ['ADMIN$'], accounts: ['CORP/ann']}]->(f), (y:Process:Entity {uid: 'y', host_uid: 'b', name: 'System'}), (y)-[:WROTE {uid: 'z', position: 't2:4', first_us: 900000001, last_us: 900000001}]->(f)
// """
// rows = [{ method = "service", technique = "T1021.002, T1543.003, T1569.002, T1570", confidence = "confirmed", source_host_uid = "c", account = "CORP/ann", copied_file = "C:/Windows/upd.exe", target_process_uid = "v" }]
// [[examples]]
// title = "a command in place of a service's program, with its output in a share of the own machine, after a logon from another host"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'cmd.exe', command_line: 'cmd.exe /Q /c echo whoami > //127.0.0.1/C$/__output'}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 999000000, last_us: 999000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = [{ method = "smbexec", confidence = "likely", source_host_uid = "c", account = "CORP/ann", target_process_uid = "v" }]
// [[examples]]
// title = "a service that a session from another host installed"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (sv:Service:Entity {uid: 'sv', host_uid: 'b', name: 'Upd'}), (b)-[:INSTALLED {uid: 'i', position: 't2:4', first_us: 999000000, last_us: 999000000, image: 'C:/x/upd.exe -k', logon_ids: ['0x1'], accounts: ['CORP/ann']}]->(sv), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 900000000, last_us: 900000000, logon_types: [3], logon_ids: ['0x1']}]->(b)
// """
// rows = [{ method = "service", confidence = "likely", source_host_uid = "c", service = "Upd", account = "CORP/ann" }]
// [[examples]]
// title = "a command in place of a program, after a logon from another host"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'cmd.exe', command_line: 'cmd /b /c start /b /min powershell -enc AAAA'}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 999000000, last_us: 999000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = [{ method = "service", confidence = "likely", source_host_uid = "c", target_process_uid = "v" }]
// [[examples]]
// title = "the same for a pipe of the own machine: that is how programs become the system"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'cmd.exe', command_line: 'cmd /c echo x > .\\\\pipe\\\\x'}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (c:Host:Entity {uid: 'c', scope: 'c', key: 'address:10.0.0.5', name: '10.0.0.5'}), (c)-[:LOGGED_ON_TO {uid: 'l', position: 't2:2', first_us: 999000000, last_us: 999000000, logon_types: [3], accounts: ['CORP/ann'], logon_ids: ['0x1']}]->(b)
// """
// rows = []
// [[examples]]
// title = "an ordinary service"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (f:File:Entity {uid: 'f', host_uid: 'b', name: 'upd.exe', path: 'C:/Windows/upd.exe'}), (f)-[:EXECUTED_AS {uid: 'e', position: 't2:5', first_us: 1000000000}]->(v)
// """
// rows = []
// [[examples]]
// title = "PsExec on its own machine: the pipe names it"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (w:Host:Entity {uid: 'w', scope: 'c', key: 'name:b', name: 'b'}), (w)-[:ALTERNATE_OF {uid: 'x'}]->(b), (i:Pipe:Entity {uid: 'i', name: 'upd-B-77-stdin', tool: 'PsExec', client: 'B', client_pid: 77}), (v)-[:USED_PIPE {uid: 'u', position: 't2:6', first_us: 1000000001}]->(i)
// """
// rows = []
// [[examples]]
// title = "PsExec on its own machine: its log shows PsExec run"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'PSEXESVC.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (p:Process:Entity {uid: 'p', host_uid: 'b', name: 'PsExec64.exe', started_us: 990000000})
// """
// rows = []
// [[examples]]
// title = "the program was written by the own machine"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'upd.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (f:File:Entity {uid: 'f', host_uid: 'b', name: 'upd.exe', path: 'C:/Windows/upd.exe'}), (f)-[:EXECUTED_AS {uid: 'e', position: 't2:5', first_us: 1000000000}]->(v), (c:Host:Entity {uid: 'c', key: 'address:10.0.0.6'}), (c)-[:ALTERNATE_OF {uid: 'x'}]->(b), (c)-[:OPENED_TO_WRITE {uid: 'o', position: 't2:3', first_us: 900000000, shares: ['ADMIN$']}]->(f)
// """
// rows = []
// [[examples]]
// title = "another movement reached it"
// graph = """
// CREATE (b:Host:Entity {uid: 'b', scope: 'c', key: 't2', name: 'B', recorded: true}), (scm:Process:Entity {uid: 'scm', host_uid: 'b', name: 'services.exe'}), (v:Process:Entity {uid: 'v', host_uid: 'b', name: 'PSEXESVC.exe', command_line: ''}), (scm)-[:SPAWNED {uid: 's', position: 't2:5', first_us: 1000000000}]->(v), (:Movement:Entity {uid: 'm'})-[:REACHED {uid: 'r'}]->(v)
// """
// rows = []
// ///
MATCH (scm:Process)-[s:SPAWNED]->(v:Process)
WHERE toLower(scm.name) = 'services.exe'
  AND NOT EXISTS { MATCH (v)<-[:REACHED]-(:Movement) }
OPTIONAL MATCH (v)<-[:EXECUTED_AS]-(f:File)
WITH v, s, v.host_uid AS here, f
// the service manager may be told a network path of the own machine
OPTIONAL MATCH (f)-[:ALTERNATE_OF]->(g:File {host_uid: here}) WHERE f.host_uid <> here
WITH v, s, here, coalesce(g, f) AS f
OPTIONAL MATCH (f)-[said:HAS_CONTENT|DESCRIBED_IN]->(c)
WITH v, s, here, f, coalesce(c.product, said.product, '') AS product, coalesce(c.description, said.description, '') AS description
WITH v, s, here, f, toLower(product + ' ' + description) AS fact ORDER BY f.uid
WITH v, s, here, collect(f)[0] AS f, collect(fact) AS facts
OPTIONAL MATCH (v)-[u:USED_PIPE]->(pipe:Pipe) WHERE pipe.tool IS NOT NULL
WITH v, s, here, f, facts, u, pipe ORDER BY pipe.client IS NULL, pipe.name
WITH v, s, here, f, facts, collect(u) AS pipes, collect(pipe.tool)[0] AS piped, collect(pipe.client)[0] AS client, collect(pipe.client_pid)[0] AS client_pid
OPTIONAL MATCH (sv:Service {host_uid: here})<-[n:INSTALLED]-()
WHERE n.first_us <= s.first_us + 2000000 AND n.last_us >= s.first_us - 600000000
  AND (toLower(n.image) CONTAINS toLower(v.name) OR toLower(n.image) STARTS WITH '%comspec%' AND toLower(v.name) = 'cmd.exe')
WITH v, s, here, f, facts, pipes, piped, client, client_pid, n, sv ORDER BY abs(n.first_us - s.first_us), sv.uid
WITH v, s, here, f, facts, pipes, piped, client, client_pid, collect(n) AS installs, collect(sv)[0] AS sv
WITH v, s, here, f, pipes, client, client_pid, installs, sv,
     toLower(coalesce(v.command_line, '') + ' ' + coalesce(installs[0].image, '')) AS line,
     reduce(found = [], i IN installs | found + coalesce(i.logon_ids, [])) AS sessions,
     CASE WHEN any(fact IN facts WHERE fact CONTAINS 'psexec') OR toLower(v.name) STARTS WITH 'psexesvc' THEN 'PsExec'
          WHEN piped IS NOT NULL THEN piped
          WHEN toLower(v.name) STARTS WITH 'remcomsvc' THEN 'RemCom'
          WHEN toLower(v.name) STARTS WITH 'paexec' THEN 'PAExec'
          WHEN toLower(v.name) STARTS WITH 'csexecsvc' THEN 'CSExec'
          WHEN toLower(v.name) STARTS WITH 'winexesvc' THEN 'winexe' END AS tool
OPTIONAL MATCH (v)-[:RAN_ON]->(me:Host)
WITH v, s, here, f, pipes, client, client_pid, installs, sv, sessions, tool, line, toLower(split(me.name, '.')[0]) AS own_name,
     toLower(v.name) IN ['cmd.exe', 'powershell.exe'] AND NOT line CONTAINS '.\\pipe\\' AS shell
// a command in place of a program, and where it puts what it prints
WITH v, s, here, f, pipes, client, client_pid, installs, sv, sessions, tool, shell,
     shell AND any(name IN ['127.0.0.1', 'localhost', '%computername%', own_name] WHERE line CONTAINS name) AND (line CONTAINS 'c$' OR line CONTAINS 'admin$') AS smbexec
// how its program came here
CALL (f, s, here) {
  MATCH (f)<-[o:OPENED_TO_WRITE]-(o_host:Host) WHERE o.first_us <= s.first_us
  RETURN o_host AS from, o AS step, null AS writer, 'opened' AS how
  UNION ALL
  MATCH (f)-[:ALTERNATE_OF]->(named:File)<-[x:WROTE]-(w:Process)-[:RAN_ON]->(w_host:Host)
  WHERE named.unc IS NOT NULL AND w.host_uid <> here AND x.first_us <= s.first_us + 600000000
  RETURN w_host AS from, x AS step, w AS writer, 'written' AS how
  UNION ALL
  MATCH (f)<-[x:WROTE]-(y:Process)
  WHERE toLower(y.name) = 'system' AND x.first_us <= s.first_us AND x.last_us >= s.first_us - 600000000
  RETURN null AS from, x AS step, null AS writer, 'system' AS how
  UNION ALL
  WITH f RETURN null AS from, null AS step, null AS writer, 'nothing' AS how
}
WITH v, s, here, f, pipes, client, client_pid, installs, sv, sessions, tool, shell, smbexec, from, step, writer, how ORDER BY step.first_us, step.uid
WITH v, s, here, f, pipes, client, client_pid, installs, sv, sessions, tool, shell, smbexec,
     [x IN collect(step) WHERE x IS NOT NULL] AS copied, collect(how) AS hows, collect(from) AS brought, collect(writer)[0] AS writer
WHERE (tool IS NOT NULL OR shell OR size(copied) > 0 OR size(sessions) > 0)
  // started again: what brought it is told
  AND (tool IS NOT NULL
       OR NOT EXISTS { MATCH (f)<-[:CARRIED]-(:Movement) } AND NOT EXISTS { MATCH (f)<-[:ALTERNATE_OF]-(:File)<-[:CARRIED]-(:Movement) })
// who came in: by what it wrote, by the pipes, by the session that installed the service; or shortly before
MATCH (b:Entity {uid: here})
CALL (b, here, s, client, sessions, brought) {
  UNWIND brought AS from
  RETURN from, null AS step, 2 AS strength
  UNION ALL
  MATCH (from:Host) WHERE from.scope = b.scope AND from.key = 'name:' + toLower(client)
  RETURN from, null AS step, 2 AS strength
  UNION ALL
  WITH b, client WHERE toLower(client) = toLower(b.name)
  RETURN b AS from, null AS step, 2 AS strength
  UNION ALL
  MATCH (b)<-[l:LOGGED_ON_TO]-(from:Host)
  WHERE any(i IN l.logon_ids WHERE i IN sessions) AND any(type IN l.logon_types WHERE type IN [3, 8]) AND l.first_us <= s.first_us
  RETURN from, l AS step, 2 AS strength
  UNION ALL
  MATCH (b)<-[l:LOGGED_ON_TO]-(from:Host)
  WHERE 3 IN l.logon_types AND l.first_us >= s.first_us - 120000000 AND l.first_us <= s.first_us + 2000000
    AND none(a IN l.accounts WHERE a ENDS WITH '$' OR toUpper(a) ENDS WITH 'ANONYMOUS LOGON')
  RETURN from, l AS step, 1 AS strength
  UNION ALL
  MATCH (y:Process {host_uid: here})<-[r:RECEIVED_BY]-(e:Endpoint)
  WHERE toLower(y.name) = 'system' AND 445 IN r.local_ports AND r.first_us <= s.first_us + 2000000 AND r.last_us >= s.first_us - 120000000
  MATCH (ip:Endpoint)<-[:HAS_ADDRESS]-(from:Host)
  WHERE ip.address = e.address AND from.scope = b.scope
  RETURN from, r AS step, 1 AS strength
  UNION ALL
  WITH b RETURN null AS from, null AS step, 0 AS strength
}
OPTIONAL MATCH (from)-[same:ALTERNATE_OF]->(own:Host)
WHERE own.recorded AND (same.spans_us IS NULL OR any(i IN range(0, coalesce(size(same.spans_us), 0) - 2, 2) WHERE same.spans_us[i] <= s.first_us AND s.first_us <= same.spans_us[i + 1]))
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, from, step, strength, own ORDER BY own.uid
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, from, step, strength, collect(own.uid)[0] AS own
// an address of the host itself is joined with it, as far as its addresses of that family are known
OPTIONAL MATCH (:Entity {uid: here})-[:HAS_ADDRESS]->(borne:Endpoint) WHERE (borne.address CONTAINS ':') = (substring(from.key, 8) CONTAINS ':')
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, step, strength, from, own, count(borne) AS borne
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, step, strength, coalesce(own, from.uid) AS from,
     own IS NULL AND from.key STARTS WITH 'address:' AND borne = 0 AS doubtful ORDER BY from
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, any(d IN collect(doubtful) WHERE d) AS doubtful,
     collect(DISTINCT CASE strength WHEN 2 THEN from END) AS surely, collect(DISTINCT CASE strength WHEN 1 THEN from END) AS maybe,
     collect(CASE strength WHEN 2 THEN step END) AS sure_steps, collect(CASE strength WHEN 1 THEN step END) AS steps
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, doubtful, sure_steps,
     [x IN surely WHERE x <> here] AS outside, [x IN maybe WHERE x <> here] AS near, steps,
     surely + maybe AS clients
WHERE size(outside) > 0 OR size(clients) = 0 OR size(near) > 0 AND none(x IN clients WHERE x = here)
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, doubtful, outside,
     coalesce(outside[0], CASE size(near) WHEN 1 THEN near[0] END) AS source,
     CASE WHEN size(outside) > 0 THEN sure_steps WHEN size(near) = 1 THEN steps ELSE [] END AS came
// PsExec that runs on this host itself explains its service
OPTIONAL MATCH (own:Process {host_uid: here})
WHERE tool = 'PsExec' AND size(outside) = 0
  AND toLower(own.name) STARTS WITH 'psexec' AND NOT toLower(own.name) STARTS WITH 'psexesvc'
  AND own.started_us <= s.first_us + 2000000 AND coalesce(own.ended_us >= s.first_us - 2000000, own.started_us >= s.first_us - 600000000)
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, hows, writer, doubtful, outside, source, came, count(own) AS local
WHERE local = 0
WITH v, s, here, f, pipes, client_pid, installs, sv, tool, shell, smbexec, copied, writer, source, came,
     CASE WHEN size(outside) > 0 AND NOT doubtful AND (tool IS NOT NULL OR 'written' IN hows OR 'opened' IN hows AND 'system' IN hows) THEN 'confirmed'
          WHEN tool IS NOT NULL OR smbexec OR size(outside) > 0 OR source IS NOT NULL AND (shell OR 'system' IN hows) THEN 'likely' END AS confidence
WHERE confidence IS NOT NULL
  // the other host's log tells of it, and could not say what it started
  AND NOT EXISTS {
    MATCH (m:Movement {target_host_uid: here})
    WHERE m.source_host_uid = source AND m.target_process_uid IS NULL AND abs(m.first_us - s.first_us) <= 600000000
      AND (m.method = tool OR m.method = 'service' AND toLower(m.service) = toLower(sv.name))
  }
OPTIONAL MATCH (p:Process {host_uid: source})
WHERE p.pid = client_pid AND coalesce(p.started_us <= s.first_us + 600000000, true) AND coalesce(p.ended_us >= s.first_us - 600000000, true)
WITH v, s, here, f, pipes, installs, sv, tool, shell, smbexec, copied, writer, source, came, confidence, p ORDER BY p.started_us DESC, p.uid
WITH v, s, here, f, pipes, installs, sv, tool, shell, smbexec, copied, source, came, confidence, writer, collect(p)[0] AS p
WITH v, s, here, f, pipes, installs, sv, tool, shell, smbexec, copied, source, came, confidence, coalesce(p, writer) AS p
OPTIONAL MATCH (v)-[r:SPAWNED]->(q:Process)
WHERE (tool IS NOT NULL OR smbexec) AND NOT toLower(q.name) IN ['conhost.exe', 'werfault.exe']
WITH v, s, here, f, pipes, installs, sv, tool, shell, smbexec, copied, source, came, confidence, p, r, q ORDER BY r.first_us, q.uid
WITH v, s, here, f, pipes, installs, sv, tool, shell, smbexec, copied, source, came, confidence, p, collect(r)[0] AS ran, collect(q)[0] AS q
// the file that came from the other host and that the program runs
CALL (q, s, here) {
  MATCH (q)<-[:EXECUTED_AS|LOADED_INTO]-(x:File)
  MATCH (x)<-[w:WROTE|OPENED_TO_WRITE]-(a)
  WHERE w.first_us <= s.first_us AND (type(w) = 'OPENED_TO_WRITE' OR toLower(a.name) = 'system' AND w.last_us >= s.first_us - 600000000)
  WITH x, w ORDER BY w.first_us DESC, x.uid
  RETURN collect(x)[0] AS x, collect(w)[0] AS brought
}
WITH v, s, here, f, pipes, installs, sv, tool, shell, smbexec, copied, source, came, confidence, p, ran, q, x, brought,
     CASE WHEN size(copied) > 0 THEN f END AS own
RETURN CASE WHEN tool IS NOT NULL THEN [here, v.uid] WHEN smbexec THEN [here, coalesce(sv.uid, 'smbexec'), coalesce(source, '')] ELSE [here, coalesce(own.uid, sv.uid, v.uid)] END AS key,
       coalesce(tool, CASE WHEN smbexec THEN 'smbexec' ELSE 'service' END) AS method,
       CASE WHEN tool IS NULL AND NOT smbexec THEN 'T1021.002, T1543.003, T1569.002' ELSE 'T1021.002, T1569.002' END
         + CASE WHEN x IS NOT NULL OR own IS NOT NULL THEN ', T1570' ELSE '' END AS technique,
       confidence,
       source AS source_host_uid,
       p.uid AS source_process_uid,
       [a IN reduce(found = [], step IN came + copied + installs | found + coalesce(step.accounts, [])) WHERE a IS NOT NULL][0] AS account,
       here AS target_host_uid,
       coalesce(q.uid, v.uid) AS target_process_uid,
       coalesce(x.path, own.path) AS copied_file,
       coalesce(x.uid, own.uid) AS copied_file_uid,
       coalesce(sv.name, v.name) AS service,
       s.first_us AS first_us,
       [u IN [coalesce(p.uid, source)] WHERE u IS NOT NULL] AS INITIATED,
       [u IN [q.uid, v.uid] WHERE u IS NOT NULL] AS REACHED,
       [u IN [x.uid, own.uid] WHERE u IS NOT NULL] AS CARRIED,
       installs + pipes + [step IN [s, ran] WHERE step IS NOT NULL] AS started,
       copied + [step IN [brought] WHERE step IS NOT NULL] AS copied,
       came
ORDER BY key
