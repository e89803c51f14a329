package slack

import (
	"context"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands/words"
)

// Slack's limits on a modal (docs.slack.dev, "Block Kit reference", "views.open").
const (
	maxViewBlocks = 100
	maxView       = 250_000 // bytes of all of it
)

// showCalls opens the exact calls of a case for whoever clicked.
func (d *dispatcher) showCalls(ctx context.Context, h Delivery, on bot.On) bot.Verdict {
	c, v := d.Front.Calls(ctx, h.speaker(), on)
	if c.ID == "" {
		return v
	}
	err := errNoTrigger
	if h.Click.Trigger != "" {
		err = d.Face.ShowCalls(ctx, h.Click.Trigger, c)
	}
	if err == nil {
		return bot.Verdict{}
	}
	d.Log.Warn("the calls of a case could not be shown", "case", c.ID, "err", err)
	return bot.Verdict{Say: callsNotShown(err)}
}

// callsNotShown says why the calls of a case were not shown, or that nobody knows whether they were.
func callsNotShown(err error) words.Message {
	r, told := refusalOf(err)
	switch {
	case tooLate(err):
		return words.New("calls.too-late")
	case starved(err):
		return words.New("calls.busy")
	case told:
		return words.New("calls.refused", words.V{"why": words.Say(r.say())})
	}
	return words.New("calls.unclear")
}

// ShowCalls opens a modal with the exact calls of a case.
func (s *Slack) ShowCalls(ctx context.Context, trigger string, c approval.Case) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	in := s.toListener(ctx)
	d, title := in.drawing(s.Now()), words.New("calls.title", words.V{"count": words.Count(len(c.Plan.Items))})
	if c.Decision.Private {
		title = words.New("details.title")
	}
	return s.openView(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, Title: d.label(title, maxViewTitle), Close: d.label(words.New("calls.close"), maxViewTitle),
		Blocks: slack.Blocks{BlockSet: in.callBlocks(c)},
	})
}

// callBlocks are the calls of a case, each whole, as many as a modal has room for.
func (s Config) callBlocks(c approval.Case) []slack.Block {
	blocks, room := s.detailBlocks(c), maxView-5_000 // for what stands around them
	blocks = append(blocks, sections(s.say(approval.Calls(c)))...)
	room -= size(blocks)
	for i, it := range c.Plan.Items {
		for _, part := range sections(fenced(verbatimLines(it.Call))) {
			room -= size([]slack.Block{part})
			if room < 0 || len(blocks) == maxViewBlocks-1 {
				left := words.New("calls.left", words.V{"count": words.Count(len(c.Plan.Items) - i), "show": words.Code("quell show --json " + c.ID)})
				return append(blocks, section(markdown(s.say(left))))
			}
			blocks = append(blocks, part)
		}
	}
	return blocks
}

// detailBlocks are the things of a case whose details stay out of its channel, as its card would
// have them: what is known of each, what became of it, and what it costs.
func (s Config) detailBlocks(c approval.Case) []slack.Block {
	if !c.Decision.Private {
		return nil
	}
	d := s.drawing(c.Request.At)
	if len(c.Plan.Items) > maxViewBlocks/2 {
		d.brief = 1 // several in a block
	}
	return append(d.items(c), d.warnings(c)...)
}
