package slack

import (
	"testing"
	"time"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// TestCardsOfTheOtherSystems compares with files what only the other vendors have: warnings
// of their documents, a job that is followed, and the vendor's last note.
func TestCardsOfTheOtherSystems(t *testing.T) {
	t.Parallel()
	ok := commands.Outcome{Done: commands.Answered, Seen: commands.NotLooked, Receipt: integrations.Receipt{At: start.Add(2500 * time.Millisecond), Status: 200}}
	unclear := commands.Outcome{Done: commands.Unknown, Why: words.New("vendor.no-answer", words.V{"target": words.Code("orders")})}
	job := func(s commands.Seen, final bool, id string, v ...words.V) commands.Sight {
		return commands.Sight{Seen: s, Final: final, Note: words.New(id, v...)}
	}
	for name, s := range map[string]*story{
		"proxy-pending":    proxy(t),
		"proxy-restarting": proxy(t).approved().called(ok).sight(job(commands.UnderWay, false, "trace.taurusdb-running", words.V{"progress": words.Code("59%")})),
		"proxy-restarted":  proxy(t).approved().called(ok).sight(job(commands.Gone, true, "trace.taurusdb-completed")),
		"proxy-failed":     proxy(t).approved().called(ok).sight(job(commands.StillThere, true, "trace.taurusdb-failed")),
		"proxy-silent":     proxy(t).approved().called(unclear).sight(job(commands.NotLooked, false, "trace.taurusdb-job-seen", words.V{"job": words.Code("j-1"), "status": words.Code("Running")})),
		"task-pending":     task(t),
		"task-stopped":     task(t).approved().called(ok).sight(job(commands.Gone, true, "trace.jp1ao-stopped", words.V{"status": words.Code("Failed"), "line": words.Code("KNAE03005-I The task was forcibly stopped.")})),
		"agent-pending":    agent(t),
		"agent-came-back":  agent(t).approved().called(ok).sight(commands.Sight{Seen: commands.CameBack, Successor: "osaka-01:send"}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, s) })
	}
}

// sight is what a look shows after the target's patience is over.
func (s *story) sight(seen commands.Sight) *story {
	s.now = s.now.Add(time.Minute)
	return s.then(approval.Looked{Seen: []commands.Sight{seen}, At: s.now, Next: s.now})
}

func one(command string, thing integrations.Thing, call string, hurts ...words.Message) commands.Plan {
	return commands.Plan{
		Looked: start, Seen: 3, Fingerprint: "ptchgi2hvo", Items: []commands.Item{{Thing: thing, Call: call}},
		Hurts: append([]words.Message{words.New("hurts."+command, words.V{"count": words.Count(1)})}, hurts...),
	}
}

func proxy(t *testing.T) *story {
	p := integrations.Thing{ID: "po01", Name: "orders-rw", Facts: []integrations.Field{
		{Name: "status", Value: "ABNORMAL"}, {Name: "address", Value: "10.63.12.40"}, {Name: "nodes", Value: "2"},
	}}
	return open(t, "taurusdb", commands.Request{Command: "restart-proxy", Target: "orders", Things: []string{"orders-rw"}, Reason: "hangs"},
		one("restart-proxy", p, "POST /restart", words.New("warn.taurusdb-connections"), words.New("warn.taurusdb-may-fail", words.V{"status": words.Code("ABNORMAL")})))
}

func task(t *testing.T) *story {
	p := integrations.Thing{ID: "5381", Name: "5381", Facts: []integrations.Field{
		{Name: "name", Value: "backup-orders"}, {Name: "status", Value: "In Progress"}, {Name: "submitter", Value: "scheduler"},
	}}
	return open(t, "jp1ao", commands.Request{Command: "stop-task", Target: "nightly", Things: []string{"5381"}, Reason: "hangs"},
		one("stop-task", p, "POST /invoke", words.New("warn.jp1ao-no-resume"), words.New("warn.jp1ao-next-run")))
}

func agent(t *testing.T) *story {
	p := integrations.Thing{ID: "s-1/osaka-01:send", Name: "osaka-01:send", Facts: []integrations.Field{
		{Name: "agent", Value: "osaka-01"}, {Name: "direction", Value: "send"}, {Name: "transfer-failed", Value: "660", Unit: "s"},
	}}
	return open(t, "hulft", commands.Request{Command: "disconnect-agent", Target: "transfers", Things: []string{"osaka-01:send"}, Reason: "stuck"},
		one("disconnect-agent", p, "POST /agent/disconnection", words.New("warn.hulft-transfers"), words.New("warn.hulft-return")))
}
