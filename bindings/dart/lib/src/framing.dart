import 'dart:convert';
import 'dart:math' show min;
import 'dart:typed_data';

/// The largest frame a [FrameDecoder] accepts, in bytes. A sidecar announces
/// 16 MiB and sends nothing longer.
const int defaultMaxFrameBytes = 64 << 20;

/// Bytes from the sidecar that are no frame. The stream can't be read on.
final class FramingException implements Exception {
  /// Describes what stood where a frame was expected.
  const FramingException(this.message);

  /// One sentence.
  final String message;

  @override
  String toString() => 'FramingException: $message';
}

/// Puts LSP's header in front of one message.
Uint8List encodeFrame(List<int> body) {
  final header = ascii.encode('Content-Length: ${body.length}\r\n\r\n');
  return Uint8List(header.length + body.length)
    ..setAll(0, header)
    ..setAll(header.length, body);
}

/// Cuts a byte stream into messages at LSP's `Content-Length` headers, however
/// the stream is chunked. A body is copied once, into a buffer of its size.
final class FrameDecoder {
  /// Decodes frames of at most [maxFrameBytes].
  FrameDecoder({this.maxFrameBytes = defaultMaxFrameBytes});

  /// The longest body that is accepted, in bytes.
  final int maxFrameBytes;

  static const int _maxHeaderBytes = 8192;
  static const int _lf = 0x0a, _cr = 0x0d;

  final List<int> _header = [];
  Uint8List? _body; // null while a header is being read
  int _filled = 0;

  /// Takes the next [chunk] and hands the bodies it completes to [emit].
  /// Throws a [FramingException] at anything that is no frame.
  void add(List<int> chunk, void Function(Uint8List body) emit) {
    var at = 0;
    while (at < chunk.length) {
      final body = _body;
      if (body == null) {
        at = _readHeader(chunk, at);
      } else {
        final n = min(chunk.length - at, body.length - _filled);
        body.setRange(_filled, _filled + n, chunk, at);
        at += n;
        _filled += n;
      }
      if (_body case final done? when _filled == done.length) {
        _body = null;
        emit(done);
      }
    }
  }

  /// Reads header bytes up to the blank line that ends them; returns how far
  /// it came.
  int _readHeader(List<int> chunk, int at) {
    while (at < chunk.length) {
      _header.add(chunk[at++]);
      if (_headerIsComplete) {
        _body = Uint8List(_contentLength());
        _filled = 0;
        _header.clear();
        return at;
      }
      if (_header.length > _maxHeaderBytes) {
        throw const FramingException(
          'a header of more than $_maxHeaderBytes bytes',
        );
      }
    }
    return at;
  }

  bool get _headerIsComplete {
    final n = _header.length;
    return n >= 4 &&
        _header[n - 1] == _lf &&
        _header[n - 2] == _cr &&
        _header[n - 3] == _lf &&
        _header[n - 4] == _cr;
  }

  int _contentLength() {
    final text = latin1.decode(_header);
    for (final line in text.trimRight().split('\r\n')) {
      final colon = line.indexOf(':');
      if (colon < 0) throw FramingException('no header: ${jsonEncode(line)}');
      if (line.substring(0, colon).trim().toLowerCase() != 'content-length') {
        continue;
      }
      final value = line.substring(colon + 1).trim();
      // int.tryParse would also take signs and hexadecimal.
      if (!RegExp(r'^[0-9]{1,15}$').hasMatch(value)) {
        throw FramingException('Content-Length is ${jsonEncode(value)}');
      }
      final length = int.parse(value);
      if (length > maxFrameBytes) {
        throw FramingException(
          'a frame of $length bytes, more than $maxFrameBytes',
        );
      }
      return length;
    }
    throw FramingException('a header without Content-Length: $text');
  }
}
