package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// On is a case as the speaker saw it when they said something about it.
type On struct {
	Case        string
	Fingerprint string // of the plan that the speaker saw
}

// pressed is a choice on a case, for the record if it is refused.
func pressed(on On, choice string) attempted {
	return attempted{on: on.Case, stops: choice == string(approval.No) || choice == "withdraw" || choice == "stop", detail: map[string]string{"choice": choice, "fingerprint": on.Fingerprint}}
}

// act moves a case by what somebody says about it: means turns their words into an event for
// the case as it is now, or into a verdict. If the case moved meanwhile (store.ErrMoved), it is
// loaded again and means is called again. A verdict beside an event has what the speaker is told if
// it counts. Words whose idempotency key is in the case already, from before a crash, change nothing
// more.
func (b *Bot) act(ctx context.Context, s Speaker, t attempted, means func(approval.Case) (approval.Event, Verdict)) (approval.Case, Verdict) {
	if s.ID == "" {
		return approval.Case{}, b.Unknown(ctx, s)
	}
	for {
		c, v := b.load(ctx, s, t)
		if c.ID == "" || slices.Contains(c.Deliveries, s.ID) {
			return c, v
		}
		e, v := means(c)
		if e == nil {
			return c, v
		}
		next, err := b.c.Engine.Move(ctx, c, e, s.Person.Actor())
		if errors.Is(err, store.ErrMoved) {
			continue
		}
		if err != nil {
			return c, b.unmoved(ctx, s, t, err)
		}
		b.c.Engine.Start(ctx, c.ID)
		return next, Verdict{Say: v.Say, Case: c.ID, Counts: true}
	}
}

// load reads the case that something is said about. Without one the verdict says why.
func (b *Bot) load(ctx context.Context, s Speaker, t attempted) (approval.Case, Verdict) {
	rec, err := b.c.Cases.Load(ctx, t.on)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return approval.Case{}, b.attempt(ctx, s, t, words.New("vote.no-case"))
	case errors.Is(err, store.ErrNewer) && t.stops: // kept open, so that the newer release meets it at its claim
		return approval.Case{}, Verdict{Say: words.New("vote.newer", words.V{"case": words.Case(t.on)}), Open: true}
	case errors.Is(err, store.ErrNewer):
		return approval.Case{}, Verdict{Say: words.New("case.newer", words.V{"case": words.Case(t.on)})}
	case err != nil:
		b.c.Log.Error("a case could not be read", "case", t.on, "err", err)
		return approval.Case{}, unjudged()
	}
	if v, ok := b.placed(ctx, s, t, rec.Case); !ok {
		return approval.Case{}, v
	}
	return rec.Case, Verdict{}
}

// placed reports whether somebody may say something about a case. What is said in no channel, such
// as on a Home, is judged as if it were said in that of the case, which its speaker must be able to
// read; the verdict says why it is not.
func (b *Bot) placed(ctx context.Context, s Speaker, t attempted, c approval.Case) (Verdict, bool) {
	if s.Channel != "" || concerns(c, s.Person) {
		return Verdict{}, true
	}
	reads, err := b.c.People.Reads(ctx, s.Person, c.Request.Channel)
	switch {
	case err != nil:
		b.c.Log.Warn("whether somebody reads a channel could not be looked up", "case", c.ID, "user", s.Person.User, "err", err)
		return Verdict{Say: words.New("heard.kept"), Open: true}, false
	case !reads:
		return b.attempt(ctx, s, t, words.New("heard.unplaced")), false
	}
	return Verdict{}, true
}

// unmoved is the verdict on words that did not move their case.
func (b *Bot) unmoved(ctx context.Context, s Speaker, t attempted, err error) Verdict {
	if why := refusal(err); !why.IsZero() {
		return b.attempt(ctx, s, t, why)
	}
	if u, ok := errors.AsType[*store.Unsigned](err); ok {
		return b.attempt(ctx, s, t, words.New("glass.unsigned", words.V{"case": words.Case(u.By)}))
	}
	b.c.Log.Error("what was said about a case could not be stored", "case", t.on, "err", err)
	return unjudged()
}

// Vote is a yes or a no to what somebody asked.
func (b *Bot) Vote(ctx context.Context, s Speaker, on On, choice approval.Choice) Verdict {
	t := pressed(on, string(choice))
	if choice != approval.Yes && choice != approval.No {
		return b.Unknown(ctx, s)
	}
	c, v := b.act(ctx, s, t, func(c approval.Case) (approval.Event, Verdict) {
		if !votable(c, choice) {
			return nil, b.attempt(ctx, s, t, pastVoting(c))
		}
		if namesAsker(c, choice) {
			if v, ok := b.notOutside(ctx, s, t, c); !ok {
				return nil, v
			}
		}
		if choice == approval.Yes && c.Unconfirmed() {
			return approval.Confirmed{By: s.Person, Fingerprint: on.Fingerprint, From: s.ID}, Verdict{}
		}
		if c.Unconfirmed() { // nobody is asked yet, whoever says no
			return approval.Voted{Vote: approval.Vote{By: s.Person, Choice: choice, At: b.c.Now()}, Fingerprint: on.Fingerprint, From: s.ID}, Verdict{}
		}
		if choice == approval.Yes && c.Renewing() && c.AskerRenews() { // the claim asks the policy about the asker
			return approval.Renewed{By: s.Person, Fingerprint: on.Fingerprint, From: s.ID}, Verdict{}
		}
		return b.cast(ctx, s, t, c, on, choice)
	})
	if v.Counts && choice == approval.Yes && s.Person == c.Request.By && c.Short() { // people are asked from now on
		v.Say = approval.ShortNow(c)
	}
	who := s.Person
	if !c.Waiting.Of(who) {
		who = s.Named
	}
	if !v.Open && c.Waiting.Of(who) {
		b.showWaiting(ctx, c, approval.VoteSettled{By: who})
	}
	return v
}

// cast judges a vote by the policy in force. A yes that counts says what has changed.
func (b *Bot) cast(ctx context.Context, s Speaker, t attempted, c approval.Case, on On, choice approval.Choice) (approval.Event, Verdict) {
	inForce := b.c.Policy()
	voter, err := b.c.People.Subject(ctx, inForce, s.Person)
	if errors.Is(err, people.ErrNoGroups) {
		return nil, b.attempt(ctx, s, t, people.Unknown(err))
	}
	ask, errAsk := b.ask(ctx, inForce, c.Request)
	if err != nil || errAsk != nil { // only a definite answer refuses a vote
		return nil, b.later(ctx, s, t, c, ballot{inForce, voter, choice}, err)
	}
	e, why := b.voted(s, c, inForce, ask, voter)
	if !why.IsZero() {
		return nil, b.attempt(ctx, s, t, why)
	}
	e.Fingerprint, e.Vote.Choice = on.Fingerprint, choice
	if choice == approval.Yes {
		return e, Verdict{Say: b.changed(ctx, inForce, ask, c, e)}
	}
	return stopping(c, e)
}

// Stop keeps a case from running, wherever that is said: its asker takes it back, and anybody else
// says no, which no reports.
func (b *Bot) Stop(ctx context.Context, s Speaker, on On) (v Verdict, no bool) {
	c, v := b.load(ctx, s, pressed(on, "stop"))
	switch {
	case c.ID == "":
		return v, false
	case s.Person == c.Request.By:
		return b.Withdraw(ctx, s, on), false
	}
	return b.Vote(ctx, s, on, approval.No), true
}

// ballot is a vote that cannot be judged yet: for want of a look-up, of its voter or of another.
type ballot struct {
	inForce *policy.Policy
	voter   policy.Subject
	choice  approval.Choice
}

// later is the verdict on a vote that waits for a look-up which failed with err, or did not have
// to be made; one that surely does not count does not wait.
func (b *Bot) later(ctx context.Context, s Speaker, t attempted, c approval.Case, of ballot, err error) Verdict {
	if why := b.surelyNot(ctx, c, of, err); !why.IsZero() {
		return b.attempt(ctx, s, t, why)
	}
	b.c.Log.Warn("a vote waits for a look-up", "case", c.ID, "err", err)
	b.showWaiting(ctx, c, approval.VoteWaits{Vote: approval.WaitingVote{By: of.voter.Person, Choice: of.choice}})
	return voteWaits(c)
}

// surelyNot says why a vote cannot count whatever a look-up that failed would have said: its
// voter is known, and may not decide; or it is a no of somebody who held none of the roles when
// it was known last, and which must not hold the case up until Slack is well. Zero if it may.
func (b *Bot) surelyNot(ctx context.Context, c approval.Case, of ballot, err error) words.Message {
	here := policy.Ask{By: policy.Subject{Person: c.Request.By}, Where: policy.Channel{Place: policy.Workspace}}
	objection := func(voter policy.Subject) words.Message {
		return of.inForce.MayApprove(c.Decision, c.Ballot(here, voter, b.c.Now(), b.c.Now()))
	}
	if err == nil {
		return objection(of.voter)
	}
	last, known := b.c.People.LastKnown(ctx, of.inForce, of.voter.Person)
	if of.choice == approval.No && known && !objection(last).IsZero() && last.Person != c.Request.By {
		return words.New("vote.last-known", words.V{"roles": policy.Roles(c.Decision.Approvers(approval.Waited(c, b.c.Now())))})
	}
	return words.Message{}
}

// showWaiting has people see that a vote waits for a look-up, or does so no more. It is only
// shown: the vote is in the inbox.
func (b *Bot) showWaiting(ctx context.Context, c approval.Case, e approval.Event) {
	_, err := b.c.Engine.Move(ctx, c, e, audit.Program)
	if err != nil && refusal(err).IsZero() && !errors.Is(err, store.ErrMoved) {
		b.c.Log.Warn("that a vote waits could not be shown", "case", c.ID, "err", err)
	}
}

// VoteLater is the verdict on a vote whose speaker could not be looked up (err), and is taken for
// whom they are named.
func (b *Bot) VoteLater(ctx context.Context, s Speaker, on On, choice approval.Choice, err error) Verdict {
	t := pressed(on, string(choice))
	c, v := b.load(ctx, s, t)
	switch {
	case c.ID == "":
		return v
	case !votable(c, choice):
		return b.attempt(ctx, s, t, pastVoting(c))
	case namesAsker(c, choice):
		return voteWaits(c)
	}
	voter := policy.Subject{Person: cmp.Or(s.Named, s.Person)}
	return b.later(ctx, s, t, c, ballot{b.c.Policy(), voter, choice}, err)
}

// voteWaits is the verdict on a vote that waits for a look-up.
func voteWaits(c approval.Case) Verdict {
	return Verdict{Say: words.New("vote.waits", words.V{"until": words.At(c.Deadline)}), Open: true}
}

// voted is the event of a vote, if both the stored decision and the policy in force let the
// vote count and the policy in force still allows the request.
func (d *desk) voted(s Speaker, c approval.Case, inForce *policy.Policy, ask policy.Ask, voter policy.Subject) (e approval.Voted, why words.Message) {
	if ask.Target.Kind == "" {
		return e, words.New("vote.no-target", words.V{"target": words.Code(c.Request.Target)})
	}
	now := decided(inForce, ask, c.Plan)
	if now.Verdict == policy.Refuse {
		return e, words.New("vote.policy", words.V{"why": words.Say(approval.MessageForChannel(c, now.Why))})
	}
	if why := engine.Objection(inForce, c, now, c.Ballot(ask, voter, d.c.Now(), d.c.Now())); !why.IsZero() {
		return e, why
	}
	v := approval.Vote{By: s.Person, At: d.c.Now(), OtherTeam: inForce.OtherTeam(ask.By, voter)}
	return approval.Voted{Vote: v, Need: now.Need, OtherTeam: now.OtherTeam, From: s.ID}, words.Message{}
}

// decided asks a policy about a stored plan. A plan that an older version stored has no traits
// to match protection on, so only its request is judged here; precheck judges its things, as
// they are read before the claim.
func decided(inForce *policy.Policy, ask policy.Ask, p commands.Plan) policy.Decision {
	if p.Matchable() {
		return inForce.Decide(ask, p)
	}
	return inForce.Admit(ask)
}

// stopping leaves a stop unjudged while a call is in flight: the next claim meets the stop in
// the inbox, is refused and waits until the stop is judged.
func stopping(c approval.Case, e approval.Event) (approval.Event, Verdict) {
	if c.HasMoreCalls() {
		return nil, Verdict{Say: words.New("vote.stopping"), Open: true}
	}
	return e, Verdict{}
}

// namesAsker says that a vote can count for the asker at most, so that a refusal says whose
// request it is.
func namesAsker(c approval.Case, choice approval.Choice) bool {
	return c.Decision.Verdict != policy.Consult || choice == approval.Yes && (c.AskerRenews() || c.Unconfirmed())
}

// votable says whether a choice can still matter. A no also stops an approved case, and the
// items of a running case that are not called yet.
func votable(c approval.Case, choice approval.Choice) bool {
	agreed := c.Decision.Verdict == policy.Consult && (c.State == approval.Approved || c.HasMoreCalls())
	return c.State == approval.Pending || choice == approval.No && agreed
}

// pastVoting is the refusal of a vote that comes too late; it says how the case stands.
func pastVoting(c approval.Case) words.Message {
	return words.New("vote.over", words.V{"case": words.Case(c.ID), "state": words.Say(c.Word())})
}

// Withdraw takes back what the speaker asked.
func (b *Bot) Withdraw(ctx context.Context, s Speaker, on On) Verdict {
	t := pressed(on, "withdraw")
	_, v := b.act(ctx, s, t, func(c approval.Case) (approval.Event, Verdict) {
		if v, ok := b.notOutside(ctx, s, t, c); !ok {
			return nil, v
		}
		if c.HasMoreCalls() && s.Person != c.Request.By {
			return nil, b.attempt(ctx, s, t, words.New("vote.withdraw-other", words.V{"by": words.User(c.Request.By.User)}))
		}
		return stopping(c, approval.Withdrawal{By: s.Person, From: s.ID})
	})
	return v
}

// ExplainNo keeps why the speaker said no. Without a reason nothing is kept.
func (b *Bot) ExplainNo(ctx context.Context, s Speaker, id, reason string) Verdict {
	why, err := commands.CleanReason(reason)
	if err != nil {
		return b.Mistaken(err)
	}
	if why == "" {
		return Verdict{}
	}
	_, v := b.act(ctx, s, attempted{on: id, detail: map[string]string{"reason": reason}}, func(approval.Case) (approval.Event, Verdict) {
		return approval.Explained{By: s.Person, Why: why, From: s.ID}, Verdict{}
	})
	return v
}

// Shown is a case as it is stored, with its card.
func (b *Bot) Shown(ctx context.Context, id string) (store.CaseRow, error) {
	return b.c.Cases.Load(ctx, id)
}
