package main

import (
	"testing"
)

// TestActingAlone is a break-glass: nobody answers, the asker acts alone, everybody reads of it,
// it runs after its time, and another person signs.
func TestActingAlone(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 900)
	p.do(
		loaded(),
		enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason leaks\r"),
		shown(`#messages [data-action-id="glass"]`),
	)
	p.reads("#messages", "End 1 session on cache-prod?", "may act alone")
	p.shot("0-asks")
	p.do(click(`#messages [data-action-id="glass"]`), shown("#modal[open]")) // offered from its time on
	p.reads("#modal", "Act alone", "is told at once", "Why can this not wait?")
	p.shot("1-why")
	p.do(
		enter(`#modal [data-action-id="why"]`, "checkout is down and nobody answers"),
		click("#modal-submit"),
	)
	p.reads("#messages", "acts alone: nobody had decided", "Why alone: checkout is down and nobody answers")
	p.reads("#messages", "acts alone: End 1 session on cache-prod")
	p.vendorHas("10.63.238.158:2048", true)
	p.shot("2-alone")
	p.reads("#messages", "Gone: 1 session on cache-prod", "One more person has to sign")
	p.vendorHas("10.63.238.158:2048", false)
	p.shot("3-gone")
	p.become("U0BEN")
	p.do(click(`#messages [data-action-id="sign"]`))
	p.reads("#messages", "Gone: 1 session on cache-prod", "signed by @ben")
	p.shot("4-signed")
}
