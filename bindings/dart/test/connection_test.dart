import 'dart:async';
import 'dart:convert';

import 'package:tomledger/src/connection.dart';
import 'package:tomledger/tomledger.dart';

import 'support/fake_channel.dart';
import 'support/harness.dart';
import 'support/ledgers.dart';

/// A connection whose sidecar is the test.
final class Fixture {
  final FakeChannel channel = FakeChannel();
  final Events<String> notifications = Events();
  final Completer<String> broken = Completer();
  late final Connection connection = Connection(
    channel,
    onNotification: (method, params) => notifications.add('$method $params'),
    onBroken: broken.complete,
  );
}

void declare() {
  test('connection: answers may come in any order', () async {
    final f = Fixture();
    final first = f.connection.request('a', {'x': 1});
    final second = f.connection.request('b', {});
    final a = await f.channel.next(), b = await f.channel.next();
    expect(a['params'], {'x': 1});
    f.channel.answer(b, 'two');
    f.channel.answer(a, 'one');
    expect(await second, 'two');
    expect(await first, 'one');
  });

  test(
    'connection: an error answer becomes the exception of its code',
    () async {
      final f = Fixture();
      final answer = f.connection.request('operation/join', {});
      f.channel.refuse(await f.channel.next(), 2008, 'calls are open', {
        'code': 'pendingCalls',
        'callIds': ['c1', 'c2'],
      });
      final error = await expectThrows<PendingCallsException>(() => answer);
      expect(error.code, 'pendingCalls');
      expect(error.numericCode, 2008);
      expect(error.callIds, ['c1', 'c2']);
    },
  );

  test('connection: errors of another shape keep code and message', () async {
    for (final (data, code) in [
      (null, 'unknown'),
      (7, 'unknown'),
      ([1], 'unknown'),
      ({'code': 7}, 'unknown'),
      ({'code': 'brandNew'}, 'brandNew'),
    ]) {
      final f = Fixture();
      final answer = f.connection.request('x', {});
      f.channel.refuse(await f.channel.next(), -32603, 'oops', data);
      final error = await expectThrows<LedgerException>(() => answer);
      expect(error.numericCode, -32603);
      expect(error.message, 'oops');
      expect(error.code, code);
    }
  });

  test('connection: a request of the sidecar is refused', () async {
    final f = Fixture()..connection;
    f.channel.send({'jsonrpc': '2.0', 'id': 'x', 'method': 'call/later'});
    final answer = await f.channel.next();
    expect(answer['id'], 'x');
    expect(answer['error'], {
      'code': -32601,
      'message': 'this client does not implement call/later',
    });
  });

  test(
    'connection: who waits for an answer sees it before what came after',
    () async {
      final f = Fixture();
      var joined = false;
      final answer = f.connection.request('operation/join', {}).then((_) async {
        for (var i = 0; i < 20; i++) {
          await null; // a long way through microtasks
        }
        joined = true;
      });
      f.channel.answer(await f.channel.next(), {});
      f.channel.send({
        'jsonrpc': '2.0',
        'method': 'event',
        'params': {'n': 1},
      });
      expect(await f.notifications.next(), 'event {n: 1}');
      expect(joined, true);
      await answer;
    },
  );

  test(
    'connection: its end fails what is unanswered, and what follows',
    () async {
      final f = Fixture();
      final answer = f.connection.request('x', {});
      await f.channel.die();
      final error = await expectThrows<BrokenConnection>(() => answer);
      expect(error.reason, 'the fake sidecar has ended');
      expect(await f.broken.future, 'the fake sidecar has ended');
      await expectThrows<BrokenConnection>(() => f.connection.request('y', {}));
    },
  );

  for (final (name, bytes, complaint) in [
    ('no frame', utf8.encode('panic: oh no\r\n\r\n'), 'that is no frame'),
    (
      'malformed JSON',
      utf8.encode('Content-Length: 1\r\n\r\n{'),
      'malformed JSON',
    ),
    (
      'bad UTF-8',
      [...utf8.encode('Content-Length: 3\r\n\r\n"'), 0xff, 0x22],
      'malformed JSON',
    ),
    ('no message', utf8.encode('Content-Length: 2\r\n\r\n[]'), 'no JSON-RPC'),
  ]) {
    test('connection: broken by $name', () async {
      final f = Fixture();
      final answer = f.connection.request('x', {});
      f.channel.sendRaw(bytes);
      await expectThrows<BrokenConnection>(() => answer);
      expectContains(await f.broken.future, [complaint]);
      expect(f.channel.isClosed, true);
    });
  }

  test(
    'connection: what JSON can not say is refused and harms nothing',
    () async {
      final f = Fixture();
      await expectThrows<JsonUnsupportedObjectError>(
        () => f.connection.request('x', {'value': Object()}),
      );
      final answer = f.connection.request('y', {});
      f.channel.answer(await f.channel.nextRequest('y'), 1);
      expect(await answer, 1);
    },
  );

  test('connection: a cancelled request is cancelled at the sidecar', () async {
    final f = Fixture();
    final cancel = Completer<void>();
    final answer = f.connection.request('x', {}, cancel: cancel.future);
    final request = await f.channel.next();
    cancel.complete();
    final cancellation = await f.channel.next();
    expect(cancellation['method'], r'$/cancelRequest');
    expect(cancellation['params'], {'id': request['id']});
    f.channel.refuse(request, -32800, 'cancelled', {
      'code': 'requestCancelled',
    });
    final error = await expectThrows<LedgerException>(() => answer);
    expect(error.code, 'requestCancelled');
  });

  test('connection: an answer to nothing is skipped', () async {
    final f = Fixture();
    final answer = f.connection.request('x', {});
    final request = await f.channel.next();
    f.channel.answer({'id': 99}, 'what?');
    f.channel.answer(request, 'yes');
    expect(await answer, 'yes');
  });

  test(
    'connection: closing fails what is unanswered, and is no break',
    () async {
      final f = Fixture();
      final answer = f.connection.request('x', {});
      final failed = expectThrows<BrokenConnection>(() => answer);
      await f.connection.close();
      await failed;
      expect(f.broken.isCompleted, false);
    },
  );
}

Future<void> main() => runTests(declare);
