package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// Slack's limits on the texts of a card, in characters: "Block Kit reference" and
// "Confirmation dialog object" (docs.slack.dev).
const (
	maxHeader       = 150
	maxSection      = 3000
	maxConfirmTitle = 100
	maxConfirmText  = 300
	maxConfirmYes   = 30 // and its no
)

// cardBlocks draws the card of a case from its stored state alone. Where a card with all
// that is known of many things is larger than Slack takes, it is drawn briefer; each thing
// is still named with its id (commands.Together sees to it that names and ids fit).
func (s *Slack) cardBlocks(c approval.Case) []slack.Block {
	d := s.inChannel(c.Request.Channel).drawing(c.Request.At)
	blocks := d.card(c)
	for _, brief := range []int{1, 2, 3} {
		if fits(blocks) {
			break
		}
		d.brief = brief
		blocks = d.card(c)
	}
	return blocks
}

// card puts the parts in the order of fear: what is this and who asks, why, what it costs, which
// things exactly, on whose say and until when; then the buttons, and small at the end what it rests
// on. Once people are no longer asked, how it stands comes first.
func (d drawing) card(c approval.Case) []slack.Block {
	blocks := []slack.Block{slack.NewHeaderBlock(plainText(d.plain.Say(approval.Title(c)), maxHeader))}
	status := section(markdown(d.rich.Say(approval.Status(c))))
	if c.State == approval.Pending {
		blocks = append(blocks, section(markdown(d.rich.Say(approval.Asks(c)))))
	} else {
		blocks = append(blocks, status)
	}
	for _, m := range approval.Reasons(c) {
		blocks = append(blocks, d.quote(m))
	}
	blocks = append(blocks, d.warnings(c)...)
	blocks = append(blocks, d.items(c)...)
	for i, e := range c.Evidence {
		if d.brief == 0 || i == len(c.Evidence)-1 {
			blocks = append(blocks, section(markdown(":mag: "+d.rich.Say(d.followUp(c, e)))))
		}
	}
	if c.State == approval.Pending {
		blocks = append(blocks, status)
	}
	for _, m := range approval.Terms(c) {
		blocks = append(blocks, section(markdown(pencil(c)+d.rich.Say(m))))
	}
	blocks = append(blocks, d.buttons(c)...)
	blocks = append(blocks, d.context(approval.History(c)))
	if basis := approval.Basis(c); len(basis) > 0 {
		blocks = append(blocks, d.context(basis))
	}
	return blocks
}

// pencil is the icon before the terms of a case that is still to be signed.
func pencil(c approval.Case) string {
	if c.Unsigned() {
		return ":pencil: "
	}
	return ""
}

// warnings each have a block of their own, unless there are too many.
func (d drawing) warnings(c approval.Case) (blocks []slack.Block) {
	var all []string
	for _, m := range approval.Warnings(c) {
		all = append(all, ":warning: "+d.rich.Say(m))
	}
	if d.brief > 0 && len(all) > 0 {
		all = []string{strings.Join(all, "\n")}
	}
	for _, w := range all {
		blocks = append(blocks, section(markdown(w)))
	}
	return blocks
}

// Limits on a card at its briefest, in characters.
const (
	shortFact  = 24
	shortQuote = 160
)

// room is how much of a text there is room for: as much as usual, or little on a card at its
// briefest.
func (d drawing) room(usual, little int) int {
	if d.brief > 2 {
		return little
	}
	return usual
}

// fact is a fact in words, with as much of its value as there is room for.
func fact(f integrations.Field, most int) words.Message {
	return words.New("fact."+f.Name, words.V{"value": factValue(integrations.Clean(f.Value, most), f.Unit)})
}

// followUp is what a follow-up look saw, in as many words as there is room for.
func (d drawing) followUp(c approval.Case, e approval.Evidence) words.Message {
	if d.brief > 1 {
		return approval.FollowUpInShort(c, e)
	}
	return approval.FollowUp(c, e)
}

func factValue(value, unit string) words.Value {
	if unit == "s" {
		if d, err := time.ParseDuration(value + "s"); err == nil {
			return words.For(d)
		}
	}
	return words.Code(value)
}

// mark is the icon of what became of a thing; what was seen before the looks began to fail is as
// good as unknown.
func mark(c approval.Case, i int) string {
	if c.Items[i].InFlight {
		return underWayMark
	}
	if approval.Older(c, i) {
		return unknownMark
	}
	return icon(c.Items[i].Outcome)
}

const (
	unknownMark  = ":grey_question:"
	underWayMark = ":hourglass_flowing_sand:"
)

func icon(o commands.Outcome) string {
	switch {
	case o.Seen == commands.Gone && o.Done == commands.Answered:
		return ":white_check_mark:"
	case o.Seen == commands.CameBack:
		return ":arrows_counterclockwise:"
	case o.Seen == commands.StillThere:
		return ":x:"
	case o.Seen == commands.UnderWay:
		return underWayMark
	case o.Done == commands.NotSent, o.Done == commands.Declined:
		return ":heavy_minus_sign:"
	}
	return unknownMark
}

// buttons are the actions that a case still offers, in rows. Two that do harm where a thumb slips
// (Approve, Act alone) never stand on top of each other, however narrow the screen is: between them
// is a row that harms nobody.
func (d drawing) buttons(c approval.Case) (rows []slack.Block) {
	of := map[int][]slack.BlockElement{}
	for _, o := range approval.Offers(c) {
		row := rowOfButton(o.Action)
		of[row] = append(of[row], d.button(c, o))
	}
	for row := range lastRow + 1 {
		if len(of[row]) > 0 {
			rows = append(rows, slack.NewActionBlock(fmt.Sprintf("case %s %d", c.ID, row), of[row]...))
		}
	}
	return rows
}

// rowOfButton is the row of an action's button.
func rowOfButton(a approval.Action) int {
	switch a {
	case approval.ToSeeCalls, approval.ToWithdraw:
		return 1
	case approval.ToActAlone:
		return lastRow
	}
	return 0
}

const lastRow = 2

func (d drawing) button(c approval.Case, o approval.Offer) *slack.ButtonBlockElement {
	v, _ := json.Marshal(buttonValue{Case: c.ID, Fingerprint: c.Plan.Fingerprint}) // strings alone
	choice, style := buttonOf(o.Action)
	text := slack.NewTextBlockObject(slack.PlainTextType, d.plain.Say(o.Label), false, false)
	b := slack.NewButtonBlockElement(string(choice), string(v), text).WithStyle(style)
	if o.Action == approval.ToApprove {
		b = b.WithConfirm(d.confirm(c))
	}
	return b
}

// buttonOf is the id of an action's button and how it looks. A colour marks what changes
// something for others.
func buttonOf(a approval.Action) (Button, slack.Style) {
	switch a {
	case approval.ToApprove:
		return Approve, slack.StylePrimary
	case approval.ToDeny:
		return Deny, slack.StyleDanger
	case approval.ToActAlone:
		return ActAlone, slack.StyleDefault
	case approval.ToSign:
		return Sign, slack.StylePrimary
	case approval.ToLookAgain:
		return LookAgain, slack.StyleDefault
	case approval.ToSeeCalls:
		return ShowCalls, slack.StyleDefault
	case approval.ToAskAgain:
		return AskAgain, slack.StyleDefault
	}
	return Withdraw, slack.StyleDefault
}

// confirm is the dialog before a yes: the deed, its things, and that it cannot be undone.
func (d drawing) confirm(c approval.Case) *slack.ConfirmationBlockObject {
	c = approval.ForChannel(c) // also on a Home: Details shows what is private, and nothing else does
	return slack.NewConfirmationBlockObject(
		d.label(words.New("confirm.title", words.V{"deed": words.Say(approval.DeedLeft(c))}), maxConfirmTitle), plainText(d.confirmation(c), maxConfirmText),
		d.label(confirmYes(c), maxConfirmYes), d.label(words.New("confirm.no"), maxConfirmYes),
	)
}

// confirmYes is the yes of the dialog, as on the button that opened it.
func confirmYes(c approval.Case) words.Message {
	switch {
	case c.Renewing():
		return words.New("button.renew")
	case c.Unconfirmed():
		return words.New("button.confirm")
	}
	return words.New("confirm.yes")
}

// confirmation says whole sentences. Where there is little room it counts warnings, which stand on
// the card, then names of things, and only at the very last the most specific warning.
func (d drawing) confirmation(c approval.Case) string {
	names, costs := len(approval.Left(c)), len(approval.Warnings(c))
	for {
		said := d.plain.Value(words.Lines(approval.Confirmation(c, names, costs)))
		switch {
		case characters(said) <= maxConfirmText || names == 0 && costs == 0:
			return said
		case costs > 1 || names == 0:
			costs--
		default:
			names--
		}
	}
}

// quote draws what a person wrote, as text in which Slack reads no markup.
func (d drawing) quote(m words.Message) slack.Block {
	return section(plainText(d.plain.Say(m), d.room(maxSection, shortQuote)))
}

func (d drawing) context(lines []words.Message) slack.Block {
	said := make([]string, len(lines))
	for i, l := range lines {
		said[i] = d.rich.Say(l)
	}
	return slack.NewContextBlock("", markdown(strings.Join(said, " · ")))
}
