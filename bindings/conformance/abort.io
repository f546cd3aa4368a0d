# Pulling the brake.

=== everyone is told, acknowledges, and nothing new begins
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/abort","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","reason":"Ctrl-C"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{}}
cli <-- {"jsonrpc":"2.0","method":"operation/aborted","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","value":true,"by":"cli","reason":"Ctrl-C"}}
bridge <-- {"jsonrpc":"2.0","method":"operation/aborted","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","value":true,"by":"cli","reason":"Ctrl-C"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":3,"error":{"code":2004,"message":"\"cli\" has aborted the operation; end what is open.","data":{"code":"operationAborted","operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli"}}}
bridge --> {"jsonrpc":"2.0","id":4,"method":"operation/ackAbort","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":4,"result":{}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/state","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","state":"running","aborted":true,"callFrameCount":0,"participants":["cli","bridge"],"abort":{"by":"cli","reason":"Ctrl-C","at":"2026-01-22T14:30:45.125Z","acknowledgedBy":["bridge"],"pending":["cli"]}}}
cli --> {"jsonrpc":"2.0","id":5,"method":"operation/abort","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","value":false}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{}}
bridge <-- {"jsonrpc":"2.0","method":"operation/aborted","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","value":false,"by":"cli"}}
bridge --> {"jsonrpc":"2.0","id":5,"method":"call/start","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":5,"result":{"callId":"call_bridge_1_a1b2","startedAt":"2026-01-22T14:30:45.126Z"}}
