package main

import (
	"testing"
)

// A switch below the channels has everything said in a language that nobody speaks: what a picture
// of it shows outside of brackets is in no catalogue.
func TestTheStoryInALanguageThatNobodySpeaks(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 1000)
	p.do(
		loaded(),
		click(`#posting [name="pseudo"]`),
		enter("#composer", `/kill-session cache-prod 10.63.238.158:2048 --reason "leaks connections, INC-2041"`+"\r"),
		shown(`[data-action-id="approve"]`),
	)
	p.reads("#messages", "⟦⟦ÉÈÊnd 1 séèêssíìóòn óòn cache-prod⟧?⟧", "⟦ÁÀppróòvéèê⟧")
	p.shot("pseudo-1-asks")
	p.press("approve")
	p.reads("[data-ephemeral]", "⟦Thíìs íìs yóòúùr óòwn")
	p.do(
		enter("#composer", "/kill-session\r"),
		shown("#modal[open]"),
	)
	p.reads("#modal", "⟦ÉÈÊnd séèêssíìóòns⟧")
	p.shot("pseudo-2-form")
}
