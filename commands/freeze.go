package commands

// FreezeGrammar is the form of what stops everything, or lets it go on:
//
//	/quell freeze [<target>] --reason TEXT
func FreezeGrammar(sub string) Grammar {
	return Grammar{Name: "quell " + sub, Thing: "target", Flags: []Flag{{Name: "reason", Sentence: true}}}
}
