package gen

import "slices"

// Schema is the contract in the closed form that every emitter works from.
// Everything is in the order of the source.
type Schema struct {
	// Version is the protocol version, as major.minor.
	Version string
	// Methods are the requests from client to sidecar.
	Methods []*Method
	// ClientNotifications are the notifications from client to sidecar.
	ClientNotifications []*Notification
	// Notifications are the events from sidecar to client.
	Notifications []*Notification
	// Requests are the requests from sidecar to client.
	Requests []*Method
	// Structs are the structs that methods and events reach, and ErrorData.
	Structs []*Struct
	// Enums are the enums that these structs use.
	Enums []*Enum
	// Codes are the error codes.
	Codes []*Code
}

// Method is a request with an answer.
type Method struct {
	// GoName is the name in the Go interface, Name the one on the wire.
	GoName, Name string
	// Doc is the comment without directives.
	Doc string
	// Mutating, Waits, Overtakes and Always are the flags of rpc:method.
	Mutating, Waits, Overtakes, Always bool
	// Errors are the codes listed in rpc:errors.
	Errors []*Code
	// Params and Result are what goes in and what comes out.
	Params, Result *Struct
}

// Notification is a message without an answer.
type Notification struct {
	// GoName is the name in the Go interface, Name the one on the wire.
	GoName, Name string
	// Doc is the comment without directives.
	Doc string
	// Params is what it carries.
	Params *Struct
}

// Struct is a JSON object with named fields.
type Struct struct {
	// Name is the name of the type, in every language.
	Name string
	// File is the source file's name without .go, such as types_call.
	File string
	// Doc is its comment.
	Doc string
	// Fields are its fields.
	Fields []*Field
}

// Field is one member of a JSON object.
type Field struct {
	// GoName is the name in Go, Name the one on the wire.
	GoName, Name string
	// Doc is its comment.
	Doc string
	// Type is its type.
	Type Type
	// Optional fields may be left out.
	Optional bool
	// Pointer fields are pointers in Go.
	Pointer bool
	// MayBeEmpty is set by rpc:empty.
	MayBeEmpty bool
}

// NonEmpty tells whether the field's zero value counts as missing in parameters.
func (f *Field) NonEmpty() bool {
	if f.Optional || f.MayBeEmpty {
		return false
	}
	return f.Type.Kind == String || f.Type.Kind == List || f.Type.Kind == Raw
}

// Kind is what a type is.
type Kind int

// The kinds of types. There are no others, in any language.
const (
	// String is text.
	String Kind = iota + 1
	// Bool is true or false.
	Bool
	// Int is an integer below 2^53.
	Int
	// Float is a number.
	Float
	// Instant is a point in time, as RFC 3339 text.
	Instant
	// Raw is any JSON value.
	Raw
	// EnumRef is one of the values of Type.Enum.
	EnumRef
	// StructRef is an object of Type.Struct.
	StructRef
	// List is a list of Type.Elem.
	List
	// Map is an object with arbitrary names and values of Type.Elem.
	Map
)

// Type is the type of a field.
type Type struct {
	// Kind is what it is.
	Kind Kind
	// Enum is set for EnumRef.
	Enum *Enum
	// Struct is set for StructRef.
	Struct *Struct
	// Elem is set for List and Map, and is never one of these.
	Elem *Type
}

// Enum is a closed set of strings.
type Enum struct {
	// Name is the name of the type, in every language.
	Name string
	// File is the source file's name without .go, such as types_call.
	File string
	// Doc is its comment.
	Doc string
	// Values are its values.
	Values []*Value
}

// Value is one value of an enum.
type Value struct {
	// GoName is the constant's name, Name the string on the wire.
	GoName, Name string
	// Doc is its comment.
	Doc string
}

// Code is an error code.
type Code struct {
	// GoName is the constant's name, Name the one in data.code.
	GoName, Name string
	// Number is the code on the wire.
	Number int64
	// Doc is its comment.
	Doc string
}

// IsEmpty tells whether the struct has no fields: the object {}.
func (s *Struct) IsEmpty() bool { return len(s.Fields) == 0 }

// allErrors names the listed errors and those that follow from the protocol:
// wrong parameters, and a request before initialize.
func (m *Method) allErrors() []string {
	names := codeNames(m.Errors)
	add := func(name string, applies bool) {
		if applies && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add("invalidParams", !m.Params.IsEmpty())
	add("notInitialized", !m.Always && m.Name != "initialize")
	return names
}
