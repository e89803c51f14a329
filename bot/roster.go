package bot

import (
	"context"
	"slices"
	"time"

	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// subject says who a person is, true at notBefore or later, and since when they have
// been in their groups. What is not known of the latter counts as a moment ago.
func (b *Bot) subject(ctx context.Context, p commands.Person, notBefore time.Time) (policy.Subject, error) {
	s, err := b.Directory.Subject(ctx, p, notBefore)
	if err != nil || len(s.Groups) == 0 {
		return s, err
	}
	since, err := b.Store.Since(ctx, p.User)
	if err != nil {
		return s, err
	}
	s.Groups = slices.Clone(s.Groups)
	for i, m := range s.Groups {
		s.Groups[i].Since = since[m.Group]
	}
	return s, nil
}

// roster keeps who is in the groups that the policy names: a change is recorded, and
// whoever came in has been there since then.
func (b *Bot) roster(ctx context.Context) error {
	named := b.Policy().Groups()
	if len(named) == 0 {
		return nil
	}
	groups, err := b.Directory.Rosters(ctx, b.Now().Add(-fresh))
	if err != nil {
		return err
	}
	for _, group := range named {
		r := store.Roster{Group: group} // one that Slack does not list has nobody in it
		if i := slices.IndexFunc(groups, func(r store.Roster) bool { return r.Group == group }); i >= 0 {
			r = groups[i]
		}
		if err := b.Store.Gathered(ctx, r, audit.Entry{At: b.Now(), Actor: program, Event: "members"}); err != nil {
			return err
		}
	}
	return nil
}
