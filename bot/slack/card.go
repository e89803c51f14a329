package slack

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Slack's limits on a card, in characters: "Block Kit reference" and "Confirmation dialog
// object" (docs.slack.dev), and for all its blocks as JSON what others measured (bolt-js
// 2509: 13,200).
const (
	maxHeader       = 150
	maxSection      = 3000
	maxConfirmTitle = 100
	maxConfirmText  = 300
	maxConfirmYes   = 30 // and its no
	maxBlocks       = 50
	maxCard         = 12_500
)

// card draws a case: the newest state, from what is stored alone. Where all that is
// known of many things does not fit, each of them still stands on it by its name
// and id (commands.Together sees to it that they fit).
func (s *Slack) card(c approval.Case) []slack.Block {
	d := drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}
	blocks := d.card(c)
	for _, brief := range []int{1, 2} {
		if body, _ := json.Marshal(blocks); utf8.RuneCount(body) <= maxCard && len(blocks) <= maxBlocks {
			break
		}
		d.brief = brief
		blocks = d.card(c)
	}
	return blocks
}

// card puts the parts in the order of the questions people have: what is this, what
// now, which things exactly, why, what it costs, how it went, on whose say.
func (d drawing) card(c approval.Case) []slack.Block {
	blocks := []slack.Block{
		slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, cut(d.plain.Say(title(c)), maxHeader), false, false)),
		d.section(d.rich.Say(status(c))),
	}
	for _, m := range terms(c) {
		blocks = append(blocks, d.section(d.rich.Say(m)))
	}
	blocks = append(blocks, d.items(c)...)
	for i, e := range c.Evidence {
		if d.brief == 0 || i == len(c.Evidence)-1 {
			blocks = append(blocks, d.section(":mag: "+d.rich.Say(d.lookedAgain(c, e))))
		}
	}
	if c.Request.Reason != "" {
		blocks = append(blocks, d.quote("card.reason", c.Request.Reason))
	}
	if c.BreakGlass != nil {
		blocks = append(blocks, d.quote("card.alone", c.BreakGlass.Why))
	}
	for _, v := range c.Votes {
		if v.Why != "" {
			blocks = append(blocks, d.quote("card.because", v.Why))
		}
	}
	if !c.State.Terminal() && c.State != approval.Verifying {
		blocks = append(blocks, d.hurts(c)...)
	}
	blocks = append(blocks, d.context(history(c)), d.context(grounds(c)))
	if b := d.buttons(c); b != nil {
		blocks = append(blocks, b)
	}
	return blocks
}

// hurts are the warnings, each in a block of its own, unless there are too many.
func (d drawing) hurts(c approval.Case) (blocks []slack.Block) {
	var all []string
	for _, h := range c.Plan.Hurts {
		all = append(all, ":warning: "+d.rich.Say(h))
	}
	if d.brief > 0 {
		all = []string{strings.Join(all, "\n")}
	}
	for _, h := range all {
		blocks = append(blocks, d.section(h))
	}
	return blocks
}

// drawing says messages in markup and without.
type drawing struct {
	rich, plain words.Speaker
	// brief is how much is left out so that a card fits: 1 what the look said of each
	// thing, and all later looks but the last; 2 also the reasons at each thing.
	brief int
}

// deed is what was asked for.
func deed(c approval.Case) words.Message {
	return words.New("deed."+c.Request.Command, amount(c))
}

func amount(c approval.Case) words.V {
	return words.V{"count": words.Count(len(c.Plan.Items)), "target": words.Code(c.Request.Target)}
}

// title is the card's first line: what this is and how it stands.
func title(c approval.Case) words.Message {
	v := words.V{
		"deed": words.Say(deed(c)), "things": words.Say(words.New("things."+c.Request.Command, amount(c))), "count": words.Count(len(c.Plan.Items)),
		"gone": words.Count(c.Gone()), "made": words.Count(c.CallsMade()),
	}
	switch {
	case c.State == approval.Done && c.Why.IsZero() && c.Partly():
		return words.New("card.title.partly", v)
	case c.State == approval.Approved && c.Acted():
		return words.New("card.title.between", v)
	}
	looking := c.State == approval.Verifying && c.Worst() == commands.NotLooked
	if c.State == approval.Verifying && !looking || c.State == approval.Done && c.Why.IsZero() {
		v["outcome"] = words.Say(c.Outcome())
		return words.New("card.title.outcome", v)
	}
	if c.State == approval.Approved {
		return words.New("card.title.approved"+onWhoseSay(c), v)
	}
	return words.New("card.title."+string(c.State), v)
}

// onWhoseSay tells on whose say a case may run, as the end of a message's id: "" where
// people agreed, for only a yes is a reason to call it approved.
func onWhoseSay(c approval.Case) string {
	switch {
	case c.BreakGlass != nil:
		return "-alone"
	case c.Yeses() == 0:
		return "-unasked"
	}
	return ""
}

// status is the sentence on how things stand and what happens next.
func status(c approval.Case) words.Message {
	v := words.V{
		"asker": words.User(c.Request.By.User), "deadline": words.At(c.Deadline), "why": words.Say(c.Why),
		"watch": words.At(c.Watched()), "ended": words.At(c.Ended),
	}
	switch {
	case c.State == approval.Pending:
		v["count"] = words.Count(max(c.Decision.Need-c.Yeses(), 1))
		v["roles"] = policy.Roles(c.Decision.From)
		return words.New("card.status.pending", v)
	case c.State == approval.Approved:
		return agreed(c, v)
	case c.State == approval.Verifying && c.Worst() == commands.Gone:
		return words.New("card.status.watching", v)
	case c.State == approval.Done && c.Why.IsZero():
		return finish(c, v)
	case c.State == approval.Lapsed && !c.Agreed.IsZero():
		return words.New("card.status.not-run"+onWhoseSay(c), v)
	case c.State.Terminal() && !c.Why.IsZero():
		return words.New("card.status.ended", v)
	}
	return words.New("card.status."+string(c.State), v)
}

// agreed is how a case stands that may run: who acts alone, what it waits for, or that
// it is about to.
func agreed(c approval.Case, v words.V) words.Message {
	switch {
	case !c.Why.IsZero():
		return words.New("card.status.waiting"+onWhoseSay(c), v)
	case c.BreakGlass != nil && c.Ran.IsZero():
		return words.New("card.status.alone", words.V{"by": words.User(c.BreakGlass.By.User), "until": words.At(c.BreakGlass.Until)})
	}
	return words.New("card.status.approved"+onWhoseSay(c), v)
}

// terms are what else the policy says of who may decide, and when: somebody of another
// team, others later, the asker alone in the end; and afterwards, who has to sign.
func terms(c approval.Case) (all []words.Message) {
	if c.Unsigned() {
		g := c.Decision.BreakGlass.Review
		return []words.Message{words.New("card.unsigned", words.V{
			"by": words.User(c.BreakGlass.By.User), "count": words.Count(g.Need - len(c.BreakGlass.Signed)), "roles": policy.Roles(g.From),
		})}
	}
	if c.State != approval.Pending {
		return nil
	}
	if c.Decision.OtherTeam && !c.OtherTeamAgreed() {
		all = append(all, words.New("card.another"))
	}
	for _, t := range c.Decision.Escalation {
		all = append(all, words.New("card.then", words.V{"at": words.At(c.Consulted.Add(t.After)), "roles": policy.Roles(t.From)}))
	}
	if g := c.Decision.BreakGlass; g != nil {
		all = append(all, words.New("card.glass", words.V{"at": words.At(c.Consulted.Add(g.NotBefore)), "asker": words.User(c.Request.By.User)}))
	}
	return all
}

// finish is how a case ended that made its calls.
func finish(c approval.Case, v words.V) words.Message {
	switch {
	case c.Partly():
		return words.New("card.status.partly", v)
	case c.Worst() == commands.StillThere:
		v["check"] = words.Say(words.New("by-hand." + c.Kind))
		return words.New("card.status.not-ended", v)
	case !c.Verified():
		v["check"] = words.Say(words.New("by-hand." + c.Kind))
		return words.New("card.status.done", v)
	case c.Worst() == commands.CameBack:
		return words.New("card.status.came-back", v)
	}
	return words.New("card.status.verified", v)
}

// items shows each thing: in a block of its own, unless there are too many.
func (d drawing) items(c approval.Case) (blocks []slack.Block) {
	var lines []string
	for i := range c.Plan.Items {
		lines = append(lines, d.item(c, i))
		if d.brief == 0 || len(strings.Join(lines, "\n")) > maxSection/2 || i == len(c.Plan.Items)-1 {
			blocks = append(blocks, d.section(strings.Join(lines, "\n")))
			lines = nil
		}
	}
	return blocks
}

// item is one thing: its name and id, what the live look said, what became of it.
func (d drawing) item(c approval.Case, i int) string {
	t, it := c.Plan.Items[i].Thing, c.Items[i]
	lines := []string{d.rich.Say(words.New("card.thing."+c.Request.Command, words.V{"thing": words.Code(t.Name), "target": words.Code(c.Request.Target)}))}
	facts := d.facts(t)
	if d.brief > 0 {
		facts = facts[:min(len(facts), 1)] // its id
	}
	if len(facts) > 0 {
		lines = append(lines, strings.Join(facts, " · "))
	}
	if it.Claimed || !it.Why.IsZero() {
		lines = append(lines, icon(it.Outcome)+" "+d.rich.Say(it.Label(c.Request.Command)))
	}
	if !it.Note.IsZero() {
		lines = append(lines, d.rich.Say(it.Note))
	}
	if !it.Why.IsZero() && d.brief < 2 {
		lines = append(lines, d.rich.Say(it.Why))
	}
	return strings.Join(lines, "\n")
}

// facts is what there is to say of a thing, the vendor's id first.
func (d drawing) facts(t integrations.Thing) (facts []string) {
	if id := t.Fact("client"); id != "" {
		facts = append(facts, d.rich.Say(words.New("fact.client", words.V{"value": words.Code(id)})))
	}
	for _, f := range t.Facts {
		facts = append(facts, d.rich.Say(words.New("fact."+f.Name, words.V{"value": factValue(f.Value, f.Unit)})))
	}
	return facts
}

// lookedAgain is what a look showed that somebody asked for after the end.
func (d drawing) lookedAgain(c approval.Case, e approval.Evidence) words.Message {
	v := words.V{"at": words.At(e.At), "by": words.User(e.By.User)}
	sight := func(i int) words.Message { return sight(c.Request.Command, e.Seen[i]) }
	if len(e.Seen) == 1 {
		v["seen"] = words.Say(sight(0))
		return words.New("card.again", v)
	}
	if d.brief > 1 {
		v["seen"] = words.Say(words.New("card.outcome.partly", words.V{"gone": words.Count(e.Gone()), "count": words.Count(len(e.Seen))}))
		return words.New("card.again", v)
	}
	lines := make([]words.Message, len(e.Seen))
	for i := range e.Seen {
		lines[i] = words.New("sight.of", words.V{"thing": words.Code(c.Plan.Items[i].Thing.Name), "seen": words.Say(sight(i))})
	}
	v["lines"] = words.Lines(lines)
	return words.New("card.again-all", v)
}

// sight is what was seen of one thing, with the vendor's own word on it.
func sight(command string, s commands.Sight) words.Message {
	v := words.V{"ending": words.Say(commands.Ending(command, s.Seen)), "successor": words.Code(s.Successor), "note": words.Say(s.Note)}
	switch {
	case s.Successor != "":
		return words.New("sight.successor", v)
	case !s.Note.IsZero():
		return words.New("sight.note", v)
	}
	return words.New("sight", v)
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
	case o.Seen == commands.UnderWay:
		return ":hourglass_flowing_sand:"
	case o.Done == commands.NotSent, o.Done == commands.Declined:
		return ":heavy_minus_sign:"
	}
	return ":grey_question:"
}

// history is who did what when, oldest first.
func history(c approval.Case) []words.Message {
	lines := []words.Message{words.New("history.asked", words.V{"by": words.User(c.Request.By.User), "at": words.At(c.Opened)})}
	for _, v := range c.Votes {
		lines = append(lines, words.New("history."+string(v.Choice), words.V{"by": words.User(v.By.User), "at": words.At(v.At)}))
	}
	if g := c.BreakGlass; g != nil {
		lines = append(lines, words.New("history.alone", words.V{"by": words.User(g.By.User), "at": words.At(g.At)}))
		for _, v := range g.Signed {
			lines = append(lines, words.New("history.signed", words.V{"by": words.User(v.By.User), "at": words.At(v.At)}))
		}
	}
	if c.Tries > 0 {
		lines = append(lines, words.New("history.declined", words.V{"count": words.Count(c.Tries)}))
	}
	for _, it := range c.Items {
		if len(c.Items) > 1 {
			break // each thing says its own
		}
		if it.Done == commands.Answered {
			lines = append(lines, words.New("history.answered", words.V{
				"status": words.Text(it.Receipt.Said()), "at": words.At(it.Sent), "took": words.For(it.Receipt.At.Sub(it.Sent)),
			}))
		}
		if !it.FirstSeen.IsZero() {
			lines = append(lines, words.New("history.seen", words.V{
				"ending": words.Say(commands.Ending(c.Request.Command, it.Seen)), "after": words.For(max(0, it.FirstSeen.Sub(it.Sent))),
			}))
		}
	}
	if len(c.Items) > 1 && !c.CallsEnded.IsZero() {
		lines = append(lines, words.New("history.called", words.V{"at": words.At(c.Ran), "took": words.For(c.CallsEnded.Sub(c.Ran))}))
	}
	if !c.Ended.IsZero() {
		lines = append(lines, words.New("history.ended", words.V{"at": words.At(c.Ended), "took": words.For(c.Ended.Sub(c.Opened))}))
	}
	return lines
}

// grounds is what the case rests on, for whoever asks later.
func grounds(c approval.Case) []words.Message {
	all := []words.Message{
		words.New("grounds.case", words.V{"case": words.Code(c.ID), "fingerprint": words.Digest(c.Plan.Fingerprint)}),
		words.New("grounds.rule", words.V{"rule": words.Code(c.Decision.Rule)}),
		words.New("grounds.looked."+c.Request.Command, words.V{"count": words.Count(c.Plan.Seen), "at": words.At(c.Plan.Looked)}),
	}
	if c.Plan.Place != "" {
		all = append(all, words.New("grounds.place", words.V{"place": words.Code(c.Plan.Place)}))
	}
	return all
}

// buttons are those that still mean something; nil once none does.
func (d drawing) buttons(c approval.Case) slack.Block {
	v, err := json.Marshal(value{c.ID, c.Plan.Fingerprint})
	if err != nil {
		return nil // unreachable: two strings
	}
	button := func(choice Choice, label string, style slack.Style) *slack.ButtonBlockElement {
		text := slack.NewTextBlockObject(slack.PlainTextType, d.plain.Say(words.New("button."+label)), false, false)
		return slack.NewButtonBlockElement(string(choice), string(v), text).WithStyle(style)
	}
	var row []slack.BlockElement
	switch {
	case c.State == approval.Pending:
		row = append(row, button(Approve, "approve", slack.StylePrimary).WithConfirm(d.confirm(c)),
			button(Deny, "deny", slack.StyleDanger), button(Withdraw, "withdraw", slack.StyleDefault))
		if c.Decision.BreakGlass != nil {
			row = append(row, button(Glass, "glass", slack.StyleDefault))
		}
	case c.State == approval.Approved, c.HasMoreCalls():
		if c.Decision.Verdict == policy.Consult {
			row = append(row, button(Deny, stop(c, "deny"), slack.StyleDanger))
		}
		row = append(row, button(Withdraw, stop(c, "withdraw"), slack.StyleDefault))
	case c.State.Terminal():
		if c.Unsigned() {
			row = append(row, button(Sign, "sign", slack.StylePrimary))
		}
		if c.Uncertain() {
			row = append(row, button(Look, "look", slack.StyleDefault))
		}
		if worthAgain(c) {
			row = append(row, button(Again, "again", slack.StyleDefault))
		}
	}
	if len(row) == 0 {
		return nil
	}
	return slack.NewActionBlock("case "+c.ID, row...)
}

// stop names a button by what it still stops.
func stop(c approval.Case, label string) string {
	if c.Acted() || c.State == approval.Running {
		return label + "-rest"
	}
	return label
}

// worthAgain says that somebody may want to ask for the same again: it was not
// done, or not all of it, and nobody said no.
func worthAgain(c approval.Case) bool {
	switch c.State {
	case approval.Denied, approval.Refused, approval.Withdrawn:
		return false
	case approval.Done:
		return !c.Clear() && !c.AlreadyGone
	}
	return true
}

// confirm is what Slack asks before a yes: how many of what, and that it cannot be undone.
func (d drawing) confirm(c approval.Case) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(
		d.label(words.New("confirm.title", words.V{"deed": words.Say(deed(c))}), maxConfirmTitle), plainText(d.agreement(c), maxConfirmText),
		d.label(words.New("confirm.yes"), maxConfirmYes), d.label(words.New("confirm.no"), maxConfirmYes),
	)
}

// agreement names the system, and as many of the things as there is room for, each whole,
// and counts the rest: neither a name nor the warning at the end is cut.
func (d drawing) agreement(c approval.Case) string {
	v := words.V{"target": words.Code(c.Request.Target), "count": words.Count(len(c.Plan.Items))}
	names := make([]string, len(c.Plan.Items))
	for i, it := range c.Plan.Items {
		names[i] = it.Thing.Name
	}
	for n := len(names); n > 0; n-- {
		some := words.V{"target": v["target"], "things": words.Text(strings.Join(names[:n], ", ")), "count": words.Count(len(names) - n)}
		said := d.plain.Say(words.New("confirm.text", some))
		if n < len(names) {
			said = d.plain.Say(words.New("confirm.some", some))
		}
		if utf8.RuneCountInString(said) <= maxConfirmText {
			return said
		}
	}
	return d.plain.Say(words.New("confirm.all", v))
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
