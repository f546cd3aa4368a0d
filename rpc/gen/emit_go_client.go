package gen

func emitGoClient(s *Schema) []byte {
	w := &writer{}
	w.line("\n// Client is a typed client: it implements [Service] over a connection.")
	w.line("type Client struct {")
	w.line("// Caller sends the requests.")
	w.line("Caller Caller")
	w.line("// Notifier sends the notifications. It may be nil where none are sent.")
	w.line("Notifier Notifier\n}")
	w.line("\nvar _ Service = Client{}")
	for _, m := range s.Methods {
		w.line("")
		w.comment("", "//", m.Doc)
		w.line("func (c Client) %s(ctx context.Context, p *%s) (*%s, error) {", m.GoName, m.Params.Name, m.Result.Name)
		w.line("return request[%s](ctx, c.Caller, Method%s, p)\n}", m.Result.Name, m.GoName)
	}
	for _, n := range s.ClientNotifications {
		w.line("")
		w.comment("", "//", n.Doc)
		w.line("func (c Client) %s(p *%s) { c.Notifier.Notify(Notification%s, complete(p)) }", n.GoName, n.Params.Name, n.GoName)
	}
	return goFile(w, "context")
}

func emitGoEvents(s *Schema) []byte {
	w := &writer{}
	w.line("\n// EventClient is the sidecar's end of [Events]: it sends them.")
	w.line("type EventClient struct {")
	w.line("// Notifier sends the notifications.")
	w.line("Notifier Notifier")
	if len(s.Requests) > 0 {
		w.line("// Caller sends the requests.")
		w.line("Caller Caller")
	}
	w.line("}")
	w.line("\nvar _ Events = EventClient{}")
	for _, n := range s.Notifications {
		w.line("")
		w.comment("", "//", n.Doc)
		w.line("func (c EventClient) %s(p *%s) { c.Notifier.Notify(Notification%s, complete(p)) }", n.GoName, n.Params.Name, n.GoName)
	}
	for _, m := range s.Requests {
		w.line("")
		w.comment("", "//", m.Doc)
		w.line("func (c EventClient) %s(ctx context.Context, p *%s) (*%s, error) {", m.GoName, m.Params.Name, m.Result.Name)
		w.line("return request[%s](ctx, c.Caller, Request%s, p)\n}", m.Result.Name, m.GoName)
	}
	goDispatchEvent(w, s)
	if len(s.Requests) > 0 {
		goDispatchRequest(w, s)
	}
	return goFile(w, "context")
}

func goDispatchEvent(w *writer, s *Schema) {
	w.line("\n// DispatchEvent is the client's end: it decodes a notification and hands it to")
	w.line("// its method. A name that this version does not know gives false and no error:")
	w.line("// a newer sidecar may send it, and it is to be ignored.")
	w.line("func DispatchEvent(name string, params []byte, to Events) (known bool, err error) {\nswitch name {")
	for _, n := range s.Notifications {
		w.line("case Notification%s:\nreturn true, deliver(name, params, to.%s)", n.GoName, n.GoName)
	}
	w.line("}\nreturn false, nil\n}")
}

func goDispatchRequest(w *writer, s *Schema) {
	w.line("\n// DispatchRequest decodes a request from the sidecar and hands it to its method.")
	w.line("// The error is an [*Error] if the request was at fault: methodNotFound for a")
	w.line("// name that this version does not know.")
	w.line("func DispatchRequest(ctx context.Context, name string, params []byte, to Events) (result any, err error) {\nswitch name {")
	for _, m := range s.Requests {
		w.line("case Request%s:", m.GoName)
		w.line("p, invalid := decodeParams(params, decode%s)", m.Params.Name)
		w.line("if invalid != nil {\nreturn nil, invalid\n}")
		w.line("result, err := to.%s(ctx, p)", m.GoName)
		w.line("if err != nil {\nreturn nil, err\n}\nreturn complete(result), nil")
	}
	w.line("}\nreturn nil, NewError(CodeMethodNotFound, \"Update this client: it does not know \"+name+\".\", ErrorData{})\n}")
}
