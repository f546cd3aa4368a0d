# Temporary resources.

=== registered and taken back
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","path":"/tmp/build-4711"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"resourceId":"res_1"}}
cli --> {"jsonrpc":"2.0","id":4,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","process":{"pid":4712}}}
cli <-- {"jsonrpc":"2.0","id":4,"result":{"resourceId":"res_2"}}
cli --> {"jsonrpc":"2.0","id":5,"method":"resource/unregister","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","path":"/tmp/build-4711"}}
cli <-- {"jsonrpc":"2.0","id":5,"result":{"removed":true}}
cli --> {"jsonrpc":"2.0","id":6,"method":"resource/unregister","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","resourceId":"res_1"}}
cli <-- {"jsonrpc":"2.0","id":6,"result":{"removed":false}}

=== a path that can't be one
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","path":"build/../.."}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":5001,"message":"Give an absolute path: the sidecar has a working directory of its own.","data":{"code":"invalidPath","field":"path","path":"build/../.."}}}
cli --> {"jsonrpc":"2.0","id":4,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","path":"/"}}
cli <-- {"jsonrpc":"2.0","id":4,"error":{"code":5001,"message":"The root of a file system can't be a temporary resource.","data":{"code":"invalidPath","field":"path","path":"/"}}}
cli --> {"jsonrpc":"2.0","id":5,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
cli <-- {"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"Name either a path or a process.","data":{"code":"invalidParams","field":"path"}}}

=== somebody else's resource
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"resource/register","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","path":"/tmp/build-4711"}}
cli <-- {"jsonrpc":"2.0","id":3,"result":{"resourceId":"res_1"}}
bridge initializes
bridge --> {"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4"}}
bridge <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"bridge","isInitiator":false,"sessionId":2,"startTime":"2026-01-22T14:30:45.123Z","aborted":false,"operationState":"running"}}
bridge --> {"jsonrpc":"2.0","id":3,"method":"resource/unregister","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","resourceId":"res_1"}}
bridge <-- {"jsonrpc":"2.0","id":3,"error":{"code":3003,"message":"The resource belongs to \"cli\".","data":{"code":"notCallOwner","operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","resourceId":"res_1"}}}
