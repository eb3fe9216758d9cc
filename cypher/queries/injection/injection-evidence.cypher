// /// query
// summary = "Every recorded step between an injector and its target, in call order"
// attack = ["T1055"]
// table = ["position", "step", "api", "address", "size", "protection", "thread_id", "details"]
// [params.injector]
// type = "integer"
// required = true
// example = 3292
// doc = "process id of the injector"
// [params.target]
// type = "integer"
// required = true
// example = 3428
// doc = "process id of the target"
// [params.limit]
// type = "integer"
// least = 1
// default = 1000
// doc = "most rows to give"
// [columns]
// host = "name of the host"
// position = "citation of the call"
// time = "ISO 8601"
// step = "kind of the step"
// api = "the call"
// address = "address in the target"
// size = "bytes"
// protection = "page protection"
// thread_id = "thread of the target"
// details = "what else the call says"
// host_uid = "the host as a node"
// source_uid = "the injector as a node"
// target_uid = "the target as a node"
// uid = "the step as a relationship"
// [[examples]]
// title = "memory, then a thread"
// params = { injector = 4, target = 8 }
// graph = """
// CREATE (h:Host:Entity {uid: 'h', name: 'PC'}), (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'}), (b:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'}),
//   (a)-[:CREATED_THREAD_IN {uid: 't', seq: 2, position: 'x:2', api: 'CreateRemoteThread', address_hex: '0x1000'}]->(b),
//   (a)-[:ALLOCATED_IN {uid: 'm', seq: 1, position: 'x:1', api: 'NtAllocateVirtualMemory', address_hex: '0x1000', protection: 'PAGE_EXECUTE_READWRITE'}]->(b)
// """
// rows = [{ position = "x:1", step = "ALLOCATED_IN", protection = "PAGE_EXECUTE_READWRITE" }, { position = "x:2", step = "CREATED_THREAD_IN", address = "0x1000" }]
// [[examples]]
// title = "other processes"
// params = { injector = 4, target = 12 }
// graph = """
// CREATE (a:Process:Entity {uid: 'a', pid: 4, host_uid: 'h'})-[:RESUMED {uid: 't', seq: 2, position: 'x:2'}]->(:Process:Entity {uid: 'b', pid: 8, host_uid: 'h'})
// """
// rows = []
// ///
MATCH (s:Process {pid: $injector})
MATCH (s)-[x:SPAWNED|OPENED|ALLOCATED_IN|PROTECTED_IN|MAPPED_INTO|UNMAPPED_FROM|WROTE_MEMORY_OF|READ_MEMORY_OF|CREATED_THREAD_IN|READ_CONTEXT_OF|SET_CONTEXT_OF|QUEUED_APC_TO|SET_WINDOW_MEMORY_OF|SENT_MESSAGE_TO|SUSPENDED|RESUMED|REPORTED_INJECTION_INTO]->(t:Process {pid: $target})
OPTIONAL MATCH (h:Entity {uid: t.host_uid})
RETURN coalesce(h.name, 'not recorded') AS host,
       x.position AS position,
       CASE WHEN x.first_us IS NULL THEN 'not recorded' ELSE
         left(toString(datetime({epochSeconds: x.first_us / 1000000, nanosecond: 1})), 19) + '.' + right('00000' + toString(x.first_us % 1000000), 6) + 'Z' END AS time,
       type(x) AS step,
       coalesce(x.api, head(x.apis), 'not recorded') AS api,
       x.address_hex AS address,
       x.size AS size,
       x.protection AS protection,
       x.thread_id AS thread_id,
       [d IN [x.module, x.buffer, 'suspend count ' + toString(x.suspend_count)] WHERE d IS NOT NULL] + coalesce(x.registers, []) AS details,
       t.host_uid AS host_uid,
       s.uid AS source_uid,
       t.uid AS target_uid,
       x.uid AS uid
ORDER BY host, x.seq, position
LIMIT $limit
