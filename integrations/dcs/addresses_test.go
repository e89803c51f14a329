package dcs_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/sim"
)

const sharedPeer = "198.19.131.14:7001"

// behind is a client for a proxy at which two sessions have one address.
func behind(t *testing.T, change func(*sim.DCSConfig)) (*sim.DCS, commands.Command, integrations.Sighting) {
	cfg := sim.CacheShared()
	cfg.ScanTime = 20 * time.Millisecond
	change(&cfg)
	vendor, client := meet(t, cfg)
	seen, err := client.Sessions(t.Context(), "p1")
	require.NoError(t, err)
	return vendor, commands.KillSession(client), seen
}

func called(seen integrations.Sighting, name string) (t integrations.Thing) {
	for _, one := range seen.Things {
		if one.Called == name {
			return one
		}
	}
	return t
}

// One address is all that the vendor's call names. Whoever has it ends too, and that is said
// before by its id and address; the session is still told by its own identity.
func TestSessionsAtOneAddressEndTogether(t *testing.T) {
	t.Parallel()
	vendor, kill, seen := behind(t, func(*sim.DCSConfig) {})
	worker, cron, alone := called(seen, "checkout-worker"), called(seen, "nightly-cron"), called(seen, "cart-api")
	require.NotEqual(t, worker.ID, cron.ID)
	require.Equal(t, []integrations.Companion{{ID: cron.ID, Name: cron.IdentityField("client") + " (" + cron.IdentityField("addr") + ")"}}, worker.With)
	require.Equal(t, worker.ID, cron.With[0].ID)
	require.Empty(t, alone.With)
	require.Empty(t, alone.Warn)
	require.Len(t, worker.Warn, 1)
	require.Equal(t, integrations.NewNote("warn.dcs-one-address", "address", sharedPeer, "others", cron.With[0].Name), integrations.Note{
		Hint: worker.Warn[0].Hint, Values: []integrations.Field{worker.Warn[0].Values[0], {Name: "others", Value: cron.With[0].Name}},
	})

	p, err := kill.Plan(t.Context(), asking(worker.ID, "p1"))
	require.NoError(t, err)
	require.Len(t, p.Hurts, 2)
	_, err = kill.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	sights, _, err := kill.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true}})
	require.NoError(t, err)
	require.Equal(t, commands.Gone, sights[0].Seen)
	require.Equal(t, "outcome.with-gone", sights[0].Note.ID)
	require.Len(t, vendor.Sessions(), 1)
	require.Equal(t, 1, vendor.Kills())
}

// What became of each is seen by its own identity: that one is gone says nothing of the other.
func TestTheVendorEndsOneOfTwo(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]commands.Seen{"checkout-worker": commands.Gone, "nightly-cron": commands.StillThere} {
		t.Run(name, func(t *testing.T) {
			_, kill, seen := behind(t, func(c *sim.DCSConfig) { c.EndsFirst = true })
			p, err := kill.Plan(t.Context(), asking(called(seen, name).ID, "p1"))
			require.NoError(t, err)
			_, err = kill.Act(t.Context(), p.Items[0])
			require.NoError(t, err)
			sights, _, err := kill.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true}})
			require.NoError(t, err)
			require.Equal(t, want, sights[0].Seen)
			require.Equal(t, map[commands.Seen]string{commands.Gone: "outcome.with-there", commands.StillThere: "outcome.with-gone"}[want], sights[0].Note.ID)
		})
	}
}

// Two that one call ends are not asked for together.
func TestTwoAtOneAddressAreNotAskedForTogether(t *testing.T) {
	t.Parallel()
	vendor, kill, seen := behind(t, func(*sim.DCSConfig) {})
	r := asking(called(seen, "checkout-worker").ID, "p1")
	r.Things = append(r.Things, called(seen, "nightly-cron").ID)
	_, err := kill.Plan(t.Context(), r)
	require.Equal(t, "mistake.one-call", reason(t, err))
	require.Zero(t, vendor.Kills())
}

// What protects one at an address protects all of them, and so does what bars one.
func TestWhatProtectsOneAtAnAddressProtectsAll(t *testing.T) {
	t.Parallel()
	_, _, seen := behind(t, func(c *sim.DCSConfig) { c.Sessions[1].User = "monitor" })
	worker := called(seen, "checkout-worker")
	assert.Contains(t, worker.Traits.Users.Values, "monitor")
	assert.Contains(t, worker.Traits.Names.Values, "nightly-cron")
	assert.True(t, worker.Bar.IsZero())

	_, _, seen = behind(t, func(c *sim.DCSConfig) { c.Sessions[1].Flags = "S" })
	assert.Equal(t, "bar.dcs-shared-link", called(seen, "checkout-worker").Bar.Hint)
	assert.Equal(t, "bar.dcs-replication", called(seen, "nightly-cron").Bar.Hint)
}

// So many that nobody could be told of all are left alone.
func TestACrowdAtOneAddress(t *testing.T) {
	t.Parallel()
	_, _, seen := behind(t, func(c *sim.DCSConfig) {
		for i := range 20 {
			c.Sessions = append(c.Sessions, sim.Session{Node: "p1", Peer: sharedPeer, Name: fmt.Sprint("crowd-", i)})
		}
	})
	worker := called(seen, "checkout-worker")
	assert.Equal(t, "bar.dcs-crowded", worker.Bar.Hint)
	assert.Len(t, worker.With, 20)
	assert.Contains(t, worker.Traits.Names.Values, "crowd-19")
}

// An entry that cannot be told from others ends with whoever has its address: nobody can be told
// of it, so nobody is asked, and what protects it protects them.
func TestAnEntryThatCannotBeToldApartAtAnAddress(t *testing.T) {
	t.Parallel()
	const mate, other = `{"id":"1","addr":"10.0.0.1:1","peer":"198.18.0.1:1001"}`, `{"id":"3","addr":"10.0.0.3:3","peer":"198.18.0.1:1003"}`
	for name, entry := range map[string]string{
		"no id":           `{"addr":"10.0.0.2:2","peer":"198.18.0.1:1001","name":"payments","user":"vip","flags":"S"}`,
		"an id once more": `{"id":"1","addr":"10.0.0.2:2","peer":"198.18.0.1:1001","name":"payments","user":"vip","flags":"S"}`,
	} {
		for order, rows := range map[string]string{"first": entry + "," + mate + "," + other, "last": mate + "," + other + "," + entry} {
			t.Run(name+", "+order, func(t *testing.T) {
				s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 3, rows)})
				seen, err := s.client(t, nil).Sessions(t.Context(), node)
				require.NoError(t, err)
				require.False(t, seen.Complete)
				at := func(peer string) (found []integrations.Thing) {
					for _, one := range seen.Things {
						if one.Name == peer {
							found = append(found, one)
						}
					}
					return found
				}
				require.Len(t, at("198.18.0.1:1001"), 1)
				shares := at("198.18.0.1:1001")[0]
				require.Contains(t, []string{"bar.dcs-nameless", "bar.dcs-replication"}, shares.Bar.Hint)
				require.Contains(t, shares.Traits.Users.Values, "vip")
				require.Contains(t, shares.Traits.Names.Values, "payments")
				require.Contains(t, shares.Traits.Classes.Values, integrations.Replication)
				require.Len(t, at("198.18.0.1:1003"), 1)
				require.Zero(t, at("198.18.0.1:1003")[0].Bar)
			})
		}
	}
}

// A session that a page repeats is one session.
func TestASessionThatIsListedTwiceSharesWithNobody(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 2, rows(1, 1)+","+rows(1, 1))})
	seen, err := s.client(t, nil).Sessions(t.Context(), node)
	require.NoError(t, err)
	require.False(t, seen.Complete)
	require.Len(t, seen.Things, 1)
	require.Zero(t, seen.Things[0].Bar)
}

// The same address at another node is another session's, and a look for one session alone
// knows the others all the same.
func TestAnAddressIsOfOneNode(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheShared()
	cfg.ScanTime = 0
	cfg.Sessions[1].Node = "p2"
	_, client := meet(t, cfg)
	seen, err := client.Sessions(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, called(seen, "checkout-worker").With)

	s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: inTurn(
		page("t", 1001, rows(1, 1000)), page("t", 1001, `{"id":"7777","addr":"10.9.9.9:1","peer":"198.18.0.1:1001"}`),
	)})
	ctx := integrations.Keeping(context.Background(), func(t integrations.Thing) bool { return t.IdentityField("client") == "1" })
	seen, err = s.client(t, nil).Sessions(ctx, node)
	require.NoError(t, err)
	require.Len(t, seen.Things, 1)
	require.Equal(t, "7777 (10.9.9.9:1)", seen.Things[0].With[0].Name)
}
