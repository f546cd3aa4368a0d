package gen

import (
	"path"
	"slices"
	"strings"
)

// emitGo returns the generated files of package rpc, not yet formatted.
func emitGo(s *Schema) map[string][]byte {
	files := map[string][]byte{
		"rpc/codes_gen.go":        emitGoCodes(s),
		"rpc/names_gen.go":        emitGoNames(s),
		"rpc/handler_gen.go":      emitGoHandler(s),
		"rpc/client_gen.go":       emitGoClient(s),
		"rpc/event_client_gen.go": emitGoEvents(s),
	}
	for name, src := range emitGoTypes(s) {
		files["rpc/"+name+"_gen.go"] = src
	}
	return files
}

// goFile puts the head of a file of package rpc before its body, importing
// what the body uses.
func goFile(body *writer, imports ...string) []byte {
	w := &writer{}
	w.line("%s\n\npackage rpc\n", header)
	imports = slices.DeleteFunc(imports, func(imported string) bool {
		return !strings.Contains(body.String(), path.Base(imported)+".")
	})
	if len(imports) > 0 {
		w.line("import (\n\"%s\"\n)", strings.Join(imports, "\"\n\""))
	}
	w.Write(body.Bytes())
	return w.Bytes()
}

func emitGoCodes(s *Schema) []byte {
	w := &writer{}
	w.line("\n// String is the symbolic name of the code, as in data.code.")
	w.line("func (c Code) String() string {\nswitch c {")
	for _, c := range s.Codes {
		w.line("case %s:\nreturn %q", c.GoName, c.Name)
	}
	w.line("}\nreturn \"error \" + strconv.FormatInt(int64(c), 10)\n}")
	w.line("\n// CodeByName finds the code with a symbolic name.")
	w.line("func CodeByName(name string) (Code, bool) {\nswitch name {")
	for _, c := range s.Codes {
		w.line("case %q:\nreturn %s, true", c.Name, c.GoName)
	}
	w.line("}\nreturn 0, false\n}")
	w.line("\n// Codes returns every error code.")
	w.line("func Codes() []Code {\nreturn []Code{")
	for _, c := range s.Codes {
		w.line("%s,", c.GoName)
	}
	w.line("}\n}")
	return goFile(w, "strconv")
}

func emitGoNames(s *Schema) []byte {
	w := &writer{}
	w.line("\n// The names of the methods on the wire.")
	goNameConsts(w, "Method", s.Methods)
	w.line("\n// The names of the notifications on the wire.")
	w.line("const (")
	for _, n := range slices.Concat(s.ClientNotifications, s.Notifications) {
		w.line("// Notification%s is [%s].", n.GoName, n.Params.Name)
		w.line("Notification%s = %q", n.GoName, n.Name)
	}
	w.line(")")
	if len(s.Requests) > 0 {
		w.line("\n// The names of the requests to a client on the wire.")
		goNameConsts(w, "Request", s.Requests)
	}
	w.line("\n// EventNames returns the notifications that a client can subscribe to.")
	w.line("func EventNames() []string {\nreturn []string{")
	for _, n := range s.Notifications {
		w.line("Notification%s,", n.GoName)
	}
	w.line("}\n}")
	return goFile(w)
}

func goNameConsts(w *writer, prefix string, methods []*Method) {
	w.line("const (")
	for _, m := range methods {
		w.line("// %s%s takes [%s] and returns [%s].", prefix, m.GoName, m.Params.Name, m.Result.Name)
		w.line("%s%s = %q", prefix, m.GoName, m.Name)
	}
	w.line(")")
}

func emitGoHandler(s *Schema) []byte {
	w := &writer{}
	w.line("\n// Handler is what a sidecar implements: the methods of [Service], with a")
	w.line("// function for the reply, which must be called once. Parameters have been")
	w.line("// checked for types and required fields. A nil result without an error is")
	w.line("// sent as the zero value.")
	w.line("type Handler interface {")
	for i, m := range s.Methods {
		if i > 0 {
			w.line("")
		}
		w.comment("", "//", m.Doc)
		w.line("%s(ctx context.Context, p *%s, reply Reply[%s])", m.GoName, m.Params.Name, m.Result.Name)
	}
	w.line("}")
	w.line("\n// Lookup finds a method by its name on the wire, or returns nil. The result is")
	w.line("// shared and must not be changed.")
	w.line("func Lookup(name string) *Method { return methodsByName()[name] }")
	w.line("\nvar methodsByName = sync.OnceValue(func() map[string]*Method {")
	w.line("byName := map[string]*Method{}\nfor _, m := range Methods() {\nbyName[m.Name] = m\n}\nreturn byName\n})")
	w.line("\n// Methods returns a table of all methods.")
	w.line("func Methods() []*Method {\nreturn []*Method{")
	for _, m := range s.Methods {
		w.line("{Name: Method%s%s, Call: bind(decode%s, Handler.%s)},", m.GoName, goFlags(m), m.Params.Name, m.GoName)
	}
	w.line("}\n}")
	return goFile(w, "context", "sync")
}

func goFlags(m *Method) string {
	flags := ""
	if m.Mutating {
		flags += ", Mutating: true"
	}
	if m.Waits {
		flags += ", Waits: true"
	}
	if m.Overtakes {
		flags += ", Overtakes: true"
	}
	if m.Always {
		flags += ", Always: true"
	}
	return flags
}
