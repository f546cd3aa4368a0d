package main_test

// An architectureRule is a rule that every commit keeps. A rule that turns out
// wrong is changed here, with its reason, not worked around.
type architectureRule struct {
	name string
	why  string
	// check returns what breaks the rule, each with its place.
	check func(tree *sourceTree) []string
}

// architectureRules lists the rules. Those about imports are in
// architecture_imports_test.go, those about form in architecture_form_test.go.
func architectureRules() []architectureRule {
	return []architectureRule{
		{
			name:  "every package has a row",
			why:   "a package without a row in layers() has no stated place, so nothing would keep it in one",
			check: packagesWithoutLayer,
		},
		{
			name:  "our imports follow the table",
			why:   "layers that only know what is below them can be understood, tested and replaced one at a time",
			check: importsAcrossLayers,
		},
		{
			name:  "dependencies have owners",
			why:   "a dependency that one package wraps can be replaced; one that is everywhere can't",
			check: importsOfForeignCode,
		},
		{
			name:  "no testing in the product",
			why:   "package testing registers flags and grows the binary; only helpers of tests may import it",
			check: testingInProduct,
		},
		{
			name:  "no init functions",
			why:   "init runs unasked, in an order nobody reads, and can't return an error: call a function instead",
			check: initFunctions,
		},
		{
			name:  "package variables don't change",
			why:   "what changes behind everyone's back can't be used twice in a process nor tested in parallel: put it into a struct",
			check: changingVariables,
		},
		{
			name:  "packages say what they are",
			why:   "the package comment is the first thing a reader looks for, and the place of the package's rules",
			check: packagesWithoutDoc,
		},
		{
			name:  "files are short",
			why:   "a file over 400 lines holds more than one idea: split it",
			check: longFiles,
		},
		{
			name:  "functions are short",
			why:   "a function over 80 lines can't be read at a glance: give its parts names",
			check: longFunctions,
		},
		{
			name:  "files are named after their idea",
			why:   "utils, helpers and common name nothing, so everything ends up there",
			check: emptyNames,
		},
		{
			name:  "tests don't sleep",
			why:   "a sleep is too short on a slow machine and too long on a fast one: wait for a signal, or use testing/synctest",
			check: sleepingTests,
		},
	}
}
