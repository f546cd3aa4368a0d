package gen

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// directives are what the rpc: comments above an interface method say.
type directives struct {
	kind   string // "method", "notification" or "request"
	name   string
	flags  []string
	errors []string
}

// readInterface turns the methods of Service or Events into the model.
func (l *loader) readInterface(name string, service bool) {
	decl := l.types[name]
	if decl == nil {
		l.errorf(token.NoPos, "there is no interface %s: declare it", name)
		return
	}
	iface, ok := decl.spec.Type.(*ast.InterfaceType)
	if !ok {
		l.errorf(decl.spec.Pos(), "%s must be an interface", name)
		return
	}
	l.requireDoc(decl.spec.Pos(), name, decl.doc)
	for _, m := range iface.Methods.List {
		sig, ok := m.Type.(*ast.FuncType)
		if !ok || len(m.Names) == 0 {
			l.errorf(m.Pos(), "%s must not embed another interface: list the methods", name)
			continue
		}
		l.readMethod(m, sig, service)
	}
}

func (l *loader) readMethod(m *ast.Field, sig *ast.FuncType, service bool) {
	goName := m.Names[0].Name
	doc := docText(m.Doc)
	l.requireDoc(m.Pos(), goName, doc)
	d, ok := l.readDirectives(m)
	if !ok {
		return
	}
	l.checkPlace(m, d, service)
	l.checkName(m, d.name)
	if d.kind == "notification" {
		l.readNotification(m, sig, d, service)
		return
	}
	params, result := requestTypes(sig)
	if params == "" {
		l.errorf(m.Pos(), "%s must have the form %s(ctx context.Context, p *Params) (*Result, error)", goName, goName)
		return
	}
	method := &Method{
		GoName: goName, Name: d.name, Doc: doc,
		Params: l.structNamed(params, m.Pos()),
		Result: l.structNamed(result, m.Pos()),
		Errors: l.errorCodes(m, d.errors),
	}
	if method.Params == nil || method.Result == nil {
		return
	}
	l.applyFlags(m, method, d.flags)
	l.checkRequestKey(m, method)
	if service {
		l.schema.Methods = append(l.schema.Methods, method)
	} else {
		l.schema.Requests = append(l.schema.Requests, method)
	}
}

func (l *loader) readNotification(m *ast.Field, sig *ast.FuncType, d directives, service bool) {
	goName := m.Names[0].Name
	params, ok := notificationType(sig)
	if !ok {
		l.errorf(m.Pos(), "%s must have the form %s(p *Params)", goName, goName)
		return
	}
	if len(d.errors) > 0 {
		l.errorf(m.Pos(), "%s is a notification, which has no answer: remove rpc:errors", goName)
	}
	n := &Notification{GoName: goName, Name: d.name, Doc: docText(m.Doc), Params: l.structNamed(params, m.Pos())}
	switch {
	case n.Params == nil:
		// structNamed has reported it.
	case service:
		l.schema.ClientNotifications = append(l.schema.ClientNotifications, n)
	default:
		l.schema.Notifications = append(l.schema.Notifications, n)
	}
}

// readDirectives reads the rpc: comments of a method and reports false if they
// don't say what it is.
func (l *loader) readDirectives(m *ast.Field) (directives, bool) {
	var d directives
	if m.Doc == nil {
		return d, false // requireDoc has reported it
	}
	for _, c := range m.Doc.List {
		text, ok := strings.CutPrefix(c.Text, "//rpc:")
		if !ok {
			continue
		}
		words := strings.Fields(text)
		switch words[0] {
		case "method", "notification", "request":
			if d.kind != "" {
				l.errorf(c.Pos(), "%s has two directives: keep one of rpc:%s and rpc:%s", m.Names[0], d.kind, words[0])
			}
			if len(words) < 2 {
				l.errorf(c.Pos(), "rpc:%s needs the name on the wire", words[0])
				return d, false
			}
			d.kind, d.name, d.flags = words[0], words[1], words[2:]
		case "errors":
			d.errors = append(d.errors, words[1:]...)
		default:
			l.errorf(c.Pos(), "unknown directive rpc:%s: use rpc:method, rpc:notification, rpc:request or rpc:errors", words[0])
		}
	}
	if d.kind == "" {
		l.errorf(m.Pos(), "%s has no directive: add //rpc:method, //rpc:notification or //rpc:request", m.Names[0])
	}
	return d, d.kind != ""
}

// checkPlace checks that a directive stands in the right interface.
func (l *loader) checkPlace(m *ast.Field, d directives, service bool) {
	if service && d.kind == "request" {
		l.errorf(m.Pos(), "rpc:request belongs into Events: use rpc:method in Service")
	}
	if !service && d.kind == "method" {
		l.errorf(m.Pos(), "rpc:method belongs into Service: use rpc:request in Events")
	}
	if d.kind != "method" && len(d.flags) > 0 {
		l.errorf(m.Pos(), "rpc:%s takes no flags, but has %s", d.kind, strings.Join(d.flags, " "))
	}
}

func (l *loader) checkName(m *ast.Field, name string) {
	if !methodName.MatchString(name) {
		l.errorf(m.Pos(), "%q is no wire name: use \"word\" or \"noun/verb\" in camelCase", name)
	}
	if _, ok := l.names[name]; ok {
		l.errorf(m.Pos(), "the wire name %q is used twice", name)
	}
	if reserved(lowerCamel(m.Names[0].Name)) {
		l.errorf(m.Pos(), "%s is a reserved word in one of the languages: choose another name", lowerCamel(m.Names[0].Name))
	}
	l.names[name] = m.Pos()
}

func (l *loader) applyFlags(m *ast.Field, method *Method, flags []string) {
	for i, flag := range flags {
		if slices.Contains(flags[:i], flag) {
			l.errorf(m.Pos(), "flag %s is there twice", flag)
		}
		switch flag {
		case "mutating":
			method.Mutating = true
		case "waits":
			method.Waits = true
		case "overtakes":
			method.Overtakes = true
		case "always":
			method.Always = true
		default:
			l.errorf(m.Pos(), "unknown flag %s: use mutating, waits, overtakes or always", flag)
		}
	}
}

// errorCodes looks up the names of rpc:errors.
func (l *loader) errorCodes(m *ast.Field, names []string) []*Code {
	var codes []*Code
	for i, name := range names {
		code := l.codes[name]
		switch {
		case code == nil:
			l.errorf(m.Pos(), "unknown error code %s: add it to errors.go or correct the name", name)
		case slices.Contains(names[:i], name):
			l.errorf(m.Pos(), "error code %s is listed twice", name)
		default:
			codes = append(codes, code)
		}
	}
	return codes
}

// checkRequestKey checks that exactly the mutating methods take a requestKey.
func (l *loader) checkRequestKey(m *ast.Field, method *Method) {
	var key *Field
	for _, f := range method.Params.Fields {
		if f.Name == "requestKey" {
			key = f
		}
	}
	switch {
	case method.Mutating && key == nil:
		l.errorf(m.Pos(), "%s is mutating: give %s a requestKey", method.Name, method.Params.Name)
	case !method.Mutating && key != nil:
		l.errorf(m.Pos(), "%s has a requestKey: mark it mutating or remove the key", method.Name)
	case key != nil && (key.Type.Kind != String || !key.Optional || key.Pointer):
		l.errorf(m.Pos(), "the requestKey of %s must be an optional string", method.Name)
	}
}

// requestTypes returns the struct names of M(ctx context.Context, p *P) (*R, error),
// or nothing.
func requestTypes(sig *ast.FuncType) (params, result string) {
	in, out := fieldTypes(sig.Params), fieldTypes(sig.Results)
	if len(in) != 2 || len(out) != 2 || !isContext(in[0]) || !isIdent(out[1], "error") {
		return "", ""
	}
	params, result = pointee(in[1]), pointee(out[0])
	if params == "" || result == "" {
		return "", ""
	}
	return params, result
}

// notificationType returns the struct name of M(p *P).
func notificationType(sig *ast.FuncType) (params string, ok bool) {
	in, out := fieldTypes(sig.Params), fieldTypes(sig.Results)
	if len(in) != 1 || len(out) != 0 {
		return "", false
	}
	params = pointee(in[0])
	return params, params != ""
}

// fieldTypes lists one type for each parameter.
func fieldTypes(list *ast.FieldList) []ast.Expr {
	if list == nil {
		return nil
	}
	var types []ast.Expr
	for _, f := range list.List {
		for range max(1, len(f.Names)) {
			types = append(types, f.Type)
		}
	}
	return types
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func isContext(e ast.Expr) bool {
	sel, ok := e.(*ast.SelectorExpr)
	return ok && isIdent(sel.X, "context") && sel.Sel.Name == "Context"
}

// pointee is the name of T in *T, or nothing.
func pointee(e ast.Expr) string {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return ""
	}
	id, ok := star.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return id.Name
}
