package engine

import (
	"context"
	"errors"
	"slices"
	"sync"

	"quell/bot/approval"
	"quell/bot/people"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// stillAllowed asks the policy in force about the asker and the approvers, over the things as
// they were just read. Only a definite answer refuses the case; a failed look-up makes it
// wait.
func (eng *Engine) stillAllowed(ctx context.Context, inForce *policy.Policy, c approval.Case, seen integrations.Sighting) approval.Event {
	ask, err := eng.People.LookUpForCall(ctx, inForce, c.Request, eng.Systems.Named(c.Request.Target))
	if err != nil {
		return eng.lookUpFailed(err)
	}
	now := inForce.Decide(ask, planNow(c, seen))
	if now.Verdict == policy.Refuse {
		return approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.now"), Cause: now.Why}
	}
	if c.BreakGlass != nil {
		return breakGlassAllowed(now)
	}
	agreed := slices.DeleteFunc(slices.Clone(c.Votes), func(v approval.Vote) bool { return v.Choice != approval.Yes })
	voters, err := eng.voters(ctx, inForce, agreed)
	if err != nil {
		eng.Log.Warn("a case waits for a look-up of who agreed", "case", c.ID, "err", err)
		return eng.lookUpFailed(err)
	}
	need, yes, otherTeam, renewed := max(now.Need, c.Decision.Need), 0, false, c.Renewal == nil || c.AskerRenews()
	for i, v := range agreed {
		if Objection(inForce, c, now, c.Ballot(ask, voters[i], v.At, eng.Now())).IsZero() {
			yes++
			otherTeam = otherTeam || inForce.OtherTeam(ask.By, voters[i])
			renewed = renewed || v.By == c.Renewal.By
		}
	}
	switch {
	case !renewed:
		return approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.renewal")}
	case yes < need:
		return approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.votes", words.V{"count": words.Count(yes), "need": words.Count(need)})}
	case need > 0 && !otherTeam && (now.OtherTeam || c.Decision.OtherTeam):
		return approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.teams")}
	}
	return nil
}

// voters looks up all voters side by side: one after the other could take longer than the look
// stays fresh (lookFresh).
func (eng *Engine) voters(ctx context.Context, inForce *policy.Policy, votes []approval.Vote) ([]policy.Subject, error) {
	who, errs := make([]policy.Subject, len(votes)), make([]error, len(votes))
	var all sync.WaitGroup
	for i, v := range votes {
		all.Go(func() { who[i], errs[i] = eng.People.Subject(ctx, inForce, v.By) })
	}
	all.Wait()
	return who, errors.Join(errs...)
}

// planNow is the plan with its things as they were just read. Things that are gone or called
// already only count, as things that nothing protects: nothing is left of them to protect.
func planNow(c approval.Case, seen integrations.Sighting) commands.Plan {
	p := c.Plan
	p.Items = slices.Clone(p.Items)
	for i := range p.Items {
		now, there := seen.Find(p.Items[i].Thing.ID)
		if !there || c.Items[i].Claimed {
			now = integrations.Unprotected()
		}
		p.Items[i].Thing = now
	}
	return p
}

// breakGlassAllowed refuses a case whose asker may not break glass by the policy in force.
func breakGlassAllowed(now policy.Decision) approval.Event {
	if now.Verdict == policy.Consult && now.BreakGlass == nil {
		return approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.now"), Cause: words.New("glass.not-allowed")}
	}
	return nil
}

// lookUpFailed keeps a case waiting while people or channels cannot be looked up. One that
// waits for user groups which the workspace cannot have would wait in vain.
func (eng *Engine) lookUpFailed(err error) approval.Event {
	if errors.Is(err, people.ErrNoGroups) {
		return approval.EndedBeforeCall{State: approval.Refused, Why: people.Unknown(err)}
	}
	return approval.Postponed{Why: words.New("why.lookup"), Until: eng.Now().Add(retryPause)}
}

// Objection says why a ballot does not count, by the stored decision or by the current
// one; zero if it counts.
func Objection(inForce *policy.Policy, c approval.Case, now policy.Decision, b policy.Ballot) words.Message {
	for _, d := range []policy.Decision{c.Decision, now} {
		if d.Verdict != policy.Consult {
			continue
		}
		if why := inForce.MayApprove(d, b); !why.IsZero() {
			return why
		}
	}
	return words.Message{}
}
