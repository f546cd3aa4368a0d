package gen

// maxInteger is the largest integer in the contract: 2^53 - 1.
const maxInteger int64 = 1<<53 - 1

// jsonSchema is the part of JSON Schema that the contract's types need.
type jsonSchema struct {
	Ref                  string                `json:"$ref,omitempty"`
	Description          string                `json:"description,omitempty"`
	Type                 string                `json:"type,omitempty"`
	Format               string                `json:"format,omitempty"`
	Enum                 []string              `json:"enum,omitempty"`
	Minimum              *int64                `json:"minimum,omitempty"`
	Maximum              int64                 `json:"maximum,omitempty"`
	MinLength            int64                 `json:"minLength,omitempty"`
	MinItems             int64                 `json:"minItems,omitempty"`
	Items                *jsonSchema           `json:"items,omitempty"`
	Properties           map[string]jsonSchema `json:"properties,omitempty"`
	Required             []string              `json:"required,omitempty"`
	AdditionalProperties *jsonSchema           `json:"additionalProperties,omitempty"`
}

func refSchema(name string) jsonSchema {
	return jsonSchema{Ref: "#/components/schemas/" + name}
}

// structSchema describes an object. What is checked, because it reaches the
// sidecar as parameters, has the restrictions that the sidecar enforces.
func structSchema(st *Struct, checked bool) jsonSchema {
	s := jsonSchema{Type: "object", Description: oneLine(description(st.Name, st.Doc))}
	for _, f := range st.Fields {
		if s.Properties == nil {
			s.Properties = map[string]jsonSchema{}
		}
		field := fieldSchema(f, checked)
		if field.Ref == "" { // a $ref hides whatever stands beside it
			field.Description = oneLine(description(f.GoName, f.Doc))
		}
		s.Properties[f.Name] = field
		if !f.Optional {
			s.Required = append(s.Required, f.Name)
		}
	}
	return s
}

func fieldSchema(f *Field, checked bool) jsonSchema {
	s := typeSchema(f.Type, checked)
	if !checked || !f.NonEmpty() {
		return s
	}
	switch f.Type.Kind {
	case String:
		s.MinLength = 1
	case List:
		s.MinItems = 1
	default:
		// A raw value is never empty.
	}
	return s
}

func typeSchema(t Type, checked bool) jsonSchema {
	switch t.Kind {
	case String:
		return jsonSchema{Type: "string"}
	case Bool:
		return jsonSchema{Type: "boolean"}
	case Int:
		s := jsonSchema{Type: "integer", Maximum: maxInteger}
		if checked {
			s.Minimum = new(int64)
		}
		return s
	case Float:
		return jsonSchema{Type: "number"}
	case Instant:
		return jsonSchema{Type: "string", Format: "date-time"}
	case EnumRef:
		return refSchema(t.Enum.Name)
	case StructRef:
		return refSchema(t.Struct.Name)
	case List:
		elem := typeSchema(*t.Elem, checked)
		return jsonSchema{Type: "array", Items: &elem}
	case Map:
		elem := typeSchema(*t.Elem, checked)
		return jsonSchema{Type: "object", AdditionalProperties: &elem}
	default:
		return jsonSchema{} // any JSON value
	}
}

func enumSchema(e *Enum) jsonSchema {
	s := jsonSchema{Type: "string", Description: oneLine(description(e.Name, e.Doc))}
	for _, v := range e.Values {
		s.Enum = append(s.Enum, v.Name)
		s.Description += " " + v.Name + ": " + lowerFirst(oneLine(description(v.GoName, v.Doc)))
	}
	return s
}
