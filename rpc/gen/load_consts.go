package gen

import (
	"go/token"
	"strings"
)

// enumNamed returns the enum with this name and its constants.
func (l *loader) enumNamed(name string, decl *typeDecl) *Enum {
	if e := l.enums[name]; e != nil {
		return e
	}
	l.requireDoc(decl.spec.Pos(), name, decl.doc)
	e := &Enum{Name: name, File: l.fileOf(decl), Doc: decl.doc}
	l.enums[name] = e
	for _, c := range l.consts {
		if c.typ == name {
			l.readEnumValue(e, c)
		}
	}
	if len(e.Values) == 0 {
		l.errorf(decl.spec.Pos(), "%s is a string type without constants: list its values, or use string", name)
	}
	return e
}

func (l *loader) readEnumValue(e *Enum, c constDecl) {
	l.requireDoc(c.name.Pos(), c.name.Name, c.doc)
	value, ok := stringLiteral(c.value)
	if !ok {
		l.errorf(c.name.Pos(), "%s must be a string literal", c.name.Name)
		return
	}
	if !enumValue.MatchString(value) || reserved(value) {
		l.errorf(c.name.Pos(), "%s is %q: use camelCase and no reserved word", c.name.Name, value)
	}
	for _, other := range e.Values {
		if other.Name == value {
			l.errorf(c.name.Pos(), "%s has the same value as %s", c.name.Name, other.GoName)
		}
	}
	e.Values = append(e.Values, &Value{GoName: c.name.Name, Name: value, Doc: c.doc})
}

// readCodes turns the constants of type Code into the model.
func (l *loader) readCodes() {
	numbers := map[int64]string{}
	for _, c := range l.consts {
		if c.typ != "Code" {
			continue
		}
		l.requireDoc(c.name.Pos(), c.name.Name, c.doc)
		goName := c.name.Name
		short, ok := strings.CutPrefix(goName, "Code")
		if !ok || short == "" {
			l.errorf(c.name.Pos(), "%s is an error code: its name must begin with Code", goName)
			continue
		}
		number, ok := intLiteral(c.value)
		if !ok {
			l.errorf(c.name.Pos(), "%s must be an integer literal", goName)
			continue
		}
		if other, ok := numbers[number]; ok {
			l.errorf(c.name.Pos(), "%s has the same number as %s", goName, other)
		}
		numbers[number] = goName
		code := &Code{GoName: goName, Name: lowerCamel(short), Number: number, Doc: c.doc}
		l.codes[code.Name] = code
		l.schema.Codes = append(l.schema.Codes, code)
	}
	if len(l.schema.Codes) == 0 {
		l.errorf(token.NoPos, "there are no error codes: declare constants of type Code")
	}
}
