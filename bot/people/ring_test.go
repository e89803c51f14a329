package people_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// bound is a policy by the names of its roles: "S…" is a group, all else a person.
type bound map[string][]string

func (b bound) Groups() (all []string) {
	for _, ids := range b {
		for _, id := range ids {
			if id[0] == 'S' {
				all = append(all, id)
			}
		}
	}
	return all
}

func (b bound) Bound(roles []string) (groups, users []string) {
	for _, r := range roles {
		for _, id := range b[r] {
			if id[0] == 'S' {
				groups = append(groups, id)
			} else {
				users = append(users, id)
			}
		}
	}
	return groups, users
}

// readers are people who cannot read the channel.
type readers map[string]bool

func (r readers) Reads(_ context.Context, p commands.Person, _ string, _ time.Time) (bool, error) {
	return !r[p.User], nil
}

// Whoever may agree is rung once, by the first step that names them: a group by its mention, its
// members directly where they are few, and never the asker.
func TestWhoIsRung(t *testing.T) {
	b := &book{rosters: []store.Roster{
		{Group: "S1", Users: []string{"U1", "U2", "UASKER"}}, {Group: "S2", Users: []string{"U1", "U2", "U3", "U4", "U5", "U6"}}, {Group: "S3", Users: []string{"U2", "U7"}},
	}}
	w := watch(t, b)
	w.people.Readers = readers{}
	p := bound{"commander": {"S1", "S2", "U8", "UASKER"}, "manager": {"S2", "S3", "U8", "U9"}}
	d := policy.Decision{Verdict: policy.Consult, From: []string{"commander"}, Escalation: []policy.Tier{{From: []string{"manager"}}}}
	a := policy.Ask{By: policy.Subject{Person: commands.Person{Team: "T0", User: "UASKER"}}}
	assert.Equal(t, []approval.Ring{
		{Groups: []string{"S1", "S2"}, Users: []string{"U8"}, Direct: []string{"U1", "U2", "U8"}},
		{Groups: []string{"S3"}, Users: []string{"U9"}, Direct: []string{"U7", "U9"}},
	}, w.people.Rings(t.Context(), p, d, a))

	w.people.Readers = readers{"U2": true, "U8": true}
	assert.Equal(t, []string{"U1"}, w.people.Rings(t.Context(), p, d, a)[0].Direct, "nobody is told of a channel that they cannot read")
	w.people.Readers = readers{}

	b.down = true
	rings := w.people.Rings(t.Context(), p, d, a)
	assert.Equal(t, []string{"S1", "S2"}, rings[0].Groups, "who is in them is not needed for a mention")
	assert.Equal(t, []string{"U8"}, rings[0].Direct)
	assert.Empty(t, w.people.Rings(t.Context(), p, policy.Decision{Verdict: policy.Run}, a))
}
