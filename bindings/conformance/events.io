# Events that come only by subscribe.

=== log lines and archives
cli --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"cli","pid":4711,"subscribe":["ledger/*"]}}
cli <-- {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"1.0","server":{"name":"tomledger","version":"0.1.0","pid":4700},"engineId":"eng-4f2a9c10-7b30","connectionId":"conn-5d0e1a20","resumeToken":"K7QZ3M5XRT2WVB4N6YHC8JDEF0","ledger":{"path":"/home/ada/project/_ai/operation_ledger","backend":"file","durability":"process"},"limits":{"maxFrameBytes":16777216,"maxConnections":1024,"maxQueuedRequests":1024,"maxQueuedBytes":8388608,"maxOperations":10000,"maxOpenCalls":10000,"maxResources":10000,"maxTextBytes":65536,"maxLabels":64,"slowConsumerMs":30000},"resumedSessions":[]}}
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"description":"nightly build"}}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/log","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","message":"32 files to compile","level":"info"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{}}
cli <-- {"jsonrpc":"2.0","method":"ledger/logLine","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","line":"2026-01-22T14:30:45.125Z [INFO] 32 files to compile participant=cli seq=3"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/complete","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","method":"operation/completed","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","backupPath":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","method":"ledger/backupCreated","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","path":"/home/ada/project/_ai/operation_ledger/backup/20260122T143045.123-cli-a1b2c3d4"}}
