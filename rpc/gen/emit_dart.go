package gen

import (
	"fmt"
	"strings"
)

// emitDart writes the protocol library of the Dart binding, formatted as
// dart format would.
func emitDart(s *Schema) []byte {
	w := &writer{}
	w.line("%s", header)
	w.line("\n// ignore_for_file: unused_element")
	w.line("\n/// The version of the contract in this file, as major.minor.")
	w.line("const String protocolVersion = '%s';", s.Version)
	dartErrorCodes(w, s)
	for _, e := range s.Enums {
		dartEnum(w, e)
	}
	for _, st := range s.Structs {
		dartStruct(w, st)
	}
	dartNames(w, s)
	dartEvents(w, s)
	dartClient(w, s)
	if len(s.Requests) > 0 {
		dartRequests(w, s)
	}
	w.WriteString(dartReaders)
	return w.Bytes()
}

func dartErrorCodes(w *writer, s *Schema) {
	w.line("\n/// The error codes.")
	w.line("enum ErrorCode {")
	for i, c := range s.Codes {
		if i > 0 {
			w.line("")
		}
		w.comment("  ", "///", description(c.GoName, c.Doc))
		end := ","
		if i == len(s.Codes)-1 {
			end = ";"
		}
		w.line("  %s(%d)%s", c.Name, c.Number, end)
	}
	w.line(`
  const ErrorCode(this.number);

  /// The code on the wire.
  final int number;

  /// The code with this number, or null for one of a newer version.
  static ErrorCode? fromNumber(int number) {
    for (final code in values) {
      if (code.number == number) return code;
    }
    return null;
  }
}`)
}

func dartEnum(w *writer, e *Enum) {
	w.line("")
	w.comment("", "///", description(e.Name, e.Doc))
	w.line("enum %s {", e.Name)
	for i, v := range e.Values {
		if i > 0 {
			w.line("")
		}
		w.comment("  ", "///", description(v.GoName, v.Doc))
		end := ","
		if i == len(e.Values)-1 {
			end = ";"
		}
		w.line("  %s%s", v.Name, end)
	}
	w.line(`
  /// Reads the value from its name on the wire. A name that this version does
  /// not know throws a [FormatException].
  static %[1]s fromJson(Object? json) {
    for (final value in values) {
      if (value.name == json) return value;
    }
    throw FormatException('unknown %[1]s "$json"');
  }

  /// The name on the wire.
  String toJson() => name;
}`, e.Name)
}

func dartStruct(w *writer, st *Struct) {
	w.line("")
	w.comment("", "///", description(st.Name, st.Doc))
	w.line("final class %s {", st.Name)
	w.line("  /// Makes one from its fields.")
	dartConstructor(w, st)
	w.line("\n  /// Reads one from decoded JSON, or throws a [FormatException].")
	dartFromJSON(w, st)
	for _, f := range st.Fields {
		w.line("")
		w.comment("  ", "///", description(f.GoName, f.Doc))
		w.line("  final %s %s;", dartFieldType(f), f.Name)
	}
	w.line("\n  /// What is sent: optional fields that are null are left out.")
	dartToJSON(w, st)
	w.line("}")
}

func dartConstructor(w *writer, st *Struct) {
	if st.IsEmpty() {
		w.line("  const %s();", st.Name)
		return
	}
	var args []string
	for _, f := range st.Fields {
		if f.Optional {
			args = append(args, "this."+f.Name)
		} else {
			args = append(args, "required this."+f.Name)
		}
	}
	dartCall{"const " + st.Name + "({", args, "});"}.write(w, "  ")
}

// dartCall is a call, or anything else with a list between two delimiters.
type dartCall struct {
	open string
	args []string
	end  string
}

func (c dartCall) String() string { return c.open + strings.Join(c.args, ", ") + c.end }

// write writes the call on one line if it fits in 80 columns, and one argument
// to a line otherwise.
func (c dartCall) write(w *writer, indent string) {
	if line := indent + c.String(); len(line) <= 80 || len(c.args) == 0 {
		w.line("%s", line)
		return
	}
	w.line("%s%s", indent, c.open)
	for _, arg := range c.args {
		w.line("%s  %s,", indent, arg)
	}
	w.line("%s%s", indent, c.end)
}

func dartFromJSON(w *writer, st *Struct) {
	w.line("  factory %s.fromJson(Object? json) {", st.Name)
	if st.IsEmpty() {
		w.line("    _object(json);\n    return const %s();\n  }", st.Name)
		return
	}
	w.line("    final object = _object(json);")
	made := dartCall{open: "return " + st.Name + "(", end: ");"}
	for _, f := range st.Fields {
		made.args = append(made.args, f.Name+": "+dartRead(f).String())
	}
	if len(made.String())+4 <= 80 {
		w.line("    %s\n  }", made)
		return
	}
	w.line("    %s", made.open)
	for _, f := range st.Fields {
		read := dartRead(f)
		dartCall{f.Name + ": " + read.open, read.args, read.end + ","}.write(w, "      ")
	}
	w.line("    %s\n  }", made.end)
}

// dartRead is the expression that reads a field from the variable object.
func dartRead(f *Field) dartCall {
	t, name := f.Type, "'"+f.Name+"'"
	read := "_required"
	if f.Optional {
		read = "_optional"
	}
	switch t.Kind {
	case Raw:
		return dartCall{open: "object[" + name + "]"}
	case List:
		return dartCall{read + "List(", []string{"object", name, dartReader(*t.Elem)}, ")"}
	case Map:
		return dartCall{read + "Map(", []string{"object", name, dartReader(*t.Elem)}, ")"}
	default:
		return dartCall{read + "(", []string{"object", name, dartReader(t)}, ")"}
	}
}

// dartReader is the function that reads a type from decoded JSON.
func dartReader(t Type) string {
	switch t.Kind {
	case String:
		return "_string"
	case Bool:
		return "_bool"
	case Int:
		return "_int"
	case Float:
		return "_double"
	case Instant:
		return "_time"
	case Raw:
		return "(json) => json"
	case EnumRef:
		return t.Enum.Name + ".fromJson"
	default:
		return t.Struct.Name + ".fromJson"
	}
}

func dartFieldType(f *Field) string {
	if f.Optional && f.Type.Kind != Raw {
		return dartType(f.Type) + "?"
	}
	return dartType(f.Type)
}

func dartType(t Type) string {
	switch t.Kind {
	case String:
		return "String"
	case Bool:
		return "bool"
	case Int:
		return "int"
	case Float:
		return "double"
	case Instant:
		return "DateTime"
	case Raw:
		return "Object?"
	case EnumRef:
		return t.Enum.Name
	case StructRef:
		return t.Struct.Name
	case List:
		return "List<" + dartType(*t.Elem) + ">"
	default:
		return "Map<String, " + dartType(*t.Elem) + ">"
	}
}

func dartToJSON(w *writer, st *Struct) {
	if st.IsEmpty() {
		w.line("  Map<String, Object?> toJson() => const {};")
		return
	}
	var members []string
	for _, f := range st.Fields {
		members = append(members, dartMember(f))
	}
	dartCall{"Map<String, Object?> toJson() => {", members, "};"}.write(w, "  ")
}

// dartMember is one member of a map literal, over two lines if it must be.
func dartMember(f *Field) string {
	name := "'" + f.Name + "': "
	if !f.Optional {
		return name + dartWrite(f.Type, f.Name, f.Name)
	}
	condition := "if (" + f.Name + " != null)"
	member := name + dartWrite(f.Type, f.Name, f.Name+"!")
	if len(condition)+len(member)+6 <= 80 {
		return condition + " " + member
	}
	return condition + "\n      " + member
}

// dartWrite is the expression that turns a value into what can be encoded.
// Value is an expression, and known is the same where it can't be null.
func dartWrite(t Type, value, known string) string {
	switch t.Kind {
	case Instant:
		return known + ".toUtc().toIso8601String()"
	case EnumRef, StructRef:
		return known + ".toJson()"
	case List:
		if isPlain(*t.Elem) {
			return value
		}
		return fmt.Sprintf("[for (final item in %s) %s]", known, dartWrite(*t.Elem, "item", "item"))
	case Map:
		if isPlain(*t.Elem) {
			return value
		}
		return fmt.Sprintf("{for (final entry in %s.entries) entry.key: %s}", known, dartWrite(*t.Elem, "entry.value", "entry.value"))
	default:
		return value
	}
}

// isPlain tells whether a type is the same in Dart and in decoded JSON.
func isPlain(t Type) bool {
	return t.Kind != Instant && t.Kind != EnumRef && t.Kind != StructRef
}
