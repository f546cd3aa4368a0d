package gen

import (
	"slices"
	"strings"
)

// emitTypeScript writes the protocol module of the TypeScript binding.
func emitTypeScript(s *Schema) []byte {
	w := &writer{}
	w.line("%s", header)
	w.line("\n/** The version of the contract in this file, as major.minor. */")
	w.line("export const PROTOCOL_VERSION = '%s';", s.Version)
	tsErrorCodes(w, s)
	for _, e := range s.Enums {
		tsEnum(w, e)
	}
	for _, st := range s.Structs {
		tsStruct(w, st)
	}
	tsMethodMaps(w, s)
	tsEvents(w, s)
	tsClient(w, s)
	return w.Bytes()
}

func tsErrorCodes(w *writer, s *Schema) {
	w.line("\n/** The numbers of the error codes, by symbolic name. */")
	w.line("export const ErrorCode = {")
	for _, c := range s.Codes {
		tsDoc(w, "  ", description(c.GoName, c.Doc))
		w.line("  %s: %d,", c.Name, c.Number)
	}
	w.line("} as const;")
	w.line("\n/** The symbolic name of an error code. */")
	w.line("export type ErrorCodeName = keyof typeof ErrorCode;")
	w.line("\n/** The number of an error code. */")
	w.line("export type ErrorCode = (typeof ErrorCode)[ErrorCodeName];")
	w.line("\nconst errorCodeNames: ReadonlyMap<number, ErrorCodeName> = new Map([")
	for _, c := range s.Codes {
		w.line("  [%d, '%s'],", c.Number, c.Name)
	}
	w.line("]);")
	w.line("\n/** The symbolic name of a code, or undefined for one of a newer version. */")
	w.line("export function errorCodeName(code: number): ErrorCodeName | undefined {")
	w.line("  return errorCodeNames.get(code);\n}")
}

func tsEnum(w *writer, e *Enum) {
	w.line("")
	tsDoc(w, "", description(e.Name, e.Doc))
	w.line("export type %s =", e.Name)
	for i, v := range e.Values {
		end := ""
		if i == len(e.Values)-1 {
			end = ";"
		}
		tsDoc(w, "  ", description(v.GoName, v.Doc))
		w.line("  | '%s'%s", v.Name, end)
	}
}

func tsStruct(w *writer, st *Struct) {
	w.line("")
	tsDoc(w, "", description(st.Name, st.Doc))
	if st.IsEmpty() {
		w.line("export type %s = Readonly<Record<string, never>>;", st.Name)
		return
	}
	w.line("export interface %s {", st.Name)
	for _, f := range st.Fields {
		tsDoc(w, "  ", description(f.GoName, f.Doc))
		mark := ""
		if f.Optional {
			mark = "?"
		}
		w.line("  readonly %s%s: %s;", f.Name, mark, tsType(f.Type))
	}
	w.line("}")
}

func tsType(t Type) string {
	switch t.Kind {
	case String, Instant:
		return "string"
	case Bool:
		return "boolean"
	case Int, Float:
		return "number"
	case Raw:
		return "unknown"
	case EnumRef:
		return t.Enum.Name
	case StructRef:
		return t.Struct.Name
	case List:
		return "readonly " + tsType(*t.Elem) + "[]"
	default:
		return "Readonly<Record<string, " + tsType(*t.Elem) + ">>"
	}
}

// tsMethodMaps writes the types that pair each method with what it takes and
// returns.
func tsMethodMaps(w *writer, s *Schema) {
	tsMethodMap(w, "SidecarMethods", "What a client may ask of a sidecar, by method name.", s.Methods)
	w.line("\n/** The name of a method. */")
	w.line("export type MethodName = keyof SidecarMethods;")
	w.line("\n/** The methods that change the ledger and take a requestKey. */")
	w.line("export const mutatingMethods: ReadonlySet<string> = new Set<MethodName>([")
	for _, m := range s.Methods {
		if m.Mutating {
			w.line("  '%s',", m.Name)
		}
	}
	w.line("]);")
	tsNotificationMap(w, "ClientNotifications", "What a client may tell a sidecar, by notification name.", s.ClientNotifications)
	if len(s.Requests) > 0 {
		tsMethodMap(w, "ClientRequests", "What a sidecar may ask of its client, by request name.", s.Requests)
	}
}

func tsMethodMap(w *writer, name, doc string, methods []*Method) {
	w.line("\n/** %s */", doc)
	w.line("export interface %s {", name)
	for _, m := range methods {
		tsDoc(w, "  ", description(m.GoName, m.Doc))
		w.line("  readonly '%s': { readonly params: %s; readonly result: %s };", m.Name, m.Params.Name, m.Result.Name)
	}
	w.line("}")
}

func tsNotificationMap(w *writer, name, doc string, notifications []*Notification) {
	w.line("\n/** %s */", doc)
	w.line("export interface %s {", name)
	for _, n := range notifications {
		tsDoc(w, "  ", description(n.GoName, n.Doc))
		w.line("  readonly '%s': %s;", n.Name, n.Params.Name)
	}
	w.line("}")
}

func tsEvents(w *writer, s *Schema) {
	tsNotificationMap(w, "SidecarEvents", "What a sidecar tells its client, by event name.", s.Notifications)
	w.line("\n/** The name of an event. */")
	w.line("export type EventName = keyof SidecarEvents;")
	w.line("\n/** The names of all events. */")
	w.line("export const eventNames: readonly EventName[] = [")
	for _, n := range s.Notifications {
		w.line("  '%s',", n.Name)
	}
	w.line("];")
}

func tsClient(w *writer, s *Schema) {
	w.line(`
/** What can be said about a single request. */
export interface CallOptions {
  /** Cancels the request, which then fails with requestCancelled. */
  readonly signal?: AbortSignal;
}

/** Sends requests. An error answer rejects the promise. */
export interface Caller {
  call<M extends MethodName>(
    method: M,
    params: SidecarMethods[M]['params'],
    options?: CallOptions,
  ): Promise<SidecarMethods[M]['result']>;
}

/** One method for each method of the contract, over any connection. */
export class ProtocolClient {
  private readonly caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }`)
	for _, m := range s.Methods {
		tsClientMethod(w, m)
	}
	w.line("}")
}

func tsClientMethod(w *writer, m *Method) {
	params, argument := "params: "+m.Params.Name+", ", "params"
	if m.Params.IsEmpty() {
		params, argument = "", "{}"
	}
	result, body := m.Result.Name, "return "
	if m.Result.IsEmpty() {
		result, body = "void", "await "
	}
	w.line("")
	tsDoc(w, "  ", methodDoc(m))
	w.line("  async %s(%soptions?: CallOptions): Promise<%s> {", lowerCamel(m.GoName), params, result)
	w.line("    %sthis.caller.call('%s', %s, options);\n  }", body, m.Name, argument)
}

// methodDoc is a method's description with the errors it lists.
func methodDoc(m *Method) string {
	doc := description(m.GoName, m.Doc)
	if len(m.Errors) == 0 {
		return doc
	}
	return doc + "\n\n" + wrap("Errors: "+strings.Join(codeNames(m.Errors), ", ")+".", 76)
}

func codeNames(codes []*Code) []string {
	var names []string
	for _, c := range codes {
		names = append(names, c.Name)
	}
	return names
}

// wrap breaks text into lines of at most width characters.
func wrap(text string, width int) string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), word
			continue
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}

// tsDoc writes a doc comment, on one line if it fits.
func tsDoc(w *writer, indent, text string) {
	lines := slices.Collect(strings.SplitSeq(text, "\n"))
	if len(lines) == 1 {
		w.line("%s/** %s */", indent, text)
		return
	}
	w.line("%s/**", indent)
	w.comment(indent, " *", text)
	w.line("%s */", indent)
}
