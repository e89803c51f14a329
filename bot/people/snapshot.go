package people

import (
	"context"
	"slices"

	"quell/bot/audit"
	"quell/bot/store"
)

// SnapshotGroups stores who is in the groups that the policy names. A change since the last
// snapshot is recorded; somebody who is new in the snapshot counts as a member from then on. A
// group whose members could not be listed keeps its last snapshot.
func (p *People) SnapshotGroups(ctx context.Context, inForce NamedGroups) error {
	named := inForce.Groups()
	if len(named) == 0 {
		return nil
	}
	rosters, err := p.Directory.Rosters(ctx, p.Now().Add(-Fresh))
	if err != nil {
		return err
	}
	for _, group := range named {
		r := store.Roster{Group: group} // one that is not listed has nobody in it
		if i := slices.IndexFunc(rosters, func(r store.Roster) bool { return r.Group == group }); i >= 0 {
			r = rosters[i]
		}
		if r.Unlisted {
			continue
		}
		if err := p.Memberships.SnapshotGroup(ctx, r, audit.Entry{At: p.Now(), Actor: audit.Program, Event: "members"}); err != nil {
			return err
		}
	}
	return nil
}
