package gen

import (
	"fmt"
	"slices"
	"strings"
)

// emitGoTypes writes, for each source file that declares types, a file with
// what belongs to them: one decode function for each struct and enum that
// parameters reach, and fillLists where it is needed.
func emitGoTypes(s *Schema) map[string][]byte {
	bodies := map[string]*writer{}
	body := func(file string) *writer {
		if bodies[file] == nil {
			bodies[file] = &writer{}
		}
		return bodies[file]
	}
	structs, enums := reachable(slices.Concat(s.Methods, s.Requests))
	filled := needFilling(s)
	for _, e := range s.Enums {
		if enums[e] {
			goDecodeEnum(body(e.File), e)
		}
	}
	for _, st := range s.Structs {
		if structs[st] {
			goDecodeStruct(body(st.File), st)
		}
		if filled[st] {
			goFillLists(body(st.File), st, filled)
		}
	}
	files := map[string][]byte{}
	for file, w := range bodies {
		files[file] = goFile(w, "maps", "slices")
	}
	return files
}

// reachable finds what the parameters of these methods are made of.
func reachable(methods []*Method) (map[*Struct]bool, map[*Enum]bool) {
	structs, enums := map[*Struct]bool{}, map[*Enum]bool{}
	var visit func(t Type)
	visitStruct := func(st *Struct) {
		if structs[st] {
			return
		}
		structs[st] = true
		for _, f := range st.Fields {
			visit(f.Type)
		}
	}
	visit = func(t Type) {
		switch t.Kind {
		case StructRef:
			visitStruct(t.Struct)
		case EnumRef:
			enums[t.Enum] = true
		case List, Map:
			visit(*t.Elem)
		default:
			// It is made of nothing else.
		}
	}
	for _, m := range methods {
		visitStruct(m.Params)
	}
	return structs, enums
}

func goDecodeStruct(w *writer, st *Struct) {
	w.line("\nfunc decode%s(d *decoder) (p %s) {", st.Name, st.Name)
	if st.IsEmpty() {
		w.line("for range d.members {\nd.skip()\n}\nreturn p\n}")
		return
	}
	for _, f := range st.Fields {
		if needsPresence(f) {
			w.line("has%s := false", f.GoName)
		}
	}
	w.line("for name := range d.members {\nswitch string(name) {")
	for _, f := range st.Fields {
		w.line("case %q:", f.Name)
		w.line("p.%s = %s", f.GoName, goRead(f))
		if needsPresence(f) {
			w.line("has%s = true", f.GoName)
		}
	}
	w.line("default:\nd.skip()\n}\n}")
	for _, f := range st.Fields {
		goRequire(w, f)
	}
	w.line("return p\n}")
}

// needsPresence tells whether a required field's zero value is a value, so
// that its presence has to be noted.
func needsPresence(f *Field) bool { return !f.Optional && !f.NonEmpty() }

// goRequire writes the check that a required field is there.
func goRequire(w *writer, f *Field) {
	if f.Optional {
		return
	}
	condition, report := "!has"+f.GoName, "missing"
	if f.NonEmpty() {
		condition, report = "len(p."+f.GoName+") == 0", "empty"
	}
	w.line("if %s {\nd.%s(%q, %q)\n}", condition, report, f.Name, wanted(f))
}

// wanted says in words what a required field takes.
func wanted(f *Field) string {
	empty := "a non-empty "
	if f.MayBeEmpty {
		empty = "a "
	}
	switch f.Type.Kind {
	case String:
		return empty + "string"
	case List:
		return empty + "list"
	case Bool:
		return "true or false"
	case Int:
		return "an integer"
	case Float:
		return "a number"
	case Instant:
		return "an RFC 3339 time"
	case EnumRef:
		return "one of " + valueNames(f.Type.Enum)
	case Raw:
		return "a JSON value"
	default:
		return "an object"
	}
}

// goRead is the expression that reads a field.
func goRead(f *Field) string {
	switch {
	case f.Type.Kind == List:
		return fmt.Sprintf("decodeList(d, %s)", goReader(*f.Type.Elem))
	case f.Type.Kind == Map:
		return fmt.Sprintf("decodeMap(d, %s)", goReader(*f.Type.Elem))
	case f.Pointer:
		return fmt.Sprintf("pointer(d, %s)", goReader(f.Type))
	case f.Type.Kind == StructRef || f.Type.Kind == EnumRef:
		return goReader(f.Type) + "(d)"
	default:
		return "d." + strings.TrimPrefix(goReader(f.Type), "(*decoder).") + "()"
	}
}

// goReader is the function that reads a type, as func(*decoder) T.
func goReader(t Type) string {
	switch t.Kind {
	case String:
		return "(*decoder).string"
	case Bool:
		return "(*decoder).bool"
	case Int:
		return "(*decoder).int64"
	case Float:
		return "(*decoder).float64"
	case Instant:
		return "(*decoder).time"
	case Raw:
		return "(*decoder).raw"
	case EnumRef:
		return "decode" + t.Enum.Name
	default:
		return "decode" + t.Struct.Name
	}
}

func goDecodeEnum(w *writer, e *Enum) {
	var names []string
	for _, v := range e.Values {
		names = append(names, v.GoName)
	}
	w.line("\nfunc decode%s(d *decoder) %s {", e.Name, e.Name)
	w.line("v := %s(d.string())", e.Name)
	w.line("switch v {\ncase %s:\ndefault:\nd.oneOf(string(v), %q)\n}", strings.Join(names, ", "), valueNames(e))
	w.line("return v\n}")
}

// valueNames lists the values of an enum.
func valueNames(e *Enum) string {
	var names []string
	for _, v := range e.Values {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}
