package gen

import (
	"bytes"
	"fmt"
	"strings"
)

// emitMarkdown replaces the generated sections of protocol.md, which stand
// between a line "<!-- generated: NAME -->" and a line "<!-- end -->", and
// keeps everything else.
func emitMarkdown(s *Schema, page []byte) ([]byte, error) {
	sections := map[string]func(*writer, *Schema){
		"methods": mdMethods,
		"events":  mdEvents,
		"types":   mdTypes,
		"enums":   mdEnums,
		"errors":  mdErrors,
	}
	const begin, closing, end = "<!-- generated: ", " -->\n", "<!-- end -->"
	w := &writer{}
	for rest := page; ; {
		before, after, found := bytes.Cut(rest, []byte(begin))
		w.Write(before)
		if !found {
			break
		}
		name, after, _ := bytes.Cut(after, []byte(closing))
		emit := sections[string(name)]
		if emit == nil {
			return nil, fmt.Errorf("protocol.md: no generated section is called %q, or it stands twice", name)
		}
		_, after, found = bytes.Cut(after, []byte(end))
		if !found {
			return nil, fmt.Errorf("protocol.md: the section %q has no line %q", name, end)
		}
		w.WriteString(begin + string(name) + closing + "\n")
		emit(w, s)
		w.WriteString("\n" + end)
		delete(sections, string(name))
		rest = after
	}
	for name := range sections {
		return nil, fmt.Errorf("protocol.md: add a section %q, between %q and %q", name, begin+name+strings.TrimSpace(closing), end)
	}
	return w.Bytes(), nil
}

// mdMethods writes an overview and then a section for each method.
func mdMethods(w *writer, s *Schema) {
	w.line("| method | parameters | result |\n| --- | --- | --- |")
	for _, m := range s.Methods {
		w.line("| [`%s`](#%s) | %s | %s |", m.Name, anchor(m.Name), mdNames(m.Params), mdNames(m.Result))
	}
	for _, n := range s.ClientNotifications {
		w.line("| [`%s`](#%s) | %s | (a notification) |", n.Name, anchor(n.Name), mdNames(n.Params))
	}
	for _, m := range s.Methods {
		w.line("\n### `%s`\n\n%s%s", m.Name, mdText(m.GoName, m.Doc), mdFlags(m))
		mdFields(w, "parameter", m.Params)
		mdFields(w, "result", m.Result)
		if len(m.allErrors()) > 0 {
			w.line("\nErrors: %s.", strings.Join(m.allErrors(), ", "))
		}
	}
	for _, n := range s.ClientNotifications {
		w.line("\n### `%s`\n\n%s It is a notification: it has no id and no answer.", n.Name, mdText(n.GoName, n.Doc))
		mdFields(w, "parameter", n.Params)
	}
}

func mdFlags(m *Method) string {
	text := ""
	if m.Mutating {
		text += " *Mutating.*"
	}
	if m.Waits {
		text += " *Waits.*"
	}
	if m.Overtakes {
		text += " *Overtakes.*"
	}
	if m.Always {
		text += " *Always.*"
	}
	return text
}

// mdNames lists the fields of a struct, with a mark on optional ones.
func mdNames(st *Struct) string {
	var names []string
	for _, f := range st.Fields {
		name := f.Name
		if f.Optional {
			name += "?"
		}
		names = append(names, "`"+name+"`")
	}
	if len(names) == 0 {
		return "`{}`"
	}
	return strings.Join(names, ", ")
}

func mdFields(w *writer, heading string, st *Struct) {
	if st.IsEmpty() {
		return
	}
	w.line("\n| %s | type | |\n| --- | --- | --- |", heading)
	for _, f := range st.Fields {
		name := f.Name
		if f.Optional {
			name += "?"
		}
		w.line("| `%s` | %s | %s |", name, mdType(f.Type), mdText(f.GoName, f.Doc))
	}
}

func mdType(t Type) string {
	switch t.Kind {
	case String:
		return "string"
	case Bool:
		return "boolean"
	case Int:
		return "integer"
	case Float:
		return "number"
	case Instant:
		return "time"
	case Raw:
		return "any JSON"
	case EnumRef:
		return fmt.Sprintf("[%s](#type-%s)", t.Enum.Name, t.Enum.Name)
	case StructRef:
		return fmt.Sprintf("[%s](#type-%s)", t.Struct.Name, t.Struct.Name)
	case List:
		return "list of " + mdType(*t.Elem)
	default:
		return "map of " + mdType(*t.Elem)
	}
}

func mdEvents(w *writer, s *Schema) {
	w.line("| event | parameters | |\n| --- | --- | --- |")
	for _, n := range s.Notifications {
		w.line("| [`%s`](#%s) | %s | %s |", n.Name, anchor(n.Name), mdNames(n.Params), mdText(n.GoName, n.Doc))
	}
	for _, n := range s.Notifications {
		w.line("\n### `%s`\n\n%s", n.Name, mdText(n.GoName, n.Doc))
		mdFields(w, "parameter", n.Params)
	}
	for _, m := range s.Requests {
		w.line("\n### `%s`\n\n%s It is a request, which the client answers.", m.Name, mdText(m.GoName, m.Doc))
		mdFields(w, "parameter", m.Params)
		mdFields(w, "result", m.Result)
	}
}

// mdTypes writes the structs that no method or event shows in full.
func mdTypes(w *writer, s *Schema) {
	shown := map[*Struct]bool{}
	for _, m := range s.Methods {
		shown[m.Params], shown[m.Result] = true, true
	}
	for _, m := range s.Requests {
		shown[m.Params], shown[m.Result] = true, true
	}
	for _, n := range s.Notifications {
		shown[n.Params] = true
	}
	for _, n := range s.ClientNotifications {
		shown[n.Params] = true
	}
	first := true
	for _, st := range s.Structs {
		if shown[st] && !isField(s, st) {
			continue
		}
		if !first {
			w.line("")
		}
		first = false
		mdTypeHeading(w, st.Name, st.Doc)
		mdFields(w, "field", st)
	}
}

// isField tells whether a struct is also the type of a field somewhere, so
// that tables link to it.
func isField(s *Schema, wanted *Struct) bool {
	for _, st := range s.Structs {
		for _, f := range st.Fields {
			if f.Type.Struct == wanted || f.Type.Elem != nil && f.Type.Elem.Struct == wanted {
				return true
			}
		}
	}
	return false
}

// mdTypeHeading has a link target of its own, since a type may be called like a
// method: OperationState, operation/state.
func mdTypeHeading(w *writer, name, doc string) {
	w.line("<a id=\"type-%s\"></a>\n\n### %s\n\n%s", name, name, mdText(name, doc))
}

func mdEnums(w *writer, s *Schema) {
	for i, e := range s.Enums {
		if i > 0 {
			w.line("")
		}
		mdTypeHeading(w, e.Name, e.Doc)
		w.line("\n| value | |\n| --- | --- |")
		for _, v := range e.Values {
			w.line("| `%s` | %s |", v.Name, mdText(v.GoName, v.Doc))
		}
	}
}

func mdErrors(w *writer, s *Schema) {
	w.line("| code | `data.code` | |\n| --- | --- | --- |")
	for _, c := range s.Codes {
		w.line("| %d | `%s` | %s |", c.Number, c.Name, mdText(c.GoName, c.Doc))
	}
}

// mdText is a comment on one line, with the characters escaped that mean
// something in a table.
func mdText(goName, doc string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`).Replace(oneLine(description(goName, doc)))
}

// anchor is the link target that Markdown renderers give a heading.
func anchor(heading string) string {
	return strings.NewReplacer("/", "", ".", "", "$", "").Replace(strings.ToLower(heading))
}
