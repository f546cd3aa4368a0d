# Calls and their outcomes.

=== a call with a result, awaited by another participant
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","description":"compile","failOnCrash":false,"spawned":true,"deadlineMs":60000}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.125Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"call/await","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","result":{"warnings":0,"files":["a.o","b.o"],"log":null}}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"durationMs":2}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"callId":"call_cli_1_a1b2","status":"succeeded","result":{"warnings":0,"files":["a.o","b.o"],"log":null}}}
cli <-- {"jsonrpc":"2.0","method":"call/finished","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","status":"succeeded","result":{"warnings":0,"files":["a.o","b.o"],"log":null}}}

=== a call within a call
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.124Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","parentCallId":"call_cli_1_a1b2"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"callId":"call_cli_2_b2c3","startedAt":"2026-01-22T14:30:45.124Z"}}
cli --> {"jsonrpc":"2.0","id":5,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_2_b2c3"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"durationMs":1}}
cli --> {"jsonrpc":"2.0","id":6,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}
cli <-- {"jsonrpc":"2.0","id":6,"result":{"durationMs":1}}
cli --> {"jsonrpc":"2.0","id":7,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","parentCallId":"no-such-call"}}
cli <-- {"jsonrpc":"2.0","id":7,"error":{"code":3001,"message":"There is no call parentCallId in this operation.","data":{"code":"callNotFound","field":"parentCallId","operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"no-such-call"}}}

=== several calls at once
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.124Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","failOnCrash":false}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"callId":"call_cli_2_b2c3","startedAt":"2026-01-22T14:30:45.125Z"}}
cli --> {"jsonrpc":"2.0","id":5,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","result":1}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"durationMs":2}}
cli --> {"jsonrpc":"2.0","id":6,"method":"call/fail","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_2_b2c3","error":"out of memory","stackTrace":"main.dart 12:3"}}
cli <-- {"jsonrpc":"2.0","id":6,"result":{"durationMs":2}}
cli --> {"jsonrpc":"2.0","id":7,"method":"call/sync","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callIds":["call_cli_1_a1b2","call_cli_2_b2c3","no-such-call"]}}
cli <-- {"jsonrpc":"2.0","id":7,"result":{"successfulCalls":[{"callId":"call_cli_1_a1b2","status":"succeeded","result":1}],"failedCalls":[{"callId":"call_cli_2_b2c3","status":"failed","error":"out of memory","stackTrace":"main.dart 12:3"}],"unknownCalls":[{"callId":"no-such-call","status":"unknown"}],"operationFailed":false}}

=== a call that fails takes the operation with it
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.124Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/fail","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","error":"exit code 2"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"durationMs":1}}
cli <-- {"jsonrpc":"2.0","method":"operation/failed","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","failedAt":"2026-01-22T14:30:45.125Z","reason":"call call_cli_1_a1b2 of cli failed: exit code 2","crashedCallIds":["call_cli_1_a1b2"]}}

=== unless there is a fallback
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.124Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/fail","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","error":"exit code 2","fallback":{"cached":true}}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"durationMs":1}}
cli <-- {"jsonrpc":"2.0","method":"call/finished","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","status":"succeeded","result":{"cached":true}}}
cli --> {"jsonrpc":"2.0","id":5,"method":"call/await","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"callId":"call_cli_1_a1b2","status":"succeeded","result":{"cached":true}}}

=== asking the owner to give a call up
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.125Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"call/cancel","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","reason":"not needed any more"}}
bridge <-- {"jsonrpc":"2.0","id":3,"result":{}}
cli <-- {"jsonrpc":"2.0","method":"call/cancelRequested","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","reason":"not needed any more"}}

=== a wait that runs out of time
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.125Z"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/await","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","timeoutMs":1}}
cli <-- {"jsonrpc":"2.0","id":4,"error":{"code":3005,"message":"The time ran out before the calls had ended; they go on.","data":{"code":"callTimeout","operationId":"20260122T143045.123-cli-a1b2c3d4","callIds":["call_cli_1_a1b2"]}}}

=== a call that is not there, has ended, or is another's
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"no-such-call"}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":3001,"message":"There is no such call in this operation.","data":{"code":"callNotFound","operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"no-such-call"}}}
cli --> {"jsonrpc":"2.0","id":4,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}
bridge <-- {"jsonrpc":"2.0","id":3,"error":{"code":3003,"message":"The call belongs to \"cli\"; only its owner ends it, others may cancel it.","data":{"code":"notCallOwner","operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2","participantId":"cli"}}}
cli --> {"jsonrpc":"2.0","id":5,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"durationMs":1}}
cli --> {"jsonrpc":"2.0","id":6,"method":"call/end","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}
cli <-- {"jsonrpc":"2.0","id":6,"error":{"code":3002,"message":"The call has already ended (succeeded).","data":{"code":"callAlreadyCompleted","operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"call_cli_1_a1b2"}}}

=== frames with ids of the client's choosing
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"callframe/create","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"step:1"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"step:1"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"callframe/create","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"step:1"}}
cli <-- {"jsonrpc":"2.0","id":4,"error":{"code":3004,"message":"A call with this id is open; choose another.","data":{"code":"callIdInUse","operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"step:1"}}}
cli --> {"jsonrpc":"2.0","id":5,"method":"callframe/delete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"step:1"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"deleted":true}}
cli --> {"jsonrpc":"2.0","id":6,"method":"callframe/delete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","callId":"step:1"}}
cli <-- {"jsonrpc":"2.0","id":6,"result":{"deleted":false}}
