import 'dart:io';

import 'support/harness.dart';
import 'support/ledgers.dart';

void declare() {
  test(
    'example: it runs, says where the record is, and ends by itself',
    () async {
      final directory = await tempDir();
      final result = await Process.run(Platform.resolvedExecutable, [
        '--packages=.dart_tool/package_config.json',
        'example/main.dart',
        '${directory.path}/ledger',
      ]);
      expect(result.stderr, '');
      expect(result.exitCode, 0);
      final out = result.stdout as String;
      expectContains(out, ['4 words after']);
      final record = RegExp(
        r'the record lies in (.*)',
      ).firstMatch(out)!.group(1);
      expect(File('$record/operation.json').existsSync(), true);
    },
  );

  test('example: the README shows the same program', () async {
    final program = await File('example/main.dart').readAsString();
    final readme = await File('README.md').readAsString();
    final shown = RegExp(r'```dart\n(.*?)```', dotAll: true).firstMatch(readme);
    expect(shown?.group(1), program.substring(program.indexOf('import')));
  });
}

Future<void> main() => runTests(declare);
