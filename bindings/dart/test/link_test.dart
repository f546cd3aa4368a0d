import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:tomledger/src/channel.dart';
import 'package:tomledger/src/link.dart';
import 'package:tomledger/src/restart_policy.dart';
import 'package:tomledger/tomledger.dart';

import 'support/fake_channel.dart';
import 'support/harness.dart';
import 'support/ledgers.dart';

/// A link whose sidecars are the test.
final class Fixture implements LinkListener {
  final Events<FakeChannel> dialed = Events();
  final Events<String> told = Events();
  Link? _link;

  Link get link => _link!;

  /// Opens the link over a first channel, which is returned.
  Future<FakeChannel> open({int maxRestarts = 5}) async {
    final opening = Link.open(
      dial: _dial,
      introduction: const InitializeParams(participantId: 'cli'),
      listener: this,
      policy: RestartPolicy(maxRestarts: maxRestarts, baseDelay: Duration.zero),
    );
    final channel = await dialed.next();
    await initialize(channel);
    _link = await opening;
    return channel;
  }

  Future<Channel> _dial() async {
    final channel = FakeChannel();
    dialed.add(channel);
    return channel;
  }

  /// Answers `initialize`; returns the request.
  Future<Map<String, Object?>> initialize(FakeChannel channel) async {
    final request = await channel.nextRequest('initialize');
    channel.answer(request, {
      ..._recordedIntroduction,
      'resumeToken': 'token',
      'resumedSessions': [
        {'operationId': 'op', 'sessionId': 1},
      ],
    });
    return request;
  }

  @override
  void onNotification(String method, Map<String, Object?> params) =>
      told.add(method);

  @override
  void onBroken(String reason) => told.add('broken: $reason');

  @override
  void onResumed(InitializeResult result) =>
      told.add('resumed: ${result.resumedSessions.single.operationId}');

  @override
  void onGivenUp(LedgerException error) => told.add('given up: ${error.code}');
}

/// What a sidecar answered to `initialize`, in the recorded exchanges.
final Map<String, Object?> _recordedIntroduction = () {
  final line = File('../conformance/lifecycle.io').readAsLinesSync().firstWhere(
    (line) => line.contains('<--') && line.contains('"resumeToken"'),
  );
  final answer =
      jsonDecode(line.substring(line.indexOf('{'))) as Map<String, Object?>;
  return answer['result']! as Map<String, Object?>;
}();

Map<String, Object?> paramsOf(Map<String, Object?> request) =>
    request['params'] as Map<String, Object?>;

void declare() {
  test('restarts: at most so many within the window, the first at once', () {
    var now = Duration.zero;
    final policy = RestartPolicy(
      maxRestarts: 3,
      window: const Duration(seconds: 10),
      baseDelay: const Duration(milliseconds: 50),
      now: () => now,
    );
    Duration? next(int second) {
      now = Duration(seconds: second);
      return policy.next();
    }

    expect(next(0), Duration.zero);
    expect(next(1), const Duration(milliseconds: 50));
    expect(next(2), const Duration(milliseconds: 100));
    expect(next(9), null);
    expect(next(10), const Duration(milliseconds: 100)); // that of 0 is gone
    expect(next(10), null);
    expect(next(30), Duration.zero);
  });

  test('link: a new connection takes over with the resume token', () async {
    final f = Fixture();
    final first = await f.open();
    await first.die();
    final second = await f.dialed.next();
    expect(paramsOf(await f.initialize(second))['resumeToken'], 'token');
    expect(await f.told.next(), 'broken: the fake sidecar has ended');
    expect(await f.told.next(), 'resumed: op');
  });

  test('link: what was under way is sent again with its request key', () async {
    final f = Fixture();
    final first = await f.open();
    final mutating = f.link.call('operation/create', {});
    final reading = f.link.call('operation/state', {'operationId': 'op'});
    final key =
        paramsOf(await first.nextRequest('operation/create'))['requestKey'];
    expect(key is String && key.length == 32, true);
    expect(paramsOf(await first.nextRequest('operation/state')), {
      'operationId': 'op',
    });
    await first.die();

    final second = await f.dialed.next();
    await f.initialize(second);
    final create = await second.nextRequest('operation/create');
    expect(paramsOf(create)['requestKey'], key);
    second.answer(create, 'created');
    second.answer(await second.nextRequest('operation/state'), 'state');
    expect(await mutating, 'created');
    expect(await reading, 'state');
  });

  test("link: a caller's own request key is kept", () async {
    final f = Fixture();
    final channel = await f.open();
    final call = f.link.call('operation/log', {'requestKey': 'mine'});
    final request = await channel.nextRequest('operation/log');
    expect(paramsOf(request), {'requestKey': 'mine'});
    channel.answer(request, {});
    await call;
  });

  test(
    'link: requests made while there is no connection wait for it',
    () async {
      final f = Fixture();
      final first = await f.open();
      await first.die();
      final second = await f.dialed.next();
      final calls = [f.link.call('a', {}), f.link.call('b', {})];
      await f.initialize(second);
      second.answer(await second.nextRequest('a'), 1);
      second.answer(await second.nextRequest('b'), 2);
      expect(await Future.wait(calls), [1, 2]);
    },
  );

  test('link: gives up after too many restarts, and says so to all', () async {
    final f = Fixture();
    final first = await f.open(maxRestarts: 2);
    final pending = f.link.call('call/await', {});
    final failed = expectThrows<ConnectionException>(() => pending);
    await first.die();
    await (await f.dialed.next()).die(); // before it answers
    final third = await f.dialed.next();
    await f.initialize(third);
    await third.die();

    final error = await failed;
    expect(error.code, 'restartsExhausted');
    expectContains(error.message, ['more than 2 times within 180 s']);
    expect(await f.told.next(), 'broken: the fake sidecar has ended');
    expect(await f.told.next(), 'resumed: op');
    expect(await f.told.next(), 'broken: the fake sidecar has ended');
    expect(await f.told.next(), 'given up: restartsExhausted');
    final later = await expectThrows<ConnectionException>(
      () => f.link.call('ping', {}),
    );
    expect(later.code, 'restartsExhausted');
  });

  test('link: a sidecar that refuses us is not asked again', () async {
    final f = Fixture();
    final first = await f.open();
    await first.die();
    final second = await f.dialed.next();
    final call = f.link.call('ping', {});
    final failed = expectThrows<LedgerException>(() => call);
    second.refuse(
      await second.nextRequest('initialize'),
      1002,
      'the sidecar speaks 2.0',
      {'code': 'versionMismatch'},
    );
    expect((await failed).code, 'versionMismatch');
    expect(await f.told.next(), 'broken: the fake sidecar has ended');
    expect(await f.told.next(), 'given up: versionMismatch');
  });

  test('link: dispose says goodbye, and what is pending fails', () async {
    final f = Fixture();
    final channel = await f.open();
    final pending = f.link.call('call/await', {});
    final failed = expectThrows<ConnectionException>(() => pending);
    await channel.nextRequest('call/await');
    final disposed = f.link.dispose();
    channel.answer(await channel.nextRequest('shutdown'), {});
    await disposed;
    expect((await failed).code, 'disposed');
    expect(channel.isClosed, true);
    await f.link.dispose();
    final later = await expectThrows<ConnectionException>(
      () => f.link.call('ping', {}),
    );
    expect(later.code, 'disposed');
  });

  test('link: dispose while there is no connection', () async {
    final f = Fixture();
    final first = await f.open();
    await first.die();
    final second = await f.dialed.next();
    final call = f.link.call('ping', {});
    final failed = expectThrows<ConnectionException>(() => call);
    final disposed = f.link.dispose();
    await f.initialize(second);
    await disposed;
    expect((await failed).code, 'disposed');
    expect(second.isClosed, true);
  });
}

Future<void> main() => runTests(declare);
