import 'dart:ffi' show Abi;
import 'dart:io';
import 'dart:isolate';

import 'package:tomledger/src/binary.dart';
import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';
import 'support/ledgers.dart';

/// Makes a file that could be a binary.
Future<String> fakeBinary(Directory directory) async {
  final file = File('${directory.path}/tomledger');
  await file.create(recursive: true);
  return file.path;
}

void declare() {
  test('binary: an explicit path is taken', () async {
    final path = await fakeBinary(await tempDir());
    expect(
      await findBinary(
        binaryPath: path,
        environment: {'TOMLEDGER_BINARY': '/elsewhere'},
      ),
      path,
    );
  });

  test(r'binary: $TOMLEDGER_BINARY comes before PATH', () async {
    final named = await fakeBinary(await tempDir());
    final onPath = await tempDir();
    await fakeBinary(onPath);
    expect(
      await findBinary(
        environment: {'TOMLEDGER_BINARY': named, 'PATH': onPath.path},
      ),
      named,
    );
  });

  test(
    'binary: PATH is searched in its order, without empty entries',
    () async {
      final empty = await tempDir(), first = await tempDir();
      final path = await fakeBinary(first);
      final second = await tempDir();
      await fakeBinary(second);
      expect(
        await findBinary(
          environment: {
            'TOMLEDGER_BINARY': '',
            'PATH': ':${empty.path}:${first.path}:${second.path}',
          },
        ),
        path,
      );
    },
  );

  test('binary: a platform package comes before PATH', () async {
    final directory = await tempDir();
    final path = await fakeBinary(Directory('${directory.path}/lib'));
    await fakeBinary(directory);
    expect(await findInPackage(directory), path);
  });

  test('binary: not found: the error names all four places', () async {
    final error = await expectThrows<ConnectionException>(
      () => findBinary(environment: {'PATH': '/nowhere'}),
    );
    expect(error.code, 'binaryNotFound');
    expectContains(error.message, [
      'binaryPath (not set)',
      r'$TOMLEDGER_BINARY (not set)',
      'package tomledger_',
      'on PATH',
    ]);
  });

  test('binary: a named place without one is not passed over', () async {
    final directory = await tempDir();
    await fakeBinary(directory);
    for (final (explicit, variable) in [('/no/a', null), (null, '/no/b')]) {
      final error = await expectThrows<ConnectionException>(
        () => findBinary(
          binaryPath: explicit,
          environment: {
            'PATH': directory.path,
            if (variable != null) 'TOMLEDGER_BINARY': variable,
          },
        ),
      );
      expectContains(error.message, [explicit ?? variable!]);
    }
  });

  test('binary: one that can not be started is told with its reason', () async {
    final path = await fakeBinary(await tempDir());
    final error = await expectThrows<ConnectionException>(
      () => Ledger.connect(participantId: 'cli', binaryPath: path),
    );
    expect(error.code, 'sidecarNotStarted');
    expectContains(error.message, [path, 'ermission denied']);
  });

  test('binary: one that ends at once is told with its last words', () async {
    final path = await fakeBinary(await tempDir());
    await File(
      path,
    ).writeAsString('#!/bin/sh\necho no such ledger >&2\nexit 3\n');
    await Process.run('chmod', ['+x', path]);
    final error = await expectThrows<ConnectionException>(
      () => Ledger.connect(participantId: 'cli', binaryPath: path),
    );
    expect(error.code, 'sidecarNotStarted');
    expectContains(error.message, ['has ended', 'no such ledger']);
  });
}

/// Runs [findBinary] in an isolate for which [directory] is the platform
/// package of this system.
Future<String?> findInPackage(Directory directory) async {
  final config = File('${directory.path}/package_config.json');
  final package = Directory.current.uri;
  await config.writeAsString('''
{"configVersion": 2, "packages": [
  {"name": "tomledger", "rootUri": "$package", "packageUri": "lib/", "languageVersion": "3.7"},
  {"name": "tomledger_${Abi.current()}", "rootUri": "${directory.uri}", "packageUri": "lib/"}
]}''');
  final found = ReceivePort();
  addTearDown(found.close);
  await Isolate.spawnUri(
    package.resolve('test/support/find_binary.dart'),
    [directory.path],
    found.sendPort,
    packageConfig: config.uri,
    onError: found.sendPort,
  );
  return await found.first as String?;
}

Future<void> main() => runTests(declare);
