package gen

import (
	"fmt"
	"strings"
)

func dartNames(w *writer, s *Schema) {
	w.line("\n/// The names of the methods on the wire.")
	w.line("abstract final class MethodNames {")
	for i, m := range s.Methods {
		if i > 0 {
			w.line("")
		}
		w.comment("  ", "///", description(m.GoName, m.Doc))
		dartConstant(w, lowerCamel(m.GoName), m.Name)
	}
	w.line("}")
	w.line("\n/// The methods that change the ledger and take a requestKey.")
	w.line("const Set<String> mutatingMethods = {")
	for _, m := range s.Methods {
		if m.Mutating {
			w.line("  MethodNames.%s,", lowerCamel(m.GoName))
		}
	}
	w.line("};")
	for _, n := range s.ClientNotifications {
		w.line("")
		w.comment("", "///", description(n.GoName, n.Doc))
		w.line("const String %sNotification = r'%s';", lowerCamel(n.GoName), n.Name)
	}
}

// dartEvents writes the names of the events and a sealed class for each.
func dartEvents(w *writer, s *Schema) {
	w.line("\n/// The names of the events on the wire.")
	w.line("abstract final class EventNames {")
	for i, n := range s.Notifications {
		if i > 0 {
			w.line("")
		}
		w.comment("  ", "///", description(n.GoName, n.Doc))
		dartConstant(w, lowerCamel(n.GoName), n.Name)
	}
	w.line("}")
	w.line("\n/// What a sidecar tells its client.")
	w.line("sealed class SidecarEvent {\n  /// For the subclasses.\n  const SidecarEvent();")
	w.line("\n  /// Decodes an event. A name that this version does not know gives null: a")
	w.line("  /// newer sidecar may send it, and it is to be ignored.")
	w.line("  static SidecarEvent? decode(String name, Object? params) => switch (name) {")
	for _, n := range s.Notifications {
		dartDecodeCase(w, n)
	}
	w.line("    _ => null,\n  };")
	w.line("\n  /// The name on the wire.")
	w.line("  String get name;\n}")
	for _, n := range s.Notifications {
		w.line("")
		w.comment("", "///", description(n.GoName, n.Doc))
		w.line("final class %[1]sNotification extends SidecarEvent {\n  /// Makes one.\n  const %[1]sNotification(this.params);", n.GoName)
		w.line("\n  /// What it carries.\n  final %s params;", n.Params.Name)
		w.line("\n  @override\n  String get name => EventNames.%s;\n}", lowerCamel(n.GoName))
	}
}

// dartDecodeCase writes the case of a switch that decodes an event.
func dartDecodeCase(w *writer, n *Notification) {
	name := "EventNames." + lowerCamel(n.GoName) + " =>"
	made := dartCall{n.GoName + "Notification(", []string{n.Params.Name + ".fromJson(params)"}, "),"}
	if len("    "+name+" "+made.open) <= 80 {
		made.open = name + " " + made.open
		made.write(w, "    ")
		return
	}
	w.line("    %s", name)
	made.write(w, "      ")
}

func dartConstant(w *writer, name, value string) {
	line := fmt.Sprintf("  static const String %s = '%s';", name, value)
	if len(line) > 80 {
		line = strings.Replace(line, " = ", " =\n      ", 1)
	}
	w.line("%s", line)
}

func dartClient(w *writer, s *Schema) {
	w.line(`
/// Sends requests.
abstract interface class Caller {
  /// Sends a request and completes with its decoded result. An error answer
  /// completes with an error. When [cancel] completes first, the request is
  /// cancelled and fails with [ErrorCode.requestCancelled].
  Future<Object?> call(
    String method,
    Map<String, Object?> params, {
    Future<void>? cancel,
  });
}

/// One method for each method of the contract, over any connection.
final class ProtocolClient {
  /// Makes a client that sends its requests through a [Caller].
  const ProtocolClient(this._caller);

  final Caller _caller;`)
	for _, m := range s.Methods {
		dartClientMethod(w, m)
	}
	w.line("}")
}

func dartClientMethod(w *writer, m *Method) {
	name := lowerCamel(m.GoName)
	w.line("")
	w.comment("  ", "///", methodDoc(m))
	args, params := []string{m.Params.Name + " params", "{Future<void>? cancel}"}, "params.toJson()"
	if m.Params.IsEmpty() {
		args, params = args[1:], "const {}"
	}
	result := m.Result.Name
	if m.Result.IsEmpty() {
		result = "void"
	}
	dartSignature(w, "Future<"+result+"> "+name+"(", args)
	call := []string{"MethodNames." + name, params, "cancel: cancel"}
	if m.Result.IsEmpty() {
		dartCall{"await _caller.call(", call, ");"}.write(w, "    ")
		w.line("  }")
		return
	}
	dartCall{"final result = await _caller.call(", call, ");"}.write(w, "    ")
	w.line("    return %s.fromJson(result);\n  }", result)
}

// dartSignature writes the head of an async method whose last parameter is in
// braces.
func dartSignature(w *writer, open string, args []string) {
	line := "  " + open + strings.Join(args, ", ") + ") async {"
	if len(line) <= 80 {
		w.line("%s", line)
		return
	}
	last := strings.Trim(args[len(args)-1], "{}")
	w.line("  %s", open)
	for _, arg := range args[:len(args)-1] {
		w.line("    %s, {", arg)
	}
	w.line("    %s,\n  }) async {", last)
}

// dartRequests writes what a client implements to answer the sidecar.
func dartRequests(w *writer, s *Schema) {
	w.line("\n/// What a sidecar may ask of its client.")
	w.line("abstract interface class ClientRequests {")
	for i, m := range s.Requests {
		if i > 0 {
			w.line("")
		}
		w.comment("  ", "///", description(m.GoName, m.Doc))
		w.line("  Future<%s> %s(%s params);", m.Result.Name, lowerCamel(m.GoName), m.Params.Name)
	}
	w.line("}")
	w.line("\n/// Decodes a request from the sidecar and has it answered. A name that this")
	w.line("/// version does not know gives null: answer it with methodNotFound.")
	w.line("Future<Map<String, Object?>>? answerRequest(\n  ClientRequests client,\n  String name,\n  Object? params,\n) => switch (name) {")
	for _, m := range s.Requests {
		w.line("  '%s' => client\n      .%s(%s.fromJson(params))\n      .then((result) => result.toJson()),", m.Name, lowerCamel(m.GoName), m.Params.Name)
	}
	w.line("  _ => null,\n};")
}

// dartReaders are the functions that check decoded JSON. Their errors name the
// path, outermost field first.
const dartReaders = `
T _required<T>(
  Map<String, Object?> object,
  String name,
  T Function(Object?) read,
) {
  try {
    return read(object[name]);
  } on FormatException catch (e) {
    throw FormatException('$name: ${e.message}');
  }
}

T? _optional<T>(
  Map<String, Object?> object,
  String name,
  T Function(Object?) read,
) => object[name] == null ? null : _required(object, name, read);

List<T> _requiredList<T>(
  Map<String, Object?> object,
  String name,
  T Function(Object?) read,
) => _required(object, name, (json) {
  if (json is! List<Object?>) throw _unexpected('a list', json);
  return List.unmodifiable(json.map(read));
});

List<T>? _optionalList<T>(
  Map<String, Object?> object,
  String name,
  T Function(Object?) read,
) => object[name] == null ? null : _requiredList(object, name, read);

Map<String, T> _requiredMap<T>(
  Map<String, Object?> object,
  String name,
  T Function(Object?) read,
) => _required(
  object,
  name,
  (json) => Map.unmodifiable(
    _object(json).map((key, value) => MapEntry(key, read(value))),
  ),
);

Map<String, T>? _optionalMap<T>(
  Map<String, Object?> object,
  String name,
  T Function(Object?) read,
) => object[name] == null ? null : _requiredMap(object, name, read);

Map<String, Object?> _object(Object? json) =>
    json is Map<String, Object?> ? json : throw _unexpected('an object', json);

String _string(Object? json) =>
    json is String ? json : throw _unexpected('a string', json);

bool _bool(Object? json) =>
    json is bool ? json : throw _unexpected('true or false', json);

int _int(Object? json) =>
    json is int ? json : throw _unexpected('an integer', json);

double _double(Object? json) =>
    json is num ? json.toDouble() : throw _unexpected('a number', json);

DateTime _time(Object? json) =>
    DateTime.tryParse(_string(json))?.toUtc() ??
    (throw _unexpected('an RFC 3339 time', json));

FormatException _unexpected(String wanted, Object? json) =>
    FormatException('expected $wanted, got ${json ?? 'nothing'}');
`
