package jp1ao_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/jp1ao"
	"quell/integrations/sim"
	"quell/integrations/vendortest"
)

// clock is turned by hand; the simulator and the client share it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// meet starts the simulator and a client for it.
func meet(t *testing.T, cfg sim.JP1AOConfig) (*sim.JP1AO, commands.Command, *clock) {
	clock := &clock{at: now}
	cfg.Now = clock.now
	vendor := sim.NewJP1AO(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	client, err := jp1ao.New(jp1ao.Config{
		Endpoint: server.URL, User: cfg.User, Password: integrations.Secret(cfg.Password),
	}, integrations.NewClient(integrations.ClientOptions{}), clock.now)
	require.NoError(t, err)
	return vendor, commands.StopTask(client), clock
}

func asking(task string) commands.Request {
	return commands.Request{Command: "stop-task", Target: "nightly", Things: []string{task}}
}

// ends plans, stops and follows a task until it is over.
func ends(t *testing.T, stop commands.Command, clock *clock, task string) (sights []commands.Sight) {
	p, err := stop.Plan(t.Context(), asking(task))
	require.NoError(t, err)
	receipt, err := stop.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	for range 2 {
		seen, _, err := stop.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true, Receipt: receipt}})
		require.NoError(t, err)
		sights = append(sights, seen[0])
		clock.turn(4 * time.Second)
	}
	return sights
}

func TestATaskIsStopped(t *testing.T) {
	t.Parallel()
	for _, schema := range []bool{false, true} {
		cfg := sim.Nightly()
		cfg.Schema = schema
		vendor, stop, clock := meet(t, cfg)
		sights := ends(t, stop, clock, "backup-orders")
		require.Equal(t, commands.UnderWay, sights[0].Seen)
		require.Equal(t, commands.Gone, sights[1].Seen)
		require.True(t, sights[1].Final)
		require.Equal(t, "trace.jp1ao-stopped", sights[1].Note.ID)
		require.Equal(t, "Failed", sights[1].Note.Values["status"].Value)
		require.Equal(t, 1, vendor.Stops())
	}
}

// One that was in its last step ends as if nothing had happened.
func TestATaskThatCompletesAlthoughStopped(t *testing.T) {
	t.Parallel()
	_, stop, clock := meet(t, sim.Nightly())
	sights := ends(t, stop, clock, "5385")
	require.Equal(t, commands.Gone, sights[1].Seen)
	require.Equal(t, "Completed", sights[1].Note.Values["status"].Value)
}

func TestATaskThatDoesNotHear(t *testing.T) {
	t.Parallel()
	_, stop, clock := meet(t, sim.Nightly())
	sights := ends(t, stop, clock, "5386")
	require.Equal(t, commands.StillThere, sights[1].Seen)
	require.False(t, sights[1].Final)
}

// What has not begun is refused before a call, what has ended by itself is absent.
func TestWhatCannotBeStopped(t *testing.T) {
	t.Parallel()
	vendor, stop, _ := meet(t, sim.Nightly())
	_, err := stop.Plan(t.Context(), asking("5387"))
	require.ErrorContains(t, err, "mistake.protected")
	_, err = stop.Plan(t.Context(), asking("5379"))
	require.ErrorContains(t, err, "mistake.thing")
	p, err := stop.Plan(t.Context(), asking("5384"))
	require.NoError(t, err)
	require.True(t, vendor.End(5384, "Completed"))
	seen, err := stop.Look(t.Context(), p)
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Empty(t, seen.Things)
	_, err = stop.Act(t.Context(), p.Items[0])
	require.Equal(t, "jp1ao.over-meanwhile", vendortest.Failure(t, err).Hint)
	require.Equal(t, integrations.NothingDone, integrations.EffectOf(err))
}

// Tokens are short-lived, and a server that was restarted knows none.
func TestTokensThatAreNoLongerGood(t *testing.T) {
	t.Parallel()
	vendor, stop, clock := meet(t, sim.Nightly())
	p, err := stop.Plan(t.Context(), asking("5381"))
	require.NoError(t, err)
	clock.turn(2 * time.Hour)
	_, err = stop.Look(t.Context(), p)
	require.NoError(t, err)
	vendor.Logout()
	_, err = stop.Act(t.Context(), p.Items[0])
	require.NoError(t, err, "the template before it brings a new one")
	require.Equal(t, 1, vendor.Stops())
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[sim.Fault]struct {
		kind    integrations.Kind
		stopped bool
	}{
		sim.Throttled: {integrations.Busy, false}, sim.Forbidden: {integrations.Forbidden, false}, sim.Down: {integrations.Unavailable, false},
		sim.FailAfter: {integrations.Unavailable, true}, sim.WrongBody: {integrations.Unavailable, true}, sim.Torn: {integrations.NoAnswer, true},
		sim.Refused: {integrations.Unsuccessful, false}, sim.Ignore: {"", false}, sim.Respawn: {"", true},
	} {
		t.Run(string(fault), func(t *testing.T) {
			vendor, stop, clock := meet(t, sim.Nightly())
			p, err := stop.Plan(t.Context(), asking("5381"))
			require.NoError(t, err)
			vendor.FailNext(sim.ForceStop, fault)
			_, err = stop.Act(t.Context(), p.Items[0])
			require.Equal(t, want.kind, integrations.KindOf(err))
			clock.turn(10 * time.Second)
			seen, _, err := stop.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true}})
			require.NoError(t, err)
			require.Equal(t, want.stopped, seen[0].Seen == commands.Gone)
			require.Equal(t, 1, vendor.Stops())
		})
	}
}

// What is listed is what the profile says that there is.
func TestWhatIsListed(t *testing.T) {
	_, c, _ := meet(t, sim.Nightly())
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	vendortest.Things(t, jp1ao.Profile(), seen)
	vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return c.List(ctx, "") })
}
