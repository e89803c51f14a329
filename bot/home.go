package bot

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/people"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Home is what concerns one person now.
type Home struct {
	// Waits are the cases that wait for their word, the soonest due first: a vote that would count,
	// their own word on what they asked, or a signature. A case is among them from when it is put to
	// people, whether or not its card is posted yet.
	Waits []approval.Case
	// Hidden is how many more may be, of which it is not known whether they may read the channel.
	Hidden int
	// Unread says that it could not be looked up what concerns them, so that the lists are empty for
	// no other reason.
	Unread bool
	Mine   []approval.Case // what they asked: what is open, then the newest
	Voted  []approval.Case // which they decided about last, the newest first
	May    []May           // what they may ask for
	Frozen []words.Message // what is frozen
}

// May is a command that somebody may ask for on some targets, in some of the channels that the
// policy names; in any for none.
type May struct {
	Command  string
	Targets  []string
	Channels []string
}

// What is read for one Home, and how much of it is shown.
const (
	recentMost = 200 // the newest cases, looked through for votes
	askedMost  = 60  // the newest cases of one person
	mineMost   = 10
	votedMost  = 5
)

// Home says what concerns the speaker, or why they are told nothing, which is no attempt and leaves
// no entry: they only opened a tab. It calls no system, and of Slack it asks who they are and,
// of the channels of cases that wait for them, who reads those: who asked, and where, is taken from
// the grounds of each case, for a click is judged anew.
func (r *reader) Home(ctx context.Context, s Speaker) (Home, Verdict) {
	inForce := r.c.Policy()
	by, why, err := r.subject(ctx, inForce, s.Person)
	switch {
	case err != nil:
		return Home{Unread: true}, Verdict{Say: people.Unknown(err)}
	case !why.IsZero():
		return Home{}, Verdict{Say: why}
	}
	h, err := r.waits(ctx, inForce, by)
	if err == nil {
		err = r.own(ctx, &h, by.Person)
	}
	if err != nil {
		return Home{Unread: true}, r.unread(err)
	}
	h.May, h.Frozen = r.may(inForce, by), r.frozenNow(ctx, inForce, by)
	return h, Verdict{}
}

// Waiting says what waits for the speaker: of a Home the Waits alone.
func (r *reader) Waiting(ctx context.Context, s Speaker) (Home, Verdict) {
	inForce := r.c.Policy()
	by, why, err := r.subject(ctx, inForce, s.Person)
	switch {
	case err != nil:
		return Home{}, r.unknown(ctx, s, attempted{}, err)
	case !why.IsZero():
		return Home{}, r.attempt(ctx, s, attempted{}, why)
	}
	h, err := r.waits(ctx, inForce, by)
	if err != nil {
		return Home{}, r.unread(err)
	}
	return h, Verdict{}
}

func (r *reader) unread(err error) Verdict {
	r.c.Log.Error("the cases could not be read", "err", err)
	return Verdict{Say: words.New("status.unread")}
}

// waits finds what waits for somebody.
func (r *reader) waits(ctx context.Context, inForce *policy.Policy, by policy.Subject) (Home, error) {
	open, err := r.c.Lists.Open(ctx, openMost)
	if err != nil {
		return Home{}, err
	}
	return r.waitsAmong(ctx, inForce, by, open)
}

// waitsAmong finds what of the open cases waits for somebody, and which signatures do. Each channel
// is asked about once, and only where a case of it waits for them by all else.
func (r *reader) waitsAmong(ctx context.Context, inForce *policy.Policy, by policy.Subject, open []approval.Case) (h Home, err error) {
	unsigned, err := r.c.Lists.Unsigned(ctx, openMost)
	if err != nil {
		return h, err
	}
	reads := r.readsOnce(ctx, by.Person)
	for _, c := range slices.Concat(open, unsigned) {
		if !r.waitsFor(inForce, by, c) {
			continue
		}
		switch may, err := reads(c); {
		case err != nil:
			h.Hidden++
		case may:
			h.Waits = append(h.Waits, c)
		}
	}
	slices.SortStableFunc(h.Waits, func(a, z approval.Case) int { return dueOf(a).Compare(dueOf(z)) })
	return h, nil
}

// waitsFor says that a word of somebody would count on a case now, by what is known of its asker
// and its channel since it was put to people.
func (r *reader) waitsFor(inForce *policy.Policy, by policy.Subject, c approval.Case) bool {
	now := r.c.Now()
	switch {
	case c.Newer():
		return false
	case c.Unsigned():
		signed := slices.ContainsFunc(c.BreakGlass.Signed, func(v approval.Vote) bool { return v.By == by.Person })
		return !signed && inForce.MaySign(*c.Decision.BreakGlass, c.Ballot(c.Grounds, by, now, now)).IsZero()
	case c.State != approval.Pending && !c.Stoppable(), !now.Before(c.Deadline):
		return false
	case c.Unconfirmed(), c.Renewing() && c.AskerRenews():
		return c.Request.By == by.Person
	case c.Votes.Of(by.Person), c.Waiting.Of(by.Person):
		return false
	}
	ask := c.Grounds
	ask.Request, ask.Target, ask.At = c.Request, r.c.Systems.Named(c.Request.Target), now
	_, why := r.voted(Speaker{Person: by.Person}, c, inForce, ask, by)
	return why.IsZero()
}

// dueOf is until when a word on a case counts. A signature is owed since the end, and comes first.
func dueOf(c approval.Case) time.Time {
	switch {
	case c.State.Terminal():
		return c.Ended
	case c.Stoppable():
		return c.BreakGlass.Until
	}
	return c.Deadline
}

// readsOnce says whether somebody may read the channel of a case. Whoever asked for a case, or
// decided about it, may read of it wherever they are.
func (r *reader) readsOnce(ctx context.Context, who commands.Person) func(approval.Case) (bool, error) {
	type answer struct {
		may bool
		err error
	}
	known := map[string]answer{}
	return func(c approval.Case) (bool, error) {
		if concerns(c, who) {
			return true, nil
		}
		a, ok := known[c.Request.Channel]
		if !ok {
			a.may, a.err = r.c.People.Reads(ctx, who, c.Request.Channel)
			known[c.Request.Channel] = a
		}
		return a.may, a.err
	}
}

// concerns says that somebody has to do with a case already: it is theirs, or they voted on it.
func concerns(c approval.Case, who commands.Person) bool {
	return c.Request.By == who || c.Votes.Of(who)
}

// own adds what somebody asked and decided.
func (r *reader) own(ctx context.Context, h *Home, who commands.Person) error {
	asked, err := r.c.Lists.AskedBy(ctx, who, askedMost)
	if err != nil {
		return err
	}
	waits := func(c approval.Case) bool {
		return c.Newer() || slices.ContainsFunc(h.Waits, func(w approval.Case) bool { return w.ID == c.ID })
	}
	asked = slices.DeleteFunc(asked, waits)
	slices.SortStableFunc(asked, func(a, z approval.Case) int { return cmp.Compare(ended(a), ended(z)) })
	h.Mine = asked[:min(len(asked), mineMost)]
	recent, err := r.c.Lists.Recent(ctx, recentMost)
	h.Voted = slices.DeleteFunc(recent, func(c approval.Case) bool { return c.Newer() || !c.Votes.Of(who) })
	h.Voted = h.Voted[:min(len(h.Voted), votedMost)]
	return err
}

func ended(c approval.Case) int {
	if c.State.Terminal() {
		return 1
	}
	return 0
}

// may lists what somebody may ask for, in the channels that the policy names or in any.
func (r *reader) may(inForce *policy.Policy, by policy.Subject) (all []May) {
	for _, g := range commands.Grammars() {
		for _, target := range r.c.Systems.Names(g.Name) {
			m, ok := r.mayOn(inForce, by, g.Name, target)
			if !ok {
				continue
			}
			same := func(o May) bool { return o.Command == m.Command && slices.Equal(o.Channels, m.Channels) }
			if i := slices.IndexFunc(all, same); i >= 0 {
				all[i].Targets = append(all[i].Targets, target)
				continue
			}
			all = append(all, m)
		}
	}
	return all
}

// anyChannel is one that no policy names.
const anyChannel = ""

// mayOn says where somebody may ask for a command on a target.
func (r *reader) mayOn(inForce *policy.Policy, by policy.Subject, command, target string) (m May, ok bool) {
	m = May{Command: command, Targets: []string{target}}
	for _, channel := range append([]string{anyChannel}, inForce.Channels()...) {
		ask := policy.Ask{
			Request: commands.Request{Command: command, Target: target, By: by.Person, Channel: channel, At: r.c.Now()},
			Target:  r.c.Systems.Named(target), By: by, Where: policy.Channel{ID: channel, Place: policy.Workspace}, At: r.c.Now(),
		}
		switch may := admit(inForce, draft(ask)).IsZero(); {
		case may && channel == anyChannel:
			return m, true
		case may:
			m.Channels = append(m.Channels, channel)
		}
	}
	return m, len(m.Channels) > 0
}

// said is what waits for somebody, in as many lines as one can read.
func (h Home) said(who commands.Person) (all []words.Message) {
	var lines []words.Message
	for _, c := range h.Waits[:min(len(h.Waits), statusMost)] {
		lines = append(lines, words.New("status.waits-case", words.V{"what": words.Say(WaitsFor(c, who))}))
	}
	switch {
	case len(lines) > 0:
		title := words.Strong(words.New("status.waits-title"))
		all = append(all, words.New("status.waits", words.V{"count": words.Count(len(h.Waits)), "title": title, "cases": words.Lines(lines)}))
	case h.Hidden == 0:
		all = append(all, words.New("status.waits-none"))
	}
	if h.Hidden > 0 {
		all = append(all, words.New("status.waits-hidden", words.V{"count": words.Count(h.Hidden)}))
	}
	return all
}

// WaitsFor says what of a case waits for somebody: the deed and its things, who asks and where, until
// when.
func WaitsFor(c approval.Case, who commands.Person) words.Message {
	v := words.V{
		"things": words.Say(approval.Named(c)), "status": words.Say(approval.Status(approval.ForChannel(c))),
		"case": words.Case(c.ID), "deed": words.Strong(approval.DeedLeft(c)), "by": words.User(c.Request.By.User),
		"channel": words.Channel(c.Request.Channel), "until": words.At(c.Deadline),
	}
	switch {
	case c.Unsigned():
		return words.New("pending.act-alone", words.V{
			"things": words.Say(approval.Named(c)),
			"case":   words.Case(c.ID), "deed": words.Strong(approval.Title(c)), "by": words.User(c.BreakGlass.By.User),
			"channel": words.Channel(c.Request.Channel), "at": words.At(c.BreakGlass.At),
		})
	case c.Stoppable():
		v["deed"] = words.Strong(approval.Title(c))
		return words.New("pending.stop", v)
	case c.Request.By == who:
		return words.New("pending.mine", v)
	}
	return words.New("pending.ask", v)
}
