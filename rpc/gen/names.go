package gen

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// endsInMs tells whether a wire name says that it is a duration.
func endsInMs(name string) bool { return strings.HasSuffix(name, "Ms") }

var (
	fieldName  = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	methodName = regexp.MustCompile(`^(\$/|rpc\.)?[a-z][A-Za-z0-9]*(/[a-z][A-Za-z0-9]*)?$`)
	enumValue  = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	initialism = regexp.MustCompile(`(ID|PID|RPC|JSON)(s?)($|[A-Z])`)
)

// lowerCamel turns a Go name into the form used on the wire and in the other
// languages: OperationID becomes operationId, PID pid, CallIDInUse callIdInUse.
func lowerCamel(goName string) string {
	s := initialism.ReplaceAllStringFunc(goName, func(m string) string {
		parts := initialism.FindStringSubmatch(m)
		return parts[1][:1] + strings.ToLower(parts[1][1:]) + parts[2] + parts[3]
	})
	return lowerFirst(s)
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// description turns a Go doc comment into a sentence that stands without the
// Go name it begins with: "OperationID is the operation." becomes
// "The operation.", and "CallEnd ends a call." becomes "Ends a call."
func description(goName, doc string) string {
	rest, ok := strings.CutPrefix(doc, goName+" ")
	if !ok {
		return doc
	}
	for _, verb := range []string{"is ", "are "} {
		if after, ok := strings.CutPrefix(rest, verb); ok {
			rest = after
			break
		}
	}
	return upperFirst(rest)
}

// reserved are the words that can't name a field, a value or a method in one
// of the languages, and those that would hide what the generated code needs.
func reserved(word string) bool {
	switch word {
	case "assert", "await", "break", "case", "catch", "class", "const", "constructor",
		"continue", "default", "delete", "do", "else", "enum", "export", "extends",
		"false", "final", "finally", "for", "function", "hashCode", "if", "import", "in",
		"index", "instanceof", "is", "new", "null", "rethrow", "return", "runtimeType",
		"super", "switch", "this", "throw", "toJson", "toString", "true", "try",
		"typeof", "values", "var", "void", "while", "with", "yield", "prototype":
		return true
	}
	return false
}
