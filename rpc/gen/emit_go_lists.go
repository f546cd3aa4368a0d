package gen

// goFillLists writes the method that makes lists and maps ready to be sent. What
// lies behind a pointer or in a list is copied first, since it may be shared.
func goFillLists(w *writer, st *Struct, filled map[*Struct]bool) {
	w.line("\nfunc (s *%s) fillLists() {", st.Name)
	for _, f := range st.Fields {
		goFillField(w, f, filled)
	}
	w.line("}")
}

// needFilling finds the structs that have required lists or maps, or
// reach such a struct, by repeating until nothing is added.
func needFilling(s *Schema) map[*Struct]bool {
	filled := map[*Struct]bool{}
	for grown := true; grown; {
		grown = false
		for _, st := range s.Structs {
			for _, f := range st.Fields {
				if !filled[st] && fieldNeedsFilling(f, filled) {
					filled[st], grown = true, true
				}
			}
		}
	}
	return filled
}

func fieldNeedsFilling(f *Field, filled map[*Struct]bool) bool {
	t := f.Type
	if t.Kind == List || t.Kind == Map {
		return !f.Optional || filled[t.Elem.Struct]
	}
	return filled[t.Struct]
}

func goFillField(w *writer, f *Field, filled map[*Struct]bool) {
	t := f.Type
	switch {
	case t.Kind == List && !f.Optional:
		w.line("s.%s = notNil(s.%s)", f.GoName, f.GoName)
	case t.Kind == Map && !f.Optional:
		w.line("s.%s = notNilMap(s.%s)", f.GoName, f.GoName)
	case t.Kind == StructRef && filled[t.Struct] && f.Pointer:
		w.line("if s.%s != nil {\ns.%s = complete(s.%s)\n}", f.GoName, f.GoName, f.GoName)
	case t.Kind == StructRef && filled[t.Struct]:
		w.line("s.%s.fillLists()", f.GoName)
	}
	if t.Elem == nil || !filled[t.Elem.Struct] {
		return
	}
	if t.Kind == List {
		w.line("s.%s = slices.Clone(s.%s)\nfor i := range s.%s {\ns.%s[i].fillLists()\n}", f.GoName, f.GoName, f.GoName, f.GoName)
		return
	}
	w.line("s.%s = maps.Clone(s.%s)\nfor name, v := range s.%s {\nv.fillLists()\ns.%s[name] = v\n}", f.GoName, f.GoName, f.GoName, f.GoName)
}
