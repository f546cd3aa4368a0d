package gen

import (
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// requireDoc reports what has no comment.
func (l *loader) requireDoc(pos token.Pos, name, doc string) {
	if doc == "" {
		l.errorf(pos, "%s has no doc comment: say what it means, with its unit", name)
	}
}

// structNamed returns the struct with this name and everything it reaches; nil
// if it can't be used, which has been reported.
func (l *loader) structNamed(name string, from token.Pos) *Struct {
	if s := l.structs[name]; s != nil {
		return s
	}
	decl := l.types[name]
	if decl == nil {
		l.errorf(from, "there is no struct %s in this package", name)
		return nil
	}
	st, ok := decl.spec.Type.(*ast.StructType)
	if !ok || decl.spec.TypeParams != nil {
		l.errorf(from, "%s must be a plain struct", name)
		return nil
	}
	l.requireDoc(decl.spec.Pos(), name, decl.doc)
	s := &Struct{Name: name, File: l.fileOf(decl), Doc: decl.doc}
	l.structs[name] = s // before its fields, which may refer to it
	for _, f := range st.Fields.List {
		l.readField(s, f)
	}
	return s
}

func (l *loader) readField(s *Struct, f *ast.Field) {
	if len(f.Names) == 0 {
		l.errorf(f.Pos(), "%s embeds a type: write its fields out", s.Name)
		return
	}
	if len(f.Names) > 1 {
		l.errorf(f.Pos(), "%s declares several fields at once: give each its own line and comment", s.Name)
		return
	}
	goName := f.Names[0].Name
	if !f.Names[0].IsExported() {
		l.errorf(f.Pos(), "%s.%s is not exported: the schema has no private fields", s.Name, goName)
		return
	}
	l.requireDoc(f.Pos(), s.Name+"."+goName, docText(f.Doc))
	name, optional, ok := l.readTag(s, f)
	if !ok {
		return
	}
	t, pointer, ok := l.fieldType(s.Name+"."+goName, f.Type)
	if !ok {
		return
	}
	field := &Field{
		GoName: goName, Name: name, Doc: docText(f.Doc), Type: t,
		Optional: optional, Pointer: pointer, MayBeEmpty: l.fieldDirective(f),
	}
	l.checkField(s, f, field)
	s.Fields = append(s.Fields, field)
}

// readTag reads the wire name and omitempty from a field's json tag.
func (l *loader) readTag(s *Struct, f *ast.Field) (name string, optional, ok bool) {
	goName := f.Names[0].Name
	tag := ""
	if f.Tag != nil {
		tag, _ = strconv.Unquote(f.Tag.Value)
	}
	value, found := reflect.StructTag(tag).Lookup("json")
	name, option, _ := strings.Cut(value, ",")
	switch {
	case !found || name == "":
		l.errorf(f.Pos(), "%s.%s has no json tag: add `json:%q`", s.Name, goName, lowerCamel(goName))
	case !fieldName.MatchString(name):
		l.errorf(f.Pos(), "%s.%s has the wire name %q: use camelCase", s.Name, goName, name)
	case reserved(name):
		l.errorf(f.Pos(), "%s.%s has the wire name %q, a reserved word in one of the languages", s.Name, goName, name)
	case option != "" && option != "omitempty":
		l.errorf(f.Pos(), "%s.%s has the json option %q: only omitempty is allowed", s.Name, goName, option)
	default:
		return name, option == "omitempty", true
	}
	return "", false, false
}

// fieldDirective reports whether a field's comment carries rpc:empty.
func (l *loader) fieldDirective(f *ast.Field) (mayBeEmpty bool) {
	if f.Doc == nil {
		return false
	}
	for _, c := range f.Doc.List {
		text, ok := strings.CutPrefix(c.Text, "//rpc:")
		if !ok {
			continue
		}
		if text == "empty" {
			mayBeEmpty = true
			continue
		}
		l.errorf(c.Pos(), "unknown directive rpc:%s: a field may only have rpc:empty", text)
	}
	return mayBeEmpty
}

// checkField checks what depends on several properties of a field.
func (l *loader) checkField(s *Struct, f *ast.Field, field *Field) {
	name := s.Name + "." + field.GoName
	for _, other := range s.Fields {
		if other.Name == field.Name {
			l.errorf(f.Pos(), "%s has the same wire name as %s.%s", name, s.Name, other.GoName)
		}
	}
	kind := field.Type.Kind
	switch {
	case field.Pointer && !field.Optional:
		l.errorf(f.Pos(), "%s is a pointer but required: add omitempty or remove the *", name)
	case field.Pointer && (kind == List || kind == Map || kind == Raw):
		l.errorf(f.Pos(), "%s is a pointer to what can be empty already: remove the *", name)
	case field.Optional && !field.Pointer && (kind == StructRef || kind == Instant):
		l.errorf(f.Pos(), "%s is optional but would always be sent: make it a pointer", name)
	}
	if endsInMs(field.Name) && kind != Int {
		l.errorf(f.Pos(), "%s ends in Ms, which is for durations: make it int64 or rename it", name)
	}
	required := field.Optional || (kind != String && kind != List && kind != Raw)
	if field.MayBeEmpty && required {
		l.errorf(f.Pos(), "%s: rpc:empty is for required strings, lists and raw values only", name)
	}
}

// fieldType resolves the type of a field; false if it was refused and reported.
func (l *loader) fieldType(field string, e ast.Expr) (t Type, pointer, ok bool) {
	if star, isStar := e.(*ast.StarExpr); isStar {
		e, pointer = star.X, true
	}
	switch e := e.(type) {
	case *ast.ArrayType:
		if e.Len != nil {
			l.errorf(e.Pos(), "%s is an array: use a slice", field)
			return Type{}, pointer, false
		}
		elem, ok := l.elemType(field, e.Elt)
		return Type{Kind: List, Elem: &elem}, pointer, ok
	case *ast.MapType:
		if !isIdent(e.Key, "string") {
			l.errorf(e.Pos(), "%s is a map whose keys are not strings: JSON has no others", field)
			return Type{}, pointer, false
		}
		elem, ok := l.elemType(field, e.Value)
		return Type{Kind: Map, Elem: &elem}, pointer, ok
	}
	t, ok = l.simpleType(field, e)
	return t, pointer, ok
}

// elemType resolves the element of a slice or map.
func (l *loader) elemType(field string, e ast.Expr) (Type, bool) {
	switch e.(type) {
	case *ast.ArrayType, *ast.MapType:
		l.errorf(e.Pos(), "%s nests a list or map in another: put a struct between them", field)
		return Type{}, false
	case *ast.StarExpr:
		l.errorf(e.Pos(), "%s has pointers as elements: lists and maps hold no null", field)
		return Type{}, false
	}
	return l.simpleType(field, e)
}

// simpleType resolves everything but pointers, slices and maps.
func (l *loader) simpleType(field string, e ast.Expr) (Type, bool) {
	switch e := e.(type) {
	case *ast.InterfaceType:
		l.errorf(e.Pos(), "%s is an interface: use a struct, or RawJSON for what is passed on as it came", field)
	case *ast.StructType:
		l.errorf(e.Pos(), "%s is an anonymous struct: give it a name and a comment", field)
	case *ast.SelectorExpr:
		l.errorf(e.Pos(), "%s", foreignType(field, e))
	case *ast.Ident:
		return l.namedType(field, e)
	default:
		l.errorf(e.Pos(), "%s has a type that can't be sent: use what doc.go lists", field)
	}
	return Type{}, false
}

func foreignType(field string, e *ast.SelectorExpr) string {
	if isIdent(e.X, "time") && e.Sel.Name == "Duration" {
		return field + " is a time.Duration: use int64 and a name that ends in Ms"
	}
	if isIdent(e.X, "time") && e.Sel.Name == "Time" {
		return field + " is a time.Time: use Time"
	}
	return field + " has a type of another package: declare it here"
}

func (l *loader) namedType(field string, id *ast.Ident) (Type, bool) {
	switch id.Name {
	case "string":
		return Type{Kind: String}, true
	case "bool":
		return Type{Kind: Bool}, true
	case "int64":
		return Type{Kind: Int}, true
	case "float64":
		return Type{Kind: Float}, true
	case "Time":
		return Type{Kind: Instant}, true
	case "RawJSON":
		return Type{Kind: Raw}, true
	case "any":
		l.errorf(id.Pos(), "%s is any: use a struct, or RawJSON for what is passed on as it came", field)
		return Type{}, false
	case "int", "int8", "int16", "int32", "uint", "uint8", "uint16", "uint32", "uint64", "byte", "rune", "float32":
		l.errorf(id.Pos(), "%s is %s: use int64 or float64", field, id.Name)
		return Type{}, false
	}
	decl := l.types[id.Name]
	if decl == nil {
		l.errorf(id.Pos(), "%s has the unknown type %s", field, id.Name)
		return Type{}, false
	}
	switch t := decl.spec.Type.(type) {
	case *ast.StructType:
		s := l.structNamed(id.Name, id.Pos())
		return Type{Kind: StructRef, Struct: s}, s != nil
	case *ast.InterfaceType:
		l.errorf(id.Pos(), "%s is the interface %s: use a struct, or RawJSON for what is passed on as it came", field, id.Name)
		return Type{}, false
	case *ast.Ident:
		if t.Name == "string" && !decl.spec.Assign.IsValid() {
			e := l.enumNamed(id.Name, decl)
			return Type{Kind: EnumRef, Enum: e}, true
		}
	}
	l.errorf(id.Pos(), "%s has the type %s, which is neither a struct nor a string enum", field, id.Name)
	return Type{}, false
}
