package dcs_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/huaweicloud"
	"quell/integrations/sim"
	"quell/integrations/vendortest"
)

// meet starts the simulator and a client for it.
func meet(t testing.TB, cfg sim.DCSConfig, changes ...func(*dcs.Config)) (*sim.DCS, *dcs.Client) {
	vendor := sim.NewDCS(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	ours := dcs.Config{
		Endpoint: server.URL, ProjectID: cfg.ProjectID, InstanceID: cfg.InstanceID, PollEvery: 10 * time.Millisecond,
		Credentials: huaweicloud.Credentials{AccessKey: cfg.AccessKey, SecretKey: integrations.Secret(cfg.SecretKey)},
	}
	for _, change := range changes {
		change(&ours)
	}
	client, err := dcs.New(ours, integrations.NewClient(integrations.ClientOptions{Pause: time.Millisecond}), time.Now)
	require.NoError(t, err)
	return vendor, client
}

const stuck = "10.63.238.158:2048"

// A session is found, ended and verified on its own node, with and without
// --node, whatever form the instance has.
func TestEveryFormOfInstance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		cfg      sim.DCSConfig
		node     string // where the stuck session is
		sessions int
		wrong    string // a --node that holds no such session
		fault    string // what is said of it: a hint, or a mistake
	}{
		{sim.CacheSingle(), documentedNode, 8, "n9", "dcs.node-gone"},
		{sim.CacheProd(), documentedNode, 8, "ff80808189bf92a50189d330303b77ab", "mistake.thing-not-at"},
		{sim.CacheCluster(), "c1", 2, "c2", "mistake.thing-not-at"},
		{sim.CacheProxy(), "p1", 3, "d1", "dcs.wrong-node"},
	}
	for _, tt := range tests {
		tt.cfg.ScanTime = 20 * time.Millisecond
		for _, typed := range []string{"", tt.node} {
			t.Run(tt.cfg.CacheMode+" "+typed, func(t *testing.T) {
				vendor, client := meet(t, tt.cfg)
				all, err := client.Sessions(t.Context(), "")
				require.NoError(t, err)
				require.True(t, all.Complete)
				require.Len(t, all.Things, tt.sessions)

				kill := commands.KillSession(client)
				p, err := kill.Plan(t.Context(), asking(stuck, typed))
				require.NoError(t, err)
				require.Equal(t, tt.node, p.Place)
				_, err = kill.Act(t.Context(), p.Items[0])
				require.NoError(t, err)
				seen, err := kill.Look(t.Context(), p)
				require.NoError(t, err)
				require.True(t, seen.Complete)
				_, there := seen.Find(p.IDs()[0])
				require.False(t, there)
				require.Len(t, vendor.Sessions(), tt.sessions-1)
			})
		}
		t.Run(tt.cfg.CacheMode+" the wrong node", func(t *testing.T) {
			vendor, client := meet(t, tt.cfg)
			_, err := commands.KillSession(client).Plan(t.Context(), asking(stuck, tt.wrong))
			require.Equal(t, tt.fault, reason(t, err))
			require.Zero(t, vendor.Kills())
		})
	}
}

// reason is the hint of a failure, or the id of a mistake.
func reason(t *testing.T, err error) string {
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return m.Message.ID
	}
	return hintOf(t, err)
}

func asking(session, place string) commands.Request {
	return commands.Request{Command: "kill-session", Target: "cache", Things: []string{session}, Place: place}
}

func TestASessionWithoutAPeerIsNotPlanned(t *testing.T) {
	t.Parallel()
	vendor, client := meet(t, sim.CacheProxy())
	_, err := commands.KillSession(client).Plan(t.Context(), asking("10.63.240.33:60122", ""))
	require.Equal(t, "mistake.protected", reason(t, err))
	require.Zero(t, vendor.Kills())
}

// One request that fails does not cost the look.
func TestALookOutlivesOneFailure(t *testing.T) {
	t.Parallel()
	for _, op := range []sim.Op{sim.ShowInstance, sim.ShowNodesInformation, sim.ScanClients, sim.ListClients} {
		for _, fault := range []sim.Fault{sim.Down, sim.WrongBody, sim.FailAfter, sim.Torn} {
			t.Run(string(op)+" "+string(fault), func(t *testing.T) {
				cfg := sim.CacheProd()
				cfg.ScanTime = 20 * time.Millisecond
				vendor, client := meet(t, cfg)
				vendor.FailNext(op, fault)
				seen, err := client.Sessions(t.Context(), "")
				require.NoError(t, err)
				require.True(t, seen.Complete)
				require.Len(t, seen.Things, 8)
			})
		}
	}
}

// Others verify on the node all the time, and no kill meets a scan of ours.
func TestOurOwnScansDoNotRefuseOurKills(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheProd()
	cfg.ScanTime = 20 * time.Millisecond
	vendor, client := meet(t, cfg)
	seen, err := client.Sessions(t.Context(), documentedNode)
	require.NoError(t, err)

	var others sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, err := client.Sessions(t.Context(), documentedNode)
					assert.NoError(t, err)
				}
			}
		})
	}
	for _, session := range seen.Things {
		_, err := client.EndSession(t.Context(), session)
		assert.NoError(t, err, "it must not be told that a scan runs")
	}
	close(stop)
	others.Wait()
	require.Empty(t, vendor.Sessions())
	require.Equal(t, len(seen.Things), vendor.Kills())
}

// Others verify on the node all the time, and no kill of a case that holds it meets a scan of
// ours.
func TestOurOwnScansDoNotRefuseHeldKills(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheProd()
	cfg.ScanTime = 20 * time.Millisecond
	vendor, client := meet(t, cfg)
	seen, err := client.Sessions(t.Context(), documentedNode)
	require.NoError(t, err)

	var others sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, err := client.Sessions(t.Context(), documentedNode)
					assert.NoError(t, err)
				}
			}
		})
	}
	for _, session := range seen.Things {
		held, release := client.Hold(t.Context(), documentedNode)
		_, err := client.Sessions(held, documentedNode)
		assert.NoError(t, err)
		_, err = client.EndSession(held, session)
		assert.NoError(t, err, "it must not be told that a scan runs")
		release()
	}
	close(stop)
	others.Wait()
	require.Empty(t, vendor.Sessions())
	require.Equal(t, len(seen.Things), vendor.Kills())
}

func TestAScanBySomebodyElseRefusesAKill(t *testing.T) {
	t.Parallel()
	vendor, client := meet(t, sim.CacheProd())
	vendor.FailNext(sim.HangUpClients, sim.Busy)
	_, err := client.EndSession(t.Context(), thing(documentedNode, "11677", stuck))
	require.Equal(t, integrations.Busy, integrations.KindOf(err))
	require.False(t, oursIn(t, err))
	require.Equal(t, "dcs.scan-running", hintOf(t, err))
	require.Equal(t, 1, vendor.Kills())
}

// oursIn says whether the refusal is explained by a call of our own.
func oursIn(t *testing.T, err error) bool {
	var e *integrations.Error
	require.ErrorAs(t, err, &e)
	return e.Ours
}

// While one kill hangs, others can look at its node.
func TestAKillThatHangsDoesNotKeepItsNodeUnseen(t *testing.T) {
	t.Parallel()
	vendor, client := meet(t, sim.CacheProd(), func(c *dcs.Config) { c.KillQuiet = 50 * time.Millisecond })
	vendor.FailNext(sim.HangUpClients, sim.Hang)
	ctx, leave := context.WithCancel(t.Context())
	hangs := make(chan error, 1)
	go func() {
		_, err := client.EndSession(ctx, thing(documentedNode, "11677", stuck))
		hangs <- err
	}()
	require.NoError(t, vendor.Wait(t.Context(), func(s *sim.State) bool { return s.Kills == 1 }))
	seen, err := client.Sessions(t.Context(), documentedNode)
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Empty(t, hangs, "it is not answered yet")
	leave()
	require.Equal(t, integrations.NoAnswer, integrations.KindOf(<-hangs))
}

// leftBehind is a client whose look was given up, and left its scan running at the vendor.
func leftBehind(t *testing.T, scan time.Duration) (*sim.DCS, *dcs.Client) {
	cfg := sim.CacheProd()
	cfg.ScanTime = scan
	vendor, client := meet(t, cfg)
	impatient, leave := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	looking.Go(func() { _, _ = client.Sessions(impatient, documentedNode) })
	require.NoError(t, vendor.Wait(t.Context(), func(s *sim.State) bool { return len(s.Calls) > 1 }))
	leave()
	looking.Wait()
	return vendor, client
}

// A scan of ours that was given up runs on at the vendor, and a kill that it
// refuses was refused because of us.
func TestOurOwnScanThatWasGivenUpExplainsARefusal(t *testing.T) {
	t.Parallel()
	vendor, client := leftBehind(t, time.Hour)
	_, err := client.EndSession(t.Context(), thing(documentedNode, "11677", stuck))
	require.Equal(t, integrations.Busy, integrations.KindOf(err))
	require.True(t, oursIn(t, err))

	vendor.FailNext(sim.HangUpClients, sim.Throttled)
	_, err = client.EndSession(t.Context(), thing(documentedNode, "11677", stuck))
	require.False(t, oursIn(t, err), "a limit is not our look's doing")
}

// A case waits for that scan with its look, and its kill is taken at once.
func TestACaseWaitsForAScanThatWasLeftRunning(t *testing.T) {
	t.Parallel()
	vendor, client := leftBehind(t, 300*time.Millisecond)
	held, release := client.Hold(t.Context(), documentedNode)
	defer release()
	_, err := client.Sessions(held, documentedNode)
	require.NoError(t, err)
	_, err = client.EndSession(held, thing(documentedNode, "11677", stuck))
	require.NoError(t, err)
	require.Equal(t, 1, vendor.Kills())
}

func TestAKillDoesNotWaitForOurScanForEver(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheProd()
	cfg.ScanTime = time.Hour
	vendor, client := meet(t, cfg)
	others, leave := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	looking.Go(func() { _, _ = client.Sessions(others, documentedNode) })
	require.NoError(t, vendor.Wait(t.Context(), func(s *sim.State) bool { return len(s.Calls) > 0 }))

	ctx := integrations.SendBefore(t.Context(), time.Now().Add(200*time.Millisecond))
	_, err := client.EndSession(ctx, thing(documentedNode, "11677", stuck))
	require.Equal(t, integrations.Late, integrations.KindOf(err))
	require.Equal(t, integrations.NothingDone, integrations.EffectOf(err))
	require.Zero(t, vendor.Kills(), "nothing was sent")
	leave()
	looking.Wait()
}

// What is listed is what the profile says that there is.
func TestWhatIsListed(t *testing.T) {
	t.Parallel()
	for _, cfg := range []sim.DCSConfig{sim.CacheSingle(), sim.CacheProd(), sim.CacheCluster(), sim.CacheProxy()} {
		cfg.ScanTime = 20 * time.Millisecond
		_, client := meet(t, cfg)
		seen, err := client.Sessions(t.Context(), "")
		require.NoError(t, err)
		vendortest.Things(t, dcs.Profile(), seen)
		vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return client.Sessions(ctx, "") })
	}
}
