# JSON-RPC itself: what every method has in common.

=== what is no JSON
cli ==> {"jsonrpc":"2.0","id":1,
cli <-- {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"The message is not one JSON value in UTF-8.","data":{"code":"parseError"}}}
cli --> {"jsonrpc":"2.0","id":1,"method":"ping"}
cli <-- {"jsonrpc":"2.0","id":1,"result":{}}

=== what is JSON but no request
cli --> {"jsonrpc":"2.0","id":1}
cli <-- {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"The member method must be a string.","data":{"code":"invalidRequest"}}}
cli --> {"jsonrpc":"1.0","id":2,"method":"ping"}
cli <-- {"jsonrpc":"2.0","id":2,"error":{"code":-32600,"message":"The member jsonrpc must be \"2.0\".","data":{"code":"invalidRequest"}}}
cli --> {"jsonrpc":"2.0","id":3,"method":7}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"The member method must be a string.","data":{"code":"invalidRequest"}}}

=== an unknown method
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/explode","params":{}}
cli <-- {"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"There is no method \"operation/explode\".","data":{"code":"methodNotFound"}}}

=== ids are text or integers and come back as they were
cli --> {"jsonrpc":"2.0","id":"ping-1","method":"ping"}
cli <-- {"jsonrpc":"2.0","id":"ping-1","result":{}}
cli --> {"jsonrpc":"2.0","id":-1,"method":"ping"}
cli <-- {"jsonrpc":"2.0","id":-1,"result":{}}

=== a batch
cli --> [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"nope"}]
cli <-- [{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"There is no method \"nope\".","data":{"code":"methodNotFound"}}}]

=== wrong parameters name the field
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"labels":{"team":7}}}
cli <-- {"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"Set \"labels.team\" to a string: it is a number.","data":{"code":"invalidParams","field":"labels.team"}}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/state","params":{}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Set \"operationId\" to a non-empty string: it is missing or empty.","data":{"code":"invalidParams","field":"operationId"}}}
cli --> {"jsonrpc":"2.0","id":4,"method":"operation/state","params":["20260122T143045.123-cli-a1b2c3d4"]}
cli <-- {"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"Send params as an object with named fields.","data":{"code":"invalidParams"}}}
cli --> {"jsonrpc":"2.0","id":5,"method":"call/start","params":{"operationId":"op","deadlineMs":-5}}
cli <-- {"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"Set \"deadlineMs\" to an integer from 0 to 9007199254740991: it is -5.","data":{"code":"invalidParams","field":"deadlineMs"}}}
cli --> {"jsonrpc":"2.0","id":6,"method":"call/sync","params":{"operationId":"op","callIds":"all"}}
cli <-- {"jsonrpc":"2.0","id":6,"error":{"code":-32602,"message":"Set \"callIds\" to a list: it is a string.","data":{"code":"invalidParams","field":"callIds"}}}
cli --> {"jsonrpc":"2.0","id":7,"method":"operation/wait","params":{"operationId":"op","until":["ended","never"]}}
cli <-- {"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"Set \"until.1\" to one of aborted, failed, completed, ended, timeout: it is \"never\".","data":{"code":"invalidParams","field":"until.1"}}}
cli --> {"jsonrpc":"2.0","id":8,"method":"resource/register","params":{"operationId":"op","process":{}}}
cli <-- {"jsonrpc":"2.0","id":8,"error":{"code":-32602,"message":"Set \"process.pid\" to an integer: it is missing.","data":{"code":"invalidParams","field":"process.pid"}}}

=== unknown fields are ignored and null is left out
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"description":null,"color":"blue"}}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}

=== more than a limit allows
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create","params":{"labels":{"l0":"x","l1":"x","l2":"x","l3":"x","l4":"x","l5":"x","l6":"x","l7":"x","l8":"x","l9":"x","l10":"x","l11":"x","l12":"x","l13":"x","l14":"x","l15":"x","l16":"x","l17":"x","l18":"x","l19":"x","l20":"x","l21":"x","l22":"x","l23":"x","l24":"x","l25":"x","l26":"x","l27":"x","l28":"x","l29":"x","l30":"x","l31":"x","l32":"x","l33":"x","l34":"x","l35":"x","l36":"x","l37":"x","l38":"x","l39":"x","l40":"x","l41":"x","l42":"x","l43":"x","l44":"x","l45":"x","l46":"x","l47":"x","l48":"x","l49":"x","l50":"x","l51":"x","l52":"x","l53":"x","l54":"x","l55":"x","l56":"x","l57":"x","l58":"x","l59":"x","l60":"x","l61":"x","l62":"x","l63":"x","l64":"x"}}}
cli <-- {"jsonrpc":"2.0","id":2,"error":{"code":1003,"message":"An operation may have 64 labels.","data":{"code":"limitExceeded","field":"labels","limit":64}}}

=== a cancelled request answers requestCancelled
cli initializes
cli --> {"jsonrpc":"2.0","id":2,"method":"operation/create"}
cli <-- {"jsonrpc":"2.0","id":2,"result":{"operationId":"20260122T143045.123-cli-a1b2c3d4","participantId":"cli","isInitiator":true,"sessionId":1,"startTime":"2026-01-22T14:30:45.123Z"}}
cli --> {"jsonrpc":"2.0","id":3,"method":"operation/wait","params":{"operationId":"20260122T143045.123-cli-a1b2c3d4","until":["ended"]}}
cli --> {"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":3}}
cli <-- {"jsonrpc":"2.0","id":3,"error":{"code":-32800,"message":"The request was cancelled.","data":{"code":"requestCancelled"}}}
