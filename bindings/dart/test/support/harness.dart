/// A test harness in a page: this package depends on nothing but the SDK, and
/// the VM of the tests comes without `dart test`.
///
/// A test file declares its tests in `declare` and runs them in `main`:
///
///     void declare() {
///       test('what is shown', () async => expect(await something(), 42));
///     }
///
///     Future<void> main() => runTests(declare);
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';

/// A test that takes longer than this hangs.
const Duration _patience = Duration(seconds: 60);

final List<(String, FutureOr<void> Function())> _tests = [];
final List<FutureOr<void> Function()> _tearDowns = [];

/// Declares a test.
void test(String name, FutureOr<void> Function() body) =>
    _tests.add((name, body));

/// Runs [body] after the current test, the newest first.
void addTearDown(FutureOr<void> Function() body) => _tearDowns.add(body);

/// What a test throws that shows its point to be false.
final class TestFailure implements Exception {
  /// Describes what was found.
  TestFailure(this.message);

  /// What was found.
  final String message;

  @override
  String toString() => message;
}

/// Ends the test as failed.
Never fail(String message) => throw TestFailure(message);

/// Shows that [actual] equals [expected]: collections by their content, as
/// JSON.
void expect(Object? actual, Object? expected, [String? reason]) {
  if (actual == expected) return;
  if (_isData(actual) && _isData(expected)) {
    if (_toJson(actual) == _toJson(expected)) return;
  }
  fail('${reason == null ? '' : '$reason: '}expected $expected, got $actual');
}

/// Shows that [text] contains each of [parts].
void expectContains(String text, List<String> parts) {
  for (final part in parts) {
    if (!text.contains(part)) fail('expected "$part" in "$text"');
  }
}

/// Shows that [body] throws an [E], and returns it.
Future<E> expectThrows<E extends Object>(
  FutureOr<Object?> Function() body,
) async {
  final Object? result;
  try {
    result = await body();
  } on E catch (e) {
    return e;
  }
  fail('expected an error of type $E, got the result $result');
}

/// Runs what [declare] declares, says how it went, and sets the exit code.
///
/// An error that reaches no one, such as that of a future nobody waits for,
/// fails the test during which it shows.
Future<void> runTests(void Function() declare) async {
  declare();
  var failed = 0;
  for (final (name, body) in _tests) {
    final error = await _run(name, body);
    stdout.writeln(error == null ? 'ok    $name' : 'FAIL  $name\n$error');
    if (error != null) failed++;
  }
  stdout.writeln('${_tests.length - failed} passed, $failed failed');
  exitCode = failed == 0 && _tests.isNotEmpty ? 0 : 1;
}

Future<String?> _run(String name, FutureOr<void> Function() body) async {
  String? error;
  void report(Object e, StackTrace stackTrace) => error ??= '$e\n$stackTrace';
  final watchdog = Timer(_patience, () {
    stdout.writeln('FAIL  $name: it hangs');
    exit(1);
  });
  final done = Completer<void>();
  runZonedGuarded(() async {
    try {
      await body();
    } on Object catch (e, stackTrace) {
      report(e, stackTrace);
    }
    while (_tearDowns.isNotEmpty) {
      try {
        await _tearDowns.removeLast()();
      } on Object catch (e, stackTrace) {
        report(e, stackTrace);
      }
    }
    done.complete();
  }, report);
  await done.future;
  watchdog.cancel();
  return error;
}

String _toJson(Object? data) =>
    jsonEncode(data is Iterable<Object?> ? data.toList() : data);

bool _isData(Object? value) =>
    value is Map<String, Object?> || value is Iterable<Object?>;
