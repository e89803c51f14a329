package slack

import (
	"context"
	"strings"
	"sync"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// A view has at most a hundred blocks (docs.slack.dev, "View objects"). Each case that waits has
// two, each of somebody's own has one, and all else not more than twenty.
const (
	waitsMost = 30
	mayMost   = 10
)

// waitingList is the callback_id of the list of what waits for somebody.
const waitingList = "waiting"

// published are the hashes of the Homes as they were published last, by user: with it Slack refuses
// to put an older picture over a newer one, of another process (docs.slack.dev, views.publish).
type published struct {
	mu     sync.Mutex
	hashes map[string]string
}

func (p *published) of(user string) *string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if hash, ok := p.hashes[user]; ok {
		return &hash
	}
	return nil
}

// note keeps a hash; after a refusal none, so that the next picture is published whatever is there.
func (p *published) note(user, hash string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if delete(p.hashes, user); err == nil && hash != "" {
		p.hashes[user] = hash
	}
}

// ShowHome draws a Home, or a list that is open, with what is to be said above it.
func (s *Slack) ShowHome(ctx context.Context, to ReplyTo, h bot.Home, say words.Message) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if to.View != "" {
		_, err := s.api.UpdateViewContext(ctx, s.waitingView(to, h, say), "", "", to.View)
		if code(err) == "not_found" {
			return ErrFormClosed
		}
		return s.wrap("views.update", err)
	}
	user := to.Person.User
	answer, err := s.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, Hash: s.published.of(user), View: slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: s.homeDrawing(to).home(h, say, to.Person)},
	}})
	hash := ""
	if answer != nil {
		hash = answer.Hash
	}
	s.published.note(user, hash, err)
	return s.wrap("views.publish", err)
}

// OpenWaiting opens the list of what waits for somebody, and returns its view_id.
func (s *Slack) OpenWaiting(ctx context.Context, trigger string, to ReplyTo, h bot.Home) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	answer, err := s.api.OpenViewContext(ctx, trigger, s.waitingView(to, h, words.Message{}))
	if err != nil {
		return "", s.wrap("views.open", err)
	}
	return answer.ID, nil
}

func (s *Slack) waitingView(to ReplyTo, h bot.Home, say words.Message) slack.ModalViewRequest {
	d := s.homeDrawing(to)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: waitingList,
		Title: d.label(words.New("pending.title"), maxViewTitle), Close: d.label(words.New("pending.close"), maxViewTitle),
		Blocks: slack.Blocks{BlockSet: append(d.said(say), d.waits(h, to.Person)...)},
	}
}

func (s *Slack) homeDrawing(to ReplyTo) drawing { return s.toOne(to).drawing(s.Now()) }

// openView opens a modal: over the one from which its trigger_id comes, where it comes from one, for
// views.open would take its place (docs.slack.dev, "Modals", "Adding views to the stack").
func (s *Slack) openView(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	if listenerOf(ctx).View != "" {
		_, err := s.api.PushViewContext(ctx, trigger, view)
		return s.wrap("views.push", err)
	}
	_, err := s.api.OpenViewContext(ctx, trigger, view)
	return s.wrap("views.open", err)
}

// listenerOf is who is spoken to (withListener); zero for nobody.
func listenerOf(ctx context.Context) ReplyTo {
	to, _ := ctx.Value(listenerKey{}).(ReplyTo)
	return to
}

// home is all of a Home.
func (d drawing) home(h bot.Home, say words.Message, who commands.Person) (blocks []slack.Block) {
	blocks = d.said(say)
	if !h.Unread {
		blocks = append(blocks, d.headed(words.New("pending.title"))...)
	}
	blocks = append(blocks, d.waits(h, who)...)
	if len(h.Mine) > 0 {
		blocks = append(blocks, d.headed(words.New("home.mine"))...)
	}
	for _, c := range h.Mine {
		blocks = append(blocks, d.own(c))
	}
	blocks = append(blocks, d.listed(words.New("home.frozen"), h.Frozen)...)
	blocks = append(blocks, d.listed(words.New("home.may"), permissions(h.May))...)
	blocks = append(blocks, d.listed(words.New("home.voted"), lines(h.Voted))...)
	return append(blocks, d.context([]words.Message{words.New("home.drawn", words.V{"for": words.For(homeFor)})}))
}

func (d drawing) said(say words.Message) []slack.Block {
	if say.IsZero() {
		return nil
	}
	return sections(d.rich.Say(say))
}

func (d drawing) headed(headline words.Message) []slack.Block {
	return []slack.Block{slack.NewHeaderBlock(plainText(d.plain.Say(headline), maxHeader))}
}

// listed is a headline with lines below it; nothing without any.
func (d drawing) listed(headline words.Message, all []words.Message) []slack.Block {
	if len(all) == 0 {
		return nil
	}
	said := make([]string, len(all))
	for i, m := range all {
		said[i] = "• " + d.rich.Say(m)
	}
	return append(d.headed(headline), section(markdown(strings.Join(said, "\n"))))
}

// waits are the cases that wait for somebody, each with what it does, to what, what that costs, and the
// buttons that decide about it: in a storm there is no card yet to read it on.
func (d drawing) waits(h bot.Home, who commands.Person) (blocks []slack.Block) {
	for _, c := range h.Waits[:min(len(h.Waits), waitsMost)] {
		said := d.rich.Say(bot.WaitsFor(c, who))
		for _, m := range approval.Reasons(c) {
			said += "\n" + d.rich.Say(m)
		}
		for _, m := range approval.Rehearsals(c) {
			said += "\n" + d.rich.Say(m)
		}
		for _, m := range approval.CostsLeft(approval.ForChannel(c)) {
			said += "\n:warning: " + d.rich.Say(m)
		}
		blocks = append(blocks, section(markdown(said)), d.deciding(c))
	}
	if left := len(h.Waits) - waitsMost; left > 0 {
		blocks = append(blocks, d.context([]words.Message{words.New("pending.more", words.V{"count": words.Count(left)})}))
	}
	if h.Hidden > 0 {
		blocks = append(blocks, d.context([]words.Message{words.New("status.waits-hidden", words.V{"count": words.Count(h.Hidden)})}))
	}
	if len(blocks) == 0 && !h.Unread {
		blocks = append(blocks, section(markdown(d.rich.Say(words.New("pending.none")))))
	}
	return blocks
}

// deciding are the buttons of a card by which somebody decides, or sees what they decide about.
func (d drawing) deciding(c approval.Case) slack.Block {
	var row []slack.BlockElement
	for _, o := range approval.Offers(c) {
		switch o.Action {
		case approval.ToApprove, approval.ToDeny, approval.ToSign, approval.ToSeeCalls:
			row = append(row, d.button(c, o))
		case approval.ToWithdraw:
			if c.Unconfirmed() || c.Renewing() && c.AskerRenews() {
				row = append(row, d.button(c, o))
			}
		}
	}
	return slack.NewActionBlock("case "+c.ID, row...)
}

// own is a case of somebody's own, with what they can still do.
func (d drawing) own(c approval.Case) slack.Block {
	said := markdown(d.rich.Say(inOneLine(c)))
	for _, o := range approval.Offers(c) {
		if o.Action == approval.ToWithdraw {
			return beside(said, d.button(c, o), "case "+c.ID)
		}
	}
	return section(said)
}

// inOneLine is a case in one line.
func inOneLine(c approval.Case) words.Message {
	return words.New("home.case", words.V{"title": words.Say(approval.Title(c)), "case": words.Case(c.ID)})
}

func lines(cases []approval.Case) (all []words.Message) {
	for _, c := range cases {
		all = append(all, inOneLine(c))
	}
	return all
}

// permissions say what somebody may ask for, and where.
func permissions(may []bot.May) (all []words.Message) {
	for _, m := range may[:min(len(may), mayMost)] {
		v := words.V{"command": words.Code("/" + m.Command), "targets": words.Text(strings.Join(m.Targets[:min(len(m.Targets), mayMost)], ", "))}
		if left := len(m.Targets) - mayMost; left > 0 {
			v["targets"] = words.Say(words.New("list.some", words.V{"names": v["targets"], "count": words.Count(left)}))
		}
		if len(m.Channels) == 0 {
			all = append(all, words.New("home.may-anywhere", v))
			continue
		}
		v["channel"] = words.Channel(m.Channels[0])
		if left := len(m.Channels) - 1; left > 0 {
			v["count"] = words.Count(left)
			all = append(all, words.New("home.may-in-some", v))
			continue
		}
		all = append(all, words.New("home.may-in", v))
	}
	return all
}
