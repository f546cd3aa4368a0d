# Operations from their creation to their end.

=== an operation from creation to completion
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"description":"nightly build","labels":{"team":"core"},"deadlineMs":3600000}}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
cli <-- {"jsonrpc":"2.0","method":"operation/participantJoined","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","sessionId":2}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"operation/leave","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":3,"result":{}}
cli <-- {"jsonrpc":"2.0","method":"operation/participantLeft","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","sessionId":2}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/complete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","method":"operation/completed","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/state","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","state":"completed","aborted":false,"callFrameCount":0,"participants":[]}}
cli --> {"jsonrpc":"2.0","id":5,"method":"operation/log","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","message":"too late"}}
cli <-- {"jsonrpc":"2.0","id":5,"error":{"code":2002,"message":"The operation has completed; create a new one.","data":{"code":"operationEnded","operationId":"20260122T143045.123-cli-a1b2c3d4"}}}

=== what is known of an operation
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"description":"nightly build","labels":{"team":"core"}}}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","description":"compile"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.125Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","path":"/tmp/build-4711"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"resourceId":"res_1"}}
cli --> {"jsonrpc":"2.0","id":5,"method":"operation/log","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","message":"32 files","level":"debug"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{}}
cli --> {"jsonrpc":"2.0","id":6,"method":"operation/heartbeat","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","progress":{"percent":37.5,"message":"linking"}}}
cli <-- {"jsonrpc":"2.0","id":6,"result":{"abortFlag":false,"ledgerExists":true,"heartbeatUpdated":true,"callFrameCount":1,"tempResourceCount":1,"heartbeatAgeMs":3,"isStale":false,"participants":["cli"],"participantHeartbeatAges":{"cli":0},"staleParticipants":[]}}
cli --> {"jsonrpc":"2.0","id":7,"method":"operation/heartbeat","params":{}}
cli <-- {"jsonrpc":"2.0","id":7,"result":{"abortFlag":false,"ledgerExists":true,"heartbeatUpdated":true,"callFrameCount":1,"tempResourceCount":1,"heartbeatAgeMs":0,"isStale":false,"participants":["cli"],"participantHeartbeatAges":{"cli":0},"staleParticipants":[]}}
cli --> {"jsonrpc":"2.0","id":8,"method":"operation/state","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":8,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","state":"running","aborted":false,"callFrameCount":1,"participants":["cli"]}}
cli --> {"jsonrpc":"2.0","id":9,"method":"operation/get","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":9,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","initiatorId":"cli","description":"nightly build","labels":{"team":"core"},"startTime":"2026-01-22T14:30:45.123Z","operationState":"running","aborted":false,"lastHeartbeat":"2026-01-22T14:30:45.126Z","callFrames":[{"callId":"call_cli_1_a1b2","participantId":"cli","sessionId":1,"pid":4711,"startTime":"2026-01-22T14:30:45.125Z","lastHeartbeat":"2026-01-22T14:30:45.126Z","state":"active","failOnCrash":true,"description":"compile","spawned":false,"resources":["res_1"]}],"tempResources":[{"resourceId":"res_1","path":"/tmp/build-4711","owner":4711,"participantId":"cli","sessionId":1,"callId":"call_cli_1_a1b2","host":"laptop","registeredAt":"2026-01-22T14:30:45.125Z"}],"participants":[{"participantId":"cli","sessionIds":[1],"pid":4711,"host":"laptop","state":"alive","lastHeartbeat":"2026-01-22T14:30:45.126Z","progress":{"percent":37.5,"message":"linking"}}],"calls":[],"seq":6}}
cli --> {"jsonrpc":"2.0","id":10,"method":"operation/get","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","atSeq":2}}
cli <-- {"jsonrpc":"2.0","id":10,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","initiatorId":"cli","description":"nightly build","labels":{"team":"core"},"startTime":"2026-01-22T14:30:45.123Z","operationState":"running","aborted":false,"lastHeartbeat":"2026-01-22T14:30:45.123Z","callFrames":[],"tempResources":[],"participants":[{"participantId":"cli","sessionIds":[1],"pid":4711,"host":"laptop","state":"alive","lastHeartbeat":"2026-01-22T14:30:45.123Z"}],"calls":[],"seq":2}}
cli --> {"jsonrpc":"2.0","id":11,"method":"operation/trail","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","afterSeq":2,"limit":2}}
cli <-- {"jsonrpc":"2.0","id":11,"result":{"events":[{"seq":3,"at":"2026-01-22T14:30:45.125Z","elapsedMs":2,"type":"call_started","participantId":"cli","sessionId":1,"data":{"callId":"call_cli_1_a1b2","description":"compile","failOnCrash":true}},{"seq":4,"at":"2026-01-22T14:30:45.125Z","elapsedMs":2,"type":"resource_registered","participantId":"cli","sessionId":1,"data":{"resourceId":"res_1","path":"/tmp/build-4711","callId":"call_cli_1_a1b2","host":"laptop","pid":4711}}],"next":4}}
cli --> {"jsonrpc":"2.0","id":12,"method":"operation/trail","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","afterSeq":4}}
cli <-- {"jsonrpc":"2.0","id":12,"result":{"events":[{"seq":5,"at":"2026-01-22T14:30:45.125Z","elapsedMs":2,"type":"logged","participantId":"cli","sessionId":1,"data":{"message":"32 files","level":"debug"}},{"seq":6,"at":"2026-01-22T14:30:45.126Z","elapsedMs":3,"type":"progress_reported","participantId":"cli","sessionId":1,"data":{"percent":37.5,"message":"linking"}}]}}

=== the operations of a ledger, page by page
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"description":"first"}}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/create","params":{"description":"second"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"operationId":"20260122T143045.124-cli-b2c3d4e5","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.125Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/complete","params":{"operationId":"20260122T143045.124-cli-b2c3d4e5"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.124-cli-b2c3d4e5"}}
cli <-- {"jsonrpc":"2.0","method":"operation/completed","params":{"operationId":"20260122T143045.124-cli-b2c3d4e5","backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.124-cli-b2c3d4e5"}}
cli --> {"jsonrpc":"2.0","id":5,"method":"ledger/operations","params":{"states":["running"]}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"operations":[{"operationId":"20260122T143045.123-cli-a1b2c3d4","initiatorId":"cli","description":"first","operationState":"running","aborted":false,"startTime":"2026-01-22T14:30:45.123Z","callFrameCount":0,"participants":["cli"]}]}}
cli --> {"jsonrpc":"2.0","id":6,"method":"ledger/operations","params":{"includeBackups":true,"limit":1}}
cli <-- {"jsonrpc":"2.0","id":6,"result":{"operations":[{"operationId":"20260122T143045.123-cli-a1b2c3d4","initiatorId":"cli","description":"first","operationState":"running","aborted":false,"startTime":"2026-01-22T14:30:45.123Z","callFrameCount":0,"participants":["cli"]}],"next":"20260122T143045.123-cli-a1b2c3d4"}}
cli --> {"jsonrpc":"2.0","id":7,"method":"ledger/operations","params":{"includeBackups":true,"limit":1,"after":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":7,"result":{"operations":[{"operationId":"20260122T143045.124-cli-b2c3d4e5","initiatorId":"cli","description":"second","operationState":"completed","aborted":false,"startTime":"2026-01-22T14:30:45.125Z","endTime":"2026-01-22T14:30:45.128Z","callFrameCount":0,"participants":["cli"]}]}}

=== the same requestKey is not done twice
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","requestKey":"k1"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","requestKey":"k1"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
cli --> {"jsonrpc":"2.0","id":5,"method":"operation/state","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","state":"running","aborted":false,"callFrameCount":1,"participants":["cli"]}}

=== only the initiator completes
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"operation/complete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":3,"error":{"code":2005,"message":"Only the initiator, \"cli\", completes the operation; leave it instead.","data":{"code":"notInitiator","operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli"}}}

=== open calls stand in the way, unless forced
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_bridge_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/complete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":2008,"message":"1 calls are still open (call_bridge_1_a1b2): wait for them, or complete with force.","data":{"code":"pendingCalls","operationId":"20260122T143045.123-cli-a1b2c3d4","callIds":["call_bridge_1_a1b2"]}}}
bridge --> {"jsonrpc":"2.0","id":4,"method":"operation/leave","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":4,"error":{"code":2008,"message":"1 calls are still open (call_bridge_1_a1b2): end them first, or leave with cancelPendingCalls.","data":{"code":"pendingCalls","operationId":"20260122T143045.123-cli-a1b2c3d4","callIds":["call_bridge_1_a1b2"]}}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/complete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","force":true}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","method":"operation/completed","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","method":"call/finished","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_bridge_1_a1b2","status":"cancelled"}}

=== an operation that is failed
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/fail","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","reason":"the compiler is missing"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{}}
cli <-- {"jsonrpc":"2.0","method":"operation/failed","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","failedAt":"2026-01-22T14:30:45.125Z","reason":"the compiler is missing","crashedCallIds":[]}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":4,"error":{"code":2003,"message":"The operation has failed: the compiler is missing.","data":{"code":"operationFailed","operationId":"20260122T143045.123-cli-a1b2c3d4"}}}

=== an operation that is not there
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":2,"error":{"code":2001,"message":"There is no operation \"20260122T143045.123-cli-a1b2c3d4\"; tomledger ls lists them.","data":{"code":"operationNotFound","operationId":"20260122T143045.123-cli-a1b2c3d4"}}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/state","params":{"operationId":"../../etc/passwd"}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":2009,"message":"An operation id begins with a letter or digit, then up to 127 letters, digits, '_', '.' and '-', without '..'.","data":{"code":"invalidOperationId","operationId":"../../etc/passwd"}}}

=== what needs a session
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/log","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","message":"hello"}}
bridge <-- {"jsonrpc":"2.0","id":2,"error":{"code":2006,"message":"The caller has no such open session on this operation; join it first.","data":{"code":"sessionNotActive","operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge"}}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","sessionId":7}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":2006,"message":"This connection has no such open session; leave sessionId out to mean the newest.","data":{"code":"sessionNotActive","operationId":"20260122T143045.123-cli-a1b2c3d4","sessionId":7}}}

=== waiting for an operation
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/wait","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","until":["aborted","ended"],"timeoutMs":1}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"reached":"timeout","state":"running"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/wait","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","until":["aborted","ended"]}}
cli --> {"jsonrpc":"2.0","id":5,"method":"operation/abort","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","reason":"stop"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"reached":"aborted","state":"running"}}
