package main

import (
	"testing"
)

// TestEverySystem asks for one thing of each other system, with its vendor's list
// beside, and reads what the card claims.
func TestEverySystem(t *testing.T) {
	t.Parallel()
	onDeskAndPhone(t, func(p page) {
		p.do(loaded())

		p.ask("orders", "/restart-proxy orders orders-rw --reason hangs")
		p.reads("#messages", "Restart 1 proxy of orders?", "All connections through the proxy are interrupted for a while.")
		p.shot("1-proxy-asks")
		p.means()
		p.agree()
		p.reads("#messages", "Restarting: 1 proxy of orders", "The vendor's job is")
		p.shot("2-proxy-runs")
		p.reads("#messages", "Restarted: 1 proxy of orders", "Finished, and verified by looking.")
		p.shot("3-proxy-done")

		p.ask("transfers", "/disconnect-agent transfers osaka-01:send --reason stuck")
		p.reads("#messages", "Disconnect 1 agent from transfers?", "A file transfer that is under way ends abnormally.")
		p.agree()
		p.reads("#messages", "Came back: 1 agent on transfers")
		p.shot("4-agent-back")

		p.ask("nightly", "/stop-task nightly 5381 --reason hangs")
		p.reads("#messages", "Stop 1 task on nightly?", "A forced stop cannot be taken back or resumed.")
		p.agree()
		p.reads("#messages", "Ended: 1 task on nightly", "forcibly stopped")
		p.shot("5-task-ended")

		p.ask("lakehouse", "/kill-session lakehouse 9b2d4c1e-report-nightly --reason slow")
		p.reads("#messages", "End 1 session on lakehouse?", "They are cut.")
		p.agree()
		p.reads("#messages", "Gone: 1 session on lakehouse", "The vendor says of it")
		p.shot("6-session-gone")

		p.become("U0ANNA")
		p.do(enter("#composer", "/quell targets\r"))
		p.reads("[data-ephemeral]", "transfers", "I last read it at", "nightly", "lakehouse", "orders", "cache-prod")
		p.shot("7-targets")
	})
}

// TestAFormForAnAgent opens the form of another command than /kill-session.
func TestAFormForAnAgent(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 900)
	p.do(
		loaded(),
		enter("#composer", "/disconnect-agent\r"),
		shown(`#modal[open] [data-action-id="things"]`),
	)
	p.reads("#modal", "Disconnect agents", "5 connections, read at", "one other person")
	p.shot("form")
	p.pick("nagoya")
	p.shot("picked")
}

// ask sits down as Anna, with that vendor beside, and types.
func (p page) ask(target, text string) {
	p.t.Helper()
	p.become("U0ANNA")
	p.until(`target => {
		const beside = document.getElementById("beside").contentDocument
		const tab = [...beside.querySelectorAll("a")].find(a => a.textContent.trim() === target)
		if (tab) tab.click()
		return tab !== undefined
	}`, target)
	p.do(enter("#composer", text+"\r"))
}

// means has Anna say that what she typed was found as what she meant.
func (p page) means() {
	p.t.Helper()
	p.press("approve")
	p.reads(`#messages [data-ts]:has([data-action-id="approve"])`, "confirmed at") // an older card says it too
}

// agree sits down as Ben and says yes to the newest request.
func (p page) agree() {
	p.t.Helper()
	p.do(shown(`#messages [data-action-id="approve"]`))
	p.become("U0BEN")
	p.press("approve")
}
