import 'dart:ffi' show Abi;
import 'dart:io';
import 'dart:isolate';

import 'errors.dart';

/// Finds the tomledger binary: [binaryPath], then `$TOMLEDGER_BINARY`, then the
/// platform package beside this one (`tomledger_linux_x64`, which holds it in
/// `lib`), then `PATH`. [environment] is what the last two variables are read
/// from.
///
/// A place that was named but holds no file is an error, no reason to look on:
/// the caller would be given another version than it asked for.
///
/// Throws a [ConnectionException] `binaryNotFound`, with all four in its
/// message.
Future<String> findBinary({
  required Map<String, String> environment,
  String? binaryPath,
}) async {
  final file = Platform.isWindows ? 'tomledger.exe' : 'tomledger';
  final package = 'tomledger_${Abi.current()}';
  final fromEnvironment = switch (environment['TOMLEDGER_BINARY']) {
    null || '' => null,
    final path => path,
  };

  final named = binaryPath ?? fromEnvironment;
  final found =
      named != null
          ? _file(named)
          : await _inPackage(package, file) ?? _onPath(environment, file);
  if (found != null) return found;

  throw ConnectionException(
    'binaryNotFound',
    'no tomledger binary found. Looked at: binaryPath '
        '(${binaryPath ?? 'not set'}), \$TOMLEDGER_BINARY '
        '(${fromEnvironment ?? 'not set'}), package $package, and $file on '
        'PATH. Install one of them or set one of the first two.',
  );
}

Future<String?> _inPackage(String package, String file) async {
  try {
    final uri = await Isolate.resolvePackageUri(
      Uri.parse('package:$package/$file'),
    );
    return uri == null ? null : _file(uri.toFilePath());
  } on UnsupportedError {
    return null; // a compiled program has no packages
  }
}

String? _onPath(Map<String, String> environment, String file) {
  final directories = (environment['PATH'] ?? '').split(
    Platform.isWindows ? ';' : ':',
  );
  for (final directory in directories) {
    if (directory.isEmpty) continue; // "here": running that would be a trap
    final found = _file('$directory${Platform.pathSeparator}$file');
    if (found != null) return found;
  }
  return null;
}

String? _file(String path) => File(path).existsSync() ? path : null;
