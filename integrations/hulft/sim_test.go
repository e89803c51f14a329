package hulft_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/hulft"
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
func meet(t *testing.T, cfg sim.HULFTConfig, limiter integrations.Limiter) (*sim.HULFT, commands.Command, *clock) {
	clock := &clock{at: now}
	cfg.Now = clock.now
	vendor := sim.NewHULFT(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	client, err := hulft.New(hulft.Config{
		Endpoint: server.URL + "/api/v2", APIKey: "fake-hulft-key-for-the-playground", ReadKey: "fake-hulft-key-that-only-reads", Limiter: limiter,
	}, integrations.NewClient(integrations.ClientOptions{}), clock.now)
	require.NoError(t, err)
	return vendor, commands.DisconnectAgent(client), clock
}

func asking(agents ...string) commands.Request {
	return commands.Request{Command: "disconnect-agent", Target: "transfers", Things: agents}
}

// seen is what a verification of one agent shows.
func seen(t *testing.T, c commands.Command, p commands.Plan, known []string) commands.Sight {
	sights, _, err := c.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true, LineageBefore: known}})
	require.NoError(t, err)
	return sights[0]
}

// An Agent that stays away is gone; one that returns by itself came back.
func TestTheLifeOfADisconnection(t *testing.T) {
	for agent, then := range map[string]commands.Seen{"osaka-01:receive": commands.Gone, "osaka-01:send": commands.CameBack} {
		t.Run(agent, func(t *testing.T) {
			vendor, cut, clock := meet(t, sim.Transfers(), &memory{})
			p, err := cut.Plan(t.Context(), asking(agent))
			require.NoError(t, err)
			require.Equal(t, []string{"hurts.disconnect-agent", "warn.hulft-transfers", "warn.hulft-return"}, []string{p.Hurts[0].ID, p.Hurts[1].ID, p.Hurts[2].ID})
			look, err := cut.Look(t.Context(), p)
			require.NoError(t, err)
			known := commands.SameLineage(p.Items[0].Thing, look)
			_, err = cut.Act(t.Context(), p.Items[0])
			require.NoError(t, err)
			require.Equal(t, commands.UnderWay, seen(t, cut, p, known).Seen, "it will be closed")
			clock.turn(3500 * time.Millisecond)
			require.Equal(t, commands.Gone, seen(t, cut, p, known).Seen)
			clock.turn(time.Second)
			sight := seen(t, cut, p, known)
			require.Equal(t, then, sight.Seen)
			if then == commands.CameBack {
				require.Equal(t, agent, sight.Successor)
			}
			require.Equal(t, 1, vendor.Disconnections())
		})
	}
}

// What the documents rule out is refused before a call, and an agent that has two
// connections is no choice.
func TestWhatCannotBePlanned(t *testing.T) {
	vendor, cut, _ := meet(t, sim.Transfers(), &memory{})
	for agent, mistake := range map[string]string{
		"sendai-03:receive": "mistake.protected", "kyoto-04": "mistake.protected", "osaka-01": "mistake.thing-ambiguous", "kobe-09": "mistake.thing",
	} {
		_, err := cut.Plan(t.Context(), asking(agent))
		require.ErrorContains(t, err, mistake)
	}
	p, err := cut.Plan(t.Context(), asking("nagoya-02"))
	require.NoError(t, err)
	require.Equal(t, "660", vendortest.Fact(p.Items[0].Thing, "transfer-failed"))
	require.Zero(t, vendor.Disconnections())
}

func TestASessionThatIsNotThere(t *testing.T) {
	vendor, cut, _ := meet(t, sim.Transfers(), &memory{})
	p, err := cut.Plan(t.Context(), asking("nagoya-02"))
	require.NoError(t, err)
	require.True(t, vendor.Leave("nagoya-02", "send"))
	_, err = cut.Act(t.Context(), p.Items[0])
	require.Equal(t, integrations.NothingDone, integrations.EffectOf(err))
}

func TestFaults(t *testing.T) {
	for fault, want := range map[sim.Fault]struct {
		kind integrations.Kind
		gone bool
	}{
		sim.Throttled: {integrations.Throttled, false}, sim.Forbidden: {integrations.Forbidden, false}, sim.Down: {integrations.Unavailable, false},
		sim.FailAfter: {integrations.Unavailable, true}, sim.WrongBody: {integrations.Unavailable, true}, sim.Torn: {integrations.NoAnswer, true},
		sim.Ignore: {"", false},
	} {
		t.Run(string(fault), func(t *testing.T) {
			limiter := &memory{}
			vendor, cut, clock := meet(t, sim.Transfers(), limiter)
			p, err := cut.Plan(t.Context(), asking("nagoya-02"))
			require.NoError(t, err)
			vendor.FailNext(sim.AgentDisconnect, fault)
			_, err = cut.Act(t.Context(), p.Items[0])
			require.Equal(t, want.kind, integrations.KindOf(err))
			clock.turn(10 * time.Second)
			require.Equal(t, want.gone, seen(t, cut, p, nil).Seen == commands.Gone)
			require.Equal(t, 1, vendor.Disconnections())
		})
	}
}

// With the limit kept the vendor never has to shut anybody out.
func TestTheContractsLimit(t *testing.T) {
	vendor, cut, clock := meet(t, sim.Transfers(), &memory{})
	p, err := cut.Plan(t.Context(), asking("nagoya-02"))
	require.NoError(t, err)
	refused := 0
	for range 200 {
		if _, err := cut.List(t.Context(), ""); err != nil {
			require.Equal(t, "hulft.room", vendortest.Failure(t, err).Hint)
			refused++
		}
		clock.turn(100 * time.Millisecond)
	}
	require.Positive(t, refused)
	require.False(t, vendor.Banned())
	_, err = cut.Plan(t.Context(), asking("nagoya-02"))
	require.Equal(t, "hulft.room", vendortest.Failure(t, err).Hint, "asking uses up no room of a call")
	_, err = cut.Look(t.Context(), p)
	require.NoError(t, err, "there is room for what a call rests on")
}

// careless finds room always, but hears of a ban.
type careless struct{ memory }

func (*careless) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, nil
}

// Without it, it does, and the answer says until when. After that all is well.
func TestTheContractsBan(t *testing.T) {
	for _, date := range []bool{false, true} {
		cfg, limiter := sim.Transfers(), &careless{}
		cfg.RetryAfterDate = date
		vendor, cut, clock := meet(t, cfg, limiter)
		var err error
		for range 101 {
			if _, err = cut.List(t.Context(), ""); err != nil {
				break
			}
		}
		require.Equal(t, "hulft.banned-until", vendortest.Failure(t, err).Hint)
		require.Equal(t, 10*time.Minute, vendortest.Failure(t, err).RetryAfter)
		require.Equal(t, 10*time.Minute, limiter.banned[0])
		require.True(t, vendor.Banned())
		clock.turn(10 * time.Minute)
		require.False(t, vendor.Banned())
		_, err = cut.List(t.Context(), "")
		require.NoError(t, err)
	}
}

// A key may be too weak for the call, or for the log of transfers.
func TestScopes(t *testing.T) {
	cfg := sim.Transfers()
	cfg.Keys["fake-hulft-key-for-the-playground"] = []string{sim.AgentGet}
	cfg.Keys["fake-hulft-key-that-only-reads"] = []string{sim.AgentGet}
	_, cut, _ := meet(t, cfg, &memory{})
	p, err := cut.Plan(t.Context(), asking("nagoya-02"))
	require.NoError(t, err)
	require.Empty(t, vendortest.Fact(p.Items[0].Thing, "transfer-failed"))
	_, err = cut.Act(t.Context(), p.Items[0])
	require.Equal(t, "hulft.no-permission", vendortest.Failure(t, err).Hint)

	cfg.Keys = map[string][]string{"fake-hulft-key-for-the-playground": {sim.AgentMayEnd}}
	_, cut, _ = meet(t, cfg, &memory{})
	_, err = cut.List(t.Context(), "")
	require.Equal(t, "hulft.unauthenticated", vendortest.Failure(t, err).Hint, "the key for reads is not known")
}

// What left by itself and came back is another session, and is not disconnected.
func TestAnotherSessionOfTheSameAgent(t *testing.T) {
	vendor, cut, clock := meet(t, sim.Transfers(), &memory{})
	p, err := cut.Plan(t.Context(), asking("osaka-01:send"))
	require.NoError(t, err)
	vendor.FailNext(sim.AgentDisconnect, sim.HangAfter)
	ctx, leave := context.WithCancel(t.Context())
	var calling sync.WaitGroup
	calling.Go(func() {
		_, err := cut.Act(ctx, p.Items[0])
		assert.Equal(t, integrations.NoAnswer, integrations.KindOf(err))
	})
	require.Eventually(t, func() bool {
		if vendor.Disconnections() == 0 {
			return false
		}
		_, err := cut.Plan(t.Context(), asking("osaka-01:send"))
		return err != nil // it is being disconnected
	}, 20*time.Second, 20*time.Millisecond)
	leave()
	calling.Wait()
	clock.turn(5 * time.Second)
	_, err = cut.Act(t.Context(), p.Items[0])
	require.Equal(t, integrations.NothingDone, integrations.EffectOf(err))
	require.Contains(t, vendor.Agents(), "osaka-01:send", "the new one is as it was")
	again, err := cut.Plan(t.Context(), asking("osaka-01:send"))
	require.NoError(t, err)
	require.NotEqual(t, p.IDs(), again.IDs())
}

// What is listed is what the profile says that there is.
func TestWhatIsListed(t *testing.T) {
	_, c, _ := meet(t, sim.Transfers(), &memory{})
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	vendortest.Things(t, hulft.Profile(), seen)
	vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return c.List(ctx, "") })
}
