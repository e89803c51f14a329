package slack

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// Slack's limits on a card (docs.slack.dev, "Block Kit reference"), in
// characters.
const (
	maxHeader  = 150
	maxSection = 3000
)

// card draws a case: the newest state, from what is stored alone. The order is
// that of the questions people have: what is this, what now, which things
// exactly, why, what it costs, how it went, on whose say.
func (s *Slack) card(c approval.Case) []slack.Block {
	d := drawing{s.speaker(mrkdwn{}), s.speaker(plain{})}
	blocks := []slack.Block{
		slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, cut(d.plain.Say(title(c)), maxHeader), false, false)),
		d.section(d.rich.Say(status(c))),
	}
	for i := range c.Plan.Items {
		blocks = append(blocks, d.item(c, i))
	}
	if c.Request.Reason != "" {
		blocks = append(blocks, d.quote("card.reason", c.Request.Reason))
	}
	for _, v := range c.Votes {
		if v.Why != "" {
			blocks = append(blocks, d.quote("card.because", v.Why))
		}
	}
	if !c.State.Over() && c.State != approval.Verifying {
		for _, h := range c.Plan.Hurts {
			blocks = append(blocks, d.section(":warning: "+d.rich.Say(h)))
		}
	}
	blocks = append(blocks, d.context(history(c)), d.context(grounds(c)))
	if b := d.buttons(c); b != nil {
		blocks = append(blocks, b)
	}
	return blocks
}

// drawing says messages in markup and without.
type drawing struct{ rich, plain words.Speaker }

// title is the card's first line: what this is and how it stands.
func title(c approval.Case) words.Message {
	v := words.V{"count": words.Count(len(c.Plan.Items)), "target": words.Code(c.Request.Target)}
	looking := c.State == approval.Verifying && c.Worst() == commands.NotLooked
	if c.State == approval.Verifying && !looking || c.State == approval.Done && c.Why.IsZero() {
		v["outcome"] = words.Say(c.Outcome())
		return words.New("card.title.outcome", v)
	}
	return words.New("card.title."+string(c.State), v)
}

// verified says whether every item was looked at until its watch was over. One
// that was seen gone and could not be looked at again may be back.
func verified(c approval.Case) bool {
	for _, it := range c.Items {
		if it.Seen == commands.NotLooked || it.Seen == commands.Gone && it.LookedAt.Before(c.Called.Add(c.Limits.Watch)) {
			return false
		}
	}
	return true
}

// status is the sentence on how things stand and what happens next.
func status(c approval.Case) words.Message {
	v := words.V{
		"asker": words.User(c.Request.By.User), "deadline": words.At(c.Deadline), "why": words.Say(c.Why),
		"watch": words.At(c.Called.Add(c.Limits.Watch)), "ended": words.At(c.Ended),
	}
	switch {
	case c.State == approval.Pending:
		v["count"] = words.Count(max(c.Decision.Need, 1) - c.Yeses())
		v["roles"] = policy.Roles(c.Decision.From)
		return words.New("card.status.pending", v)
	case c.State == approval.Approved && !c.Why.IsZero():
		return words.New("card.status.waiting", v)
	case c.State == approval.Verifying && c.Worst() == commands.Gone:
		return words.New("card.status.watching", v)
	case c.State == approval.Done && c.Why.IsZero():
		return finish(c, v)
	case c.State == approval.Lapsed && !c.Agreed.IsZero():
		return words.New("card.status.not-run", v)
	case c.State.Over() && !c.Why.IsZero():
		return words.New("card.status.ended", v)
	}
	return words.New("card.status."+string(c.State), v)
}

// finish is how a case ended that made its calls.
func finish(c approval.Case, v words.V) words.Message {
	switch {
	case c.Worst() == commands.StillThere:
		return words.New("card.status.not-ended", v)
	case !verified(c):
		return words.New("card.status.done", v)
	case c.Worst() == commands.CameBack:
		return words.New("card.status.came-back", v)
	}
	return words.New("card.status.verified", v)
}

// item shows one thing: its name, what the live look said, what became of it.
func (d drawing) item(c approval.Case, i int) slack.Block {
	t := c.Plan.Items[i].Thing
	lines := []string{d.rich.Say(words.New("card.thing", words.V{"thing": words.Code(t.Name), "target": words.Code(c.Request.Target)}))}
	var facts []string
	for _, f := range t.Facts {
		facts = append(facts, d.rich.Say(words.New("fact."+f.Name, words.V{"value": factValue(f.Value, f.Unit)})))
	}
	if len(facts) > 0 {
		lines = append(lines, strings.Join(facts, " · "))
	}
	if it := c.Items[i]; it.Claimed {
		lines = append(lines, icon(it.Outcome)+" "+d.rich.Say(it.Label()))
		if !it.Why.IsZero() {
			lines = append(lines, d.rich.Say(it.Why))
		}
	}
	return d.section(strings.Join(lines, "\n"))
}

func factValue(value, unit string) words.Value {
	if unit == "s" {
		if d, err := time.ParseDuration(value + "s"); err == nil {
			return words.For(d)
		}
	}
	return words.Code(value)
}

func icon(o commands.Outcome) string {
	switch {
	case o.Seen == commands.Gone && o.Done == commands.Answered:
		return ":white_check_mark:"
	case o.Seen == commands.CameBack:
		return ":arrows_counterclockwise:"
	case o.Seen == commands.StillThere:
		return ":x:"
	}
	return ":grey_question:"
}

// history is who did what when, oldest first.
func history(c approval.Case) []words.Message {
	lines := []words.Message{words.New("history.asked", words.V{"by": words.User(c.Request.By.User), "at": words.At(c.Opened)})}
	for _, v := range c.Votes {
		lines = append(lines, words.New("history."+string(v.Choice), words.V{"by": words.User(v.By.User), "at": words.At(v.At)}))
	}
	if c.Tries > 0 {
		lines = append(lines, words.New("history.declined", words.V{"count": words.Count(c.Tries)}))
	}
	for _, it := range c.Items {
		if it.Done == commands.Answered {
			lines = append(lines, words.New("history.answered", words.V{
				"status": words.Count(it.Receipt.Status), "at": words.At(it.Sent), "took": words.For(it.Receipt.At.Sub(it.Sent)),
			}))
		}
		if !it.FirstSeen.IsZero() {
			lines = append(lines, words.New("history.seen."+string(it.Seen), words.V{
				"at": words.At(it.FirstSeen), "after": words.For(max(0, it.FirstSeen.Sub(it.Sent))),
			}))
		}
	}
	if !c.Ended.IsZero() {
		lines = append(lines, words.New("history.ended", words.V{"at": words.At(c.Ended), "took": words.For(c.Ended.Sub(c.Opened))}))
	}
	return lines
}

// grounds is what the case rests on, for whoever asks later.
func grounds(c approval.Case) []words.Message {
	return []words.Message{
		words.New("grounds.case", words.V{"case": words.Code(c.ID), "fingerprint": words.Code(c.Plan.Fingerprint)}),
		words.New("grounds.rule", words.V{"rule": words.Code(c.Decision.Rule)}),
		words.New("grounds.looked", words.V{"count": words.Count(c.Plan.Seen), "at": words.At(c.Plan.Looked)}),
	}
}

// buttons are those that still mean something; nil once none does.
func (d drawing) buttons(c approval.Case) slack.Block {
	v, err := json.Marshal(value{c.ID, c.Plan.Fingerprint})
	if err != nil {
		return nil // unreachable: two strings
	}
	button := func(choice bot.Choice, style slack.Style) *slack.ButtonBlockElement {
		label := slack.NewTextBlockObject(slack.PlainTextType, d.plain.Say(words.New("button."+string(choice))), false, false)
		return slack.NewButtonBlockElement(string(choice), string(v), label).WithStyle(style)
	}
	switch c.State {
	case approval.Pending:
		approve := button(bot.Approve, slack.StylePrimary).WithConfirm(d.confirm(c))
		return slack.NewActionBlock("case "+c.ID, approve, button(bot.Deny, slack.StyleDanger), button(bot.Withdraw, slack.StyleDefault))
	case approval.Approved:
		if c.Decision.Verdict == policy.Consult {
			return slack.NewActionBlock("case "+c.ID, button(bot.Deny, slack.StyleDanger), button(bot.Withdraw, slack.StyleDefault))
		}
		return slack.NewActionBlock("case "+c.ID, button(bot.Withdraw, slack.StyleDefault))
	}
	return nil
}

func (d drawing) confirm(c approval.Case) *slack.ConfirmationBlockObject {
	text := func(id string, v words.V) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, cut(d.plain.Say(words.New(id, v)), 300), false, false)
	}
	names := make([]string, len(c.Plan.Items))
	for i, it := range c.Plan.Items {
		names[i] = it.Thing.Name
	}
	v := words.V{"count": words.Count(len(names)), "target": words.Code(c.Request.Target), "things": words.Text(strings.Join(names, ", "))}
	return slack.NewConfirmationBlockObject(text("confirm.title", v), text("confirm.text", v), text("confirm.yes", v), text("confirm.no", v))
}

// quote shows what a person wrote, with no markup at all.
func (d drawing) quote(id, reason string) slack.Block {
	said := d.plain.Say(words.New(id, words.V{"reason": words.Text(reason)}))
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, said, false, false), nil, nil)
}

func (d drawing) section(text string) slack.Block {
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, cut(text, maxSection), false, true), nil, nil)
}

func (d drawing) context(lines []words.Message) slack.Block {
	said := make([]string, len(lines))
	for i, l := range lines {
		said[i] = d.rich.Say(l)
	}
	return slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, cut(strings.Join(said, " · "), maxSection), false, true))
}
