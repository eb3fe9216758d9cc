// /// rule
// summary = "A process watches whether somebody uses the machine"
// how = "The cursor, the window in front or the time of the last input are looked at again and again with pauses between, by a process that shows nothing. After pafish (rtt), al-khaser and the signatures antisandbox_foregroundwindows and antisandbox_mouse_hook of Cuckoo, mouse_movement_detect of CAPE. Programs with windows look at the cursor for their own sake, and games and loggers at keys: that alone is weak."
// attack = ["T1497.002"]
// derives = "FINGERPRINTED"
// scope = "run"
// [[watches]]
// name = "cursor"
// apis = ["GetCursorPos"]
// [[watches]]
// name = "foreground"
// apis = ["GetForegroundWindow"]
// [[watches]]
// name = "idle"
// apis = ["GetLastInputInfo"]
// [[watches]]
// name = "keys"
// apis = ["GetAsyncKeyState", "GetKeyboardState"]
// [[watches]]
// name = "hook"
// apis = ["SetWindowsHookExA", "SetWindowsHookExW"]
// arguments = ["hookidentifier"]
// matches = '''\A(?:7|14)\Z'''
// [[watches]]
// name = "mouse"
// apis = ["GetSystemMetrics"]
// arguments = ["index", "systemmetricindex"]
// matches = '''\A19\Z'''
// [columns]
// source = "uid of the process"
// target = "ATT&CK id"
// looked_for = "what it looked for"
// confidence = "likely for ten looks at the cursor or the front window, or two at the last input, with as many pauses, by a process that draws nothing; else weak"
// apis = "the calls"
// words = "words by which signatures of sandboxes name it"
// [[examples]]
// title = "the cursor thirty times, with pauses"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 30, failed: 0, watched_by: ['fingerprinting/human-interaction:cursor']}]->(:Api:Entity {uid: 'api1', name: 'GetCursorPos'}),
//   (p)-[:CALLED {uid: 'd', run: 'run', count: 30}]->(:Api:Entity {uid: 'sleep', name: 'NtDelayExecution'})
// """
// rows = [{ source = "p", confidence = "likely" }]
// [[examples]]
// title = "the same by a program that draws"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 30, failed: 0, watched_by: ['fingerprinting/human-interaction:cursor']}]->(:Api:Entity {uid: 'api1', name: 'GetCursorPos'}),
//   (p)-[:CALLED {uid: 'd', run: 'run', count: 30}]->(:Api:Entity {uid: 'sleep', name: 'NtDelayExecution'}), (p)-[:CALLED {uid: 'x', run: 'run', count: 1}]->(:Api:Entity {uid: 'draw', name: 'DrawTextExW'})
// """
// rows = [{ confidence = "weak" }]
// [[examples]]
// title = "without pauses"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 30, failed: 0, watched_by: ['fingerprinting/human-interaction:cursor']}]->(:Api:Entity {uid: 'api1', name: 'GetCursorPos'})
// """
// rows = [{ confidence = "weak" }]
// [[examples]]
// title = "a mouse hook"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p'}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 1, failed: 0, watched_by: ['fingerprinting/human-interaction:hook']}]->(:Api:Entity {uid: 'api1', name: 'SetWindowsHookExW'})
// """
// rows = [{ confidence = "weak" }]
// [[examples]]
// title = "by the sandbox itself"
// graph = """
// CREATE (run:Run:Entity {uid: 'run'}), (p:Process:Entity {uid: 'p', sandbox: true}),
//   (p)-[:RECORDED_IN {uid: 'in'}]->(run),
//   (p)-[:CALLED_WITH {uid: '1', run: 'run', seq: 1, count: 30, failed: 0, watched_by: ['fingerprinting/human-interaction:cursor']}]->(:Api:Entity {uid: 'api1', name: 'GetCursorPos'})
// """
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(p:Process)-[c:CALLED_WITH]->(:Api)
WHERE c.run = run AND NOT coalesce(p.sandbox, false)
UNWIND [by IN c.watched_by WHERE by STARTS WITH 'fingerprinting/human-interaction:' | split(by, ':')[1]] AS kind
WITH p, run, collect(DISTINCT c) AS apis,
     sum(CASE WHEN kind IN ['cursor', 'foreground'] THEN c.count ELSE 0 END) AS looks,
     sum(CASE WHEN kind = 'idle' THEN c.count ELSE 0 END) AS idles
OPTIONAL MATCH (p)-[pause:CALLED]->(a:Api) WHERE pause.run = run AND a.name IN ['NtDelayExecution', 'Sleep', 'SleepEx']
WITH p, run, apis, looks, idles, coalesce(sum(pause.count), 0) AS pauses
OPTIONAL MATCH (p)-[drawn:CALLED]->(b:Api)
WHERE drawn.run = run AND b.name IN ['CreateWindowExA', 'CreateWindowExW', '_CreateWindowExA', '_CreateWindowExW', 'DrawTextExA', 'DrawTextExW', 'DialogBoxIndirectParamA', 'DialogBoxIndirectParamW', 'TaskDialog']
WITH p, apis, looks, idles, pauses, count(drawn) AS draws
RETURN p.uid AS source,
       'T1497.002' AS target,
       'Human interaction' AS looked_for,
       CASE WHEN draws = 0 AND ((looks >= 10 AND pauses >= 10) OR (idles >= 2 AND pauses >= 2)) THEN 'likely' ELSE 'weak' END AS confidence,
       apis,
       ['mouse', 'foregroundwindows', 'idletime'] AS words
ORDER BY source
