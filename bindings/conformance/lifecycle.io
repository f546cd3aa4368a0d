# Connecting, and what is answered before and after.

=== initialize introduces both sides
cli --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"cli","pid":4711,"clientInfo":{"name":"my-build","version":"2.1"},"protocolVersion":"1.0","heartbeatIntervalMs":4500,"staleAfterMs":10000,"reconnectGraceMs":0,"subscribe":["ledger/*"]}}
cli <-- {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"1.0","server":{"name":"tomledger","version":"0.1.0","pid":4700},"engineId":"eng-4f2a9c10-7b30","connectionId":"conn-5d0e1a20","resumeToken":"K7QZ3M5XRT2WVB4N6YHC8JDEF0","ledger":{"path":"/home/ada/project/_ai/operation_ledger","backend":"file","durability":"process"},"limits":{"maxFrameBytes":16777216,"maxConnections":1024,"maxQueuedRequests":1024,"maxQueuedBytes":8388608,"maxOperations":10000,"maxOpenCalls":10000,"maxResources":10000,"maxTextBytes":65536,"maxLabels":64,"slowConsumerMs":30000},"resumedSessions":[]}}

=== ping, ledger/status and rpc.discover are answered before initialize
cli --> {"jsonrpc":"2.0","id":1,"method":"ping"}
cli <-- {"jsonrpc":"2.0","id":1,"result":{}}
cli --> {"jsonrpc":"2.0","id":2,"method":"ping","params":{}}
cli <-- {"jsonrpc":"2.0","id":2,"result":{}}
cli --> {"jsonrpc":"2.0","id":3,"method":"ledger/status"}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"service":"tom_dist_ledger","version":"0.1.0","protocolVersion":"1.0","status":"ok","basePath":"/home/ada/project/_ai/operation_ledger","backend":"file","timestamp":"2026-01-22T14:30:45.123Z","uptimeMs":7,"engines":[{"engineId":"eng-4f2a9c10-7b30","alive":true,"self":true}],"operationCount":0,"connectionCount":1}}
cli --> {"jsonrpc":"2.0","id":4,"method":"rpc.discover"}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"openrpc":"1.3.2","info":"<any>","methods":"<any>","components":"<any>"}}

=== anything else before initialize is not
cli --> {"jsonrpc":"2.0","id":1,"method":"operation/create","params":{"description":"too early"}}
cli <-- {"jsonrpc":"2.0","id":1,"error":{"code":1001,"message":"Send initialize first, with a participantId.","data":{"code":"notInitialized"}}}

=== a client of another major version
cli --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"cli","protocolVersion":"2.0"}}
cli <-- {"jsonrpc":"2.0","id":1,"error":{"code":1002,"message":"The client speaks protocol 2.0 and this sidecar 1.0; install a client and a tomledger of the same major version.","data":{"code":"versionMismatch","serverVersion":"1.0","clientVersion":"2.0"}}}

=== a participant's name that is none
cli --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"../cli"}}
cli <-- {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"A participantId begins with a letter or digit, then up to 63 letters, digits, '_', '.' and '-'.","data":{"code":"invalidParams","field":"participantId","participantId":"../cli"}}}

=== a connection is initialized once
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"initialize","params":{"participantId":"other"}}
cli <-- {"jsonrpc":"2.0","id":2,"error":{"code":-32600,"message":"This connection is initialized already; open another one for another participant.","data":{"code":"invalidRequest"}}}

=== shutdown leaves the sessions and cancels their calls
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":3,"result":{"callId":"call_bridge_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
bridge --> {"jsonrpc":"2.0","id":4,"method":"shutdown"}
bridge <-- {"jsonrpc":"2.0","id":4,"result":{}}
cli <-- {"jsonrpc":"2.0","method":"operation/participantLeft","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","sessionId":2}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/state","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","state":"running","aborted":false,"callFrameCount":0,"participants":["cli"]}}

=== a connection that breaks leaves its sessions too
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge closes
cli <-- {"jsonrpc":"2.0","method":"operation/participantLeft","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","sessionId":2}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/state","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","state":"running","aborted":false,"callFrameCount":0,"participants":["cli"]}}

=== a session survives a broken connection within the grace
cli --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"cli","pid":4711,"reconnectGraceMs":60000}}
cli <-- {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"1.0","server":{"name":"tomledger","version":"0.1.0","pid":4700},"engineId":"eng-4f2a9c10-7b30","connectionId":"conn-5d0e1a20","resumeToken":"K7QZ3M5XRT2WVB4N6YHC8JDEF0","ledger":{"path":"/home/ada/project/_ai/operation_ledger","backend":"file","durability":"process"},"limits":{"maxFrameBytes":16777216,"maxConnections":1024,"maxQueuedRequests":1024,"maxQueuedBytes":8388608,"maxOperations":10000,"maxOpenCalls":10000,"maxResources":10000,"maxTextBytes":65536,"maxLabels":64,"slowConsumerMs":30000},"resumedSessions":[]}}
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli closes
again --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"cli","resumeToken":"K7QZ3M5XRT2WVB4N6YHC8JDEF0"}}
again <-- {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"1.0","server":{"name":"tomledger","version":"0.1.0","pid":4700},"engineId":"eng-4f2a9c10-7b30","connectionId":"conn-5d0e1a21","resumeToken":"K7QZ3M5XRT2WVB4N6YHC8JDEF0","ledger":{"path":"/home/ada/project/_ai/operation_ledger","backend":"file","durability":"process"},"limits":{"maxFrameBytes":16777216,"maxConnections":1024,"maxQueuedRequests":1024,"maxQueuedBytes":8388608,"maxOperations":10000,"maxOpenCalls":10000,"maxResources":10000,"maxTextBytes":65536,"maxLabels":64,"slowConsumerMs":30000},"resumedSessions":[{"operationId":"20260122T143045.123-cli-a1b2c3d4","sessionId":1}]}}
again --> {"jsonrpc":"2.0","id":2,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
again <-- {"jsonrpc":"2.0","id":2,"result":{"callId":"call_cli_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
