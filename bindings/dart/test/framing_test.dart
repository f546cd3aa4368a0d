import 'dart:convert';
import 'dart:math';

import 'package:tomledger/src/framing.dart';

import 'support/harness.dart';

List<String> decode(
  Iterable<List<int>> chunks, {
  int maxFrameBytes = defaultMaxFrameBytes,
}) {
  final decoder = FrameDecoder(maxFrameBytes: maxFrameBytes);
  final bodies = <String>[];
  for (final chunk in chunks) {
    decoder.add(chunk, (body) => bodies.add(utf8.decode(body)));
  }
  return bodies;
}

void declare() {
  const bodies = ['{"a":1}', '', '{"text":"é\r\n\r\nContent-Length: 3"}', 'x'];
  final stream = [for (final b in bodies) ...encodeFrame(utf8.encode(b))];

  test('frames: a body is announced with its length in bytes', () {
    expect(
      utf8.decode(encodeFrame(utf8.encode('é'))),
      'Content-Length: 2\r\n\r\né',
    );
  });

  test('frames: a stream in one chunk', () => expect(decode([stream]), bodies));

  test('frames: a stream split at every byte', () {
    expect(
      decode([
        for (final byte in stream) [byte],
      ]),
      bodies,
    );
    for (var at = 0; at <= stream.length; at++) {
      expect(
        decode([stream.sublist(0, at), stream.sublist(at)]),
        bodies,
        'split at $at',
      );
    }
  });

  test('frames: a stream split at random', () {
    for (var seed = 0; seed < 200; seed++) {
      final random = Random(seed);
      final chunks = <List<int>>[];
      for (var at = 0; at < stream.length;) {
        final end = min(stream.length, at + random.nextInt(40));
        chunks.add(stream.sublist(at, end));
        at = end;
      }
      expect(decode(chunks), bodies, 'seed $seed');
    }
  });

  test('frames: other headers are skipped, names in any case are read', () {
    expect(
      decode([utf8.encode('Content-Type: x\r\ncontent-length:  2 \r\n\r\nhi')]),
      ['hi'],
    );
  });

  for (final (input, complaint) in [
    ('hello\r\n\r\n', 'no header: "hello"'),
    ('X-Other: 1\r\n\r\n', 'a header without Content-Length'),
    ('Content-Length: -1\r\n\r\n', 'Content-Length is "-1"'),
    ('Content-Length: 0x10\r\n\r\n', 'Content-Length is "0x10"'),
    ('Content-Length: \r\n\r\n', 'Content-Length is ""'),
    ('Content-Length: 1073741824\r\n\r\n', 'a frame of 1073741824 bytes'),
    ('Content-Length: 99999999999999999999\r\n\r\n', 'Content-Length is'),
    ('\r\n\r\n', 'no header: ""'),
    ('x' * 9000, 'a header of more than 8192 bytes'),
  ]) {
    final shown = input.length > 40 ? '${input.substring(0, 10)}...' : input;
    test('frames: refused: ${jsonEncode(shown)}', () async {
      final error = await expectThrows<FramingException>(
        () => decode([utf8.encode(input)]),
      );
      expectContains(error.message, [complaint]);
    });
  }

  test('frames: garbage gives bodies or a FramingException, nothing else', () {
    final alphabet = utf8.encode('Content-Length: 01\r\n\r\n{}x');
    for (var seed = 0; seed < 2000; seed++) {
      final random = Random(seed);
      final garbage = [
        for (var i = random.nextInt(200); i > 0; i--)
          alphabet[random.nextInt(alphabet.length)],
      ];
      try {
        FrameDecoder(maxFrameBytes: 64).add(garbage, (_) {});
      } on FramingException {
        continue;
      }
    }
  });
}

Future<void> main() => runTests(declare);
