package fabric_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/fabric"
	"quell/integrations/huaweicloud"
	"quell/integrations/sim"
	"quell/integrations/vendortest"
)

// meet starts the simulator and a client for it.
func meet(t *testing.T, cfg sim.FabricConfig, creds huaweicloud.Credentials) (*sim.Fabric, commands.Command) {
	vendor := sim.NewFabric(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	creds.Domain = cfg.User.Domain
	if creds.User == "" {
		creds.Domain = ""
	}
	client, err := fabric.New(fabric.Config{
		Endpoint: server.URL, IAMEndpoint: server.URL, ProjectID: cfg.ProjectID, WorkspaceID: cfg.WorkspaceID, Credentials: creds,
	}, integrations.NewClient(integrations.ClientOptions{}), time.Now)
	require.NoError(t, err)
	return vendor, commands.KillSession(client)
}

func keys(cfg sim.FabricConfig) huaweicloud.Credentials {
	return huaweicloud.Credentials{
		AccessKey: cfg.AccessKey, SecretKey: integrations.Secret(cfg.SecretKey), SecurityToken: integrations.Secret(cfg.SecurityToken),
	}
}

func asking(session string) commands.Request {
	return commands.Request{Command: "kill-session", Target: "lakehouse", Things: []string{session}}
}

// A session is found, closed and verified, however the client signs in.
func TestEveryWayToSignIn(t *testing.T) {
	t.Parallel()
	temporary := sim.Lakehouse()
	temporary.SecurityToken = "fake-security-token"
	for name, c := range map[string]struct {
		cfg   sim.FabricConfig
		creds huaweicloud.Credentials
	}{
		"keys":           {sim.Lakehouse(), keys(sim.Lakehouse())},
		"temporary keys": {temporary, keys(temporary)},
		"a user": {sim.Lakehouse(), huaweicloud.Credentials{
			User: sim.Lakehouse().User.Name, Password: integrations.Secret(sim.Lakehouse().User.Password),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var ahead atomic.Int64
			c.cfg.Now, c.cfg.CloseTime = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, time.Minute
			vendor, kill := meet(t, c.cfg, c.creds)
			p, err := kill.Plan(t.Context(), asking("9b2d4c1e-report-nightly"))
			require.NoError(t, err)
			require.Equal(t, 5, p.Seen)
			require.Equal(t, "warn.fabric-running", p.Hurts[1].ID)
			receipt, err := kill.Act(t.Context(), p.Items[0])
			require.NoError(t, err)
			made := []commands.KnownCall{{Claimed: true, Receipt: receipt}}
			seen, _, err := kill.Verify(t.Context(), p, made)
			require.NoError(t, err)
			require.Equal(t, commands.StillThere, seen[0].Seen, "it takes its time")
			ahead.Store(int64(time.Minute))
			seen, _, err = kill.Verify(t.Context(), p, made)
			require.NoError(t, err)
			require.Equal(t, commands.Gone, seen[0].Seen)
			require.True(t, seen[0].Final)
			require.Len(t, vendor.Sessions(), 4)
			require.Equal(t, 1, vendor.Closings())
		})
	}
}

// A session of the bot's own account is told from those of others.
func TestOwnSessions(t *testing.T) {
	t.Parallel()
	cfg := sim.Lakehouse()
	cfg.User.Name = "bi"
	_, kill := meet(t, cfg, huaweicloud.Credentials{User: "bi", Password: integrations.Secret(cfg.User.Password)})
	seen, err := kill.List(t.Context(), "")
	require.NoError(t, err)
	own := map[string]bool{}
	for _, thing := range seen.Things {
		own[vendortest.Fact(thing, "user")] = thing.Own
	}
	require.True(t, own["bi"])
	require.False(t, own["yuki"])
	require.False(t, seen.Things[0].Traits.MaybeOwn)
}

// Of access keys no user is known, so any session may be the bot's own.
func TestSessionsThatMayBeOwn(t *testing.T) {
	t.Parallel()
	cfg := sim.Lakehouse()
	_, kill := meet(t, cfg, keys(cfg))
	seen, err := kill.List(t.Context(), "")
	require.NoError(t, err)
	for _, thing := range seen.Things {
		require.False(t, thing.Own)
		require.True(t, thing.Traits.MaybeOwn)
	}
}

// Each way in which a call can go wrong is told for what it is, and the look
// afterwards tells the rest.
func TestFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[sim.Fault]struct {
		kind integrations.Kind
		gone bool
	}{
		sim.Throttled: {integrations.Throttled, false}, sim.Busy: {integrations.Unavailable, false},
		sim.Forbidden: {integrations.Forbidden, false}, sim.Down: {integrations.Unavailable, false},
		sim.FailAfter: {integrations.Unavailable, true}, sim.WrongBody: {integrations.Unavailable, true},
		sim.Torn: {integrations.NoAnswer, true}, sim.Ignore: {"", false}, sim.Respawn: {"", true},
	} {
		t.Run(string(fault), func(t *testing.T) {
			cfg := sim.Lakehouse()
			cfg.CloseTime, cfg.RespawnAfter = 0, time.Millisecond
			vendor, kill := meet(t, cfg, keys(cfg))
			p, err := kill.Plan(t.Context(), asking("51f7a0c3-notebook-yuki"))
			require.NoError(t, err)
			vendor.FailNext(sim.CloseSQLSession, fault)
			_, err = kill.Act(t.Context(), p.Items[0])
			require.Equal(t, want.kind, integrations.KindOf(err))
			seen, _, err := kill.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true}})
			require.NoError(t, err)
			require.Equal(t, want.gone, seen[0].Seen == commands.Gone)
			require.Equal(t, 1, vendor.Closings())
		})
	}
}

func TestASessionThatIsNotThere(t *testing.T) {
	t.Parallel()
	vendor, kill := meet(t, sim.Lakehouse(), keys(sim.Lakehouse()))
	p, err := kill.Plan(t.Context(), asking("51f7a0c3-notebook-yuki"))
	require.NoError(t, err)
	require.True(t, vendor.Leave("51f7a0c3-notebook-yuki"))
	seen, err := kill.Look(t.Context(), p)
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Equal(t, 4, seen.All())
	require.Empty(t, seen.Things, "of the list only what the look is for is kept")
	_, err = kill.Act(t.Context(), p.Items[0])
	require.Equal(t, integrations.NotFound, integrations.KindOf(err))
	_, err = kill.Plan(t.Context(), asking("51f7a0c3-notebook-yuri"))
	require.Error(t, err)
}

// A signed call that does not say its project is refused as the document shows.
func TestTheWrongProject(t *testing.T) {
	t.Parallel()
	cfg := sim.Lakehouse()
	vendor := sim.NewFabric(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	client, err := fabric.New(fabric.Config{
		Endpoint: server.URL, ProjectID: "another", WorkspaceID: cfg.WorkspaceID, Credentials: keys(cfg),
	}, integrations.NewClient(integrations.ClientOptions{}), time.Now)
	require.NoError(t, err)
	_, err = client.Sessions(t.Context(), "")
	require.Equal(t, "fabric.no-permission", vendortest.Failure(t, err).Hint)
}

// How long a session is open is told by the vendor's clock, which wrote when it began.
func TestTheAgeOfASessionByTheVendorsClock(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{-14 * time.Minute, -time.Second, 0, time.Second, 14 * time.Minute} {
		cfg := sim.Lakehouse()
		start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		cfg.Now, cfg.Sessions = func() time.Time { return start }, nil
		vendor := sim.NewFabric(cfg)
		server := httptest.NewServer(vendor)
		t.Cleanup(server.Close)
		t.Cleanup(vendor.Close)
		vendor.SetClock(ahead)
		vendor.Open(sim.FabricSession{ID: "new", Status: "RUNNING", Age: 2 * time.Minute, Statements: []string{"SELECT 1"}})
		vendor.Open(sim.FabricSession{ID: "idle", Status: "WAITING", Age: 2 * time.Minute})
		client, err := fabric.New(fabric.Config{
			Endpoint: server.URL, ProjectID: cfg.ProjectID, WorkspaceID: cfg.WorkspaceID, Credentials: keys(cfg),
		}, integrations.NewClient(integrations.ClientOptions{}), cfg.Now)
		require.NoError(t, err)
		seen, err := client.Sessions(t.Context(), "")
		require.NoError(t, err)
		require.Len(t, seen.Things, 2)
		for _, thing := range seen.Things {
			require.Equal(t, "120", vendortest.Fact(thing, "open"), "%s %s", thing.Name, ahead)
		}
	}
}

// A session on another SQL endpoint than the one that the target is limited to is not gone: it is
// said what the list is of.
func TestASessionOnAnotherEndpoint(t *testing.T) {
	t.Parallel()
	cfg := sim.Lakehouse()
	vendor := sim.NewFabric(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	client, err := fabric.New(fabric.Config{
		Endpoint: server.URL, ProjectID: cfg.ProjectID, WorkspaceID: cfg.WorkspaceID, EndpointID: "another-endpoint", Credentials: keys(cfg),
	}, integrations.NewClient(integrations.ClientOptions{}), time.Now)
	require.NoError(t, err)
	r := asking(vendor.Sessions()[0].ID)
	r.Met = func(string) bool { return true } // on a target without that limit
	_, err = commands.KillSession(client).Plan(t.Context(), r)
	mistake, ok := errors.AsType[*commands.Mistake](err)
	require.True(t, ok, err)
	require.Equal(t, "mistake.thing-limited", mistake.Message.ID)
	require.Equal(t, "trace.fabric-limits", mistake.Message.Values["why"].Inner.ID)

	_, c := meet(t, cfg, keys(cfg))
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	require.Zero(t, seen.Limits, "the whole workspace")
}

// What is listed is what the profile says that there is.
func TestWhatIsListed(t *testing.T) {
	_, c := meet(t, sim.Lakehouse(), keys(sim.Lakehouse()))
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	vendortest.Things(t, fabric.Profile(), seen)
	vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return c.List(ctx, "") })
}
