package taurusdb_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/integrations/huaweicloud"
	"quell/integrations/sim"
	"quell/integrations/taurusdb"
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
func meet(t *testing.T, cfg sim.TaurusDBConfig) (*sim.TaurusDB, commands.Command, *clock) {
	return meetAs(t, cfg, huaweicloud.Credentials{AccessKey: cfg.AccessKey, SecretKey: integrations.Secret(cfg.SecretKey)})
}

// meetUser is meet with a client that logs in, to which a clock that is far off means nothing.
func meetUser(t *testing.T, cfg sim.TaurusDBConfig) (*sim.TaurusDB, commands.Command, *clock) {
	return meetAs(t, cfg, huaweicloud.Credentials{User: cfg.User.Name, Password: integrations.Secret(cfg.User.Password), Domain: cfg.User.Domain})
}

func meetAs(t *testing.T, cfg sim.TaurusDBConfig, who huaweicloud.Credentials) (*sim.TaurusDB, commands.Command, *clock) {
	clock := &clock{at: now}
	cfg.Now = clock.now
	vendor := sim.NewTaurusDB(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	client, err := taurusdb.New(taurusdb.Config{
		Endpoint: server.URL, IAMEndpoint: server.URL, ProjectID: cfg.ProjectID, InstanceID: cfg.InstanceID, Credentials: who,
	}, integrations.NewClient(integrations.ClientOptions{}), clock.now)
	require.NoError(t, err)
	return vendor, commands.RestartProxy(client), clock
}

func asking(proxy string) commands.Request {
	return commands.Request{Command: "restart-proxy", Target: "orders", Things: []string{proxy}}
}

// progress is what a verification says: what was seen, and the vendor's word.
func progress(t *testing.T, c commands.Command, p commands.Plan, r integrations.Receipt) (commands.Seen, words.Message) {
	t.Helper()
	seen, _, err := c.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true, Receipt: r}})
	require.NoError(t, err)
	return seen[0].Seen, seen[0].Note
}

// A restart goes from a job that cannot be seen to one that is done.
func TestTheLifeOfARestart(t *testing.T) {
	vendor, restart, clock := meet(t, sim.Orders())
	p, err := restart.Plan(t.Context(), asking("orders-rw"))
	require.NoError(t, err)
	receipt, err := restart.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	require.NotEmpty(t, receipt.Job)

	for _, step := range []struct {
		turn time.Duration
		seen commands.Seen
		note words.Message
	}{
		{0, commands.NotLooked, words.New("trace.taurusdb-not-visible-at", words.V{"at": words.At(now), "job": words.Code(receipt.Job)})},
		{3 * time.Second, commands.UnderWay, words.New("trace.taurusdb-running", words.V{"progress": words.Code("30%")})},
		{3 * time.Second, commands.UnderWay, words.New("trace.taurusdb-running", words.V{"progress": words.Code("60%")})},
		{4 * time.Second, commands.Gone, words.New("trace.taurusdb-completed")},
	} {
		clock.turn(step.turn)
		seen, note := progress(t, restart, p, receipt)
		require.Equal(t, step.seen, seen)
		require.Equal(t, step.note, note)
	}
	require.Equal(t, 1, vendor.Restarts())
}

// An abnormal proxy is warned of, and its restart fails.
func TestARestartThatFails(t *testing.T) {
	_, restart, clock := meet(t, sim.Orders())
	p, err := restart.Plan(t.Context(), asking("orders-reports"))
	require.NoError(t, err)
	require.Equal(t, "warn.taurusdb-may-fail", p.Hurts[2].ID)
	receipt, err := restart.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	clock.turn(8 * time.Second)
	seen, note := progress(t, restart, p, receipt)
	require.Equal(t, commands.StillThere, seen)
	require.Equal(t, "trace.taurusdb-failed-why", note.ID)
}

// While one job runs, the vendor refuses another and nothing is done.
func TestASecondRestart(t *testing.T) {
	vendor, restart, _ := meet(t, sim.Orders())
	p, err := restart.Plan(t.Context(), asking("orders-ro"))
	require.NoError(t, err)
	_, err = restart.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	_, err = restart.Act(t.Context(), p.Items[0])
	require.Equal(t, integrations.Busy, integrations.KindOf(err))
	require.Equal(t, 1, vendor.Jobs())
}

// A call whose answer is lost is not sent again; its job is evidence.
func TestALostAnswer(t *testing.T) {
	for _, fault := range []sim.Fault{sim.FailAfter, sim.WrongBody, sim.Torn} {
		t.Run(string(fault), func(t *testing.T) {
			vendor, restart, clock := meet(t, sim.Orders())
			p, err := restart.Plan(t.Context(), asking("orders-rw"))
			require.NoError(t, err)
			vendor.FailNext(sim.RestartProxyInstance, fault)
			sent := clock.now()
			_, err = restart.Act(t.Context(), p.Items[0])
			require.Equal(t, integrations.MayBeDone, integrations.EffectOf(err))
			clock.turn(5 * time.Second)
			seen, note := progress(t, restart, p, integrations.Receipt{At: sent})
			require.Equal(t, commands.NotLooked, seen)
			require.Equal(t, "trace.taurusdb-job-seen", note.ID)
			require.Equal(t, 1, vendor.Jobs())
		})
	}
}

// The vendor's clock is its own: a job of ours may have begun before the call, by the
// times that are written down.
func TestALostAnswerWhereClocksDiffer(t *testing.T) {
	for _, ahead := range []time.Duration{-10 * time.Minute, -90 * time.Second, -1500 * time.Millisecond, -time.Millisecond, 0, time.Millisecond, 1500 * time.Millisecond, 10 * time.Minute} {
		for _, part := range []time.Duration{0, time.Millisecond, 500 * time.Millisecond, 999 * time.Millisecond} {
			t.Run(fmt.Sprint(ahead, " ", part), func(t *testing.T) {
				vendor, restart, clock := meet(t, sim.Orders())
				vendor.SetClock(ahead)
				clock.turn(part)
				p, err := restart.Plan(t.Context(), asking("orders-rw"))
				require.NoError(t, err)
				vendor.FailNext(sim.RestartProxyInstance, sim.Torn)
				sent := clock.now()
				_, err = restart.Act(t.Context(), p.Items[0])
				require.Equal(t, integrations.MayBeDone, integrations.EffectOf(err))
				for _, turn := range []time.Duration{2 * time.Second, time.Minute} {
					clock.turn(turn)
					seen, note := progress(t, restart, p, integrations.Receipt{At: sent})
					require.Equal(t, commands.NotLooked, seen)
					require.Equal(t, "trace.taurusdb-job-seen", note.ID)
				}
			})
		}
	}
}

// The list has a month of a whole project's jobs, more than are read: it is asked for those
// about the time of the call, whatever the vendor's clock says.
func TestALostAnswerAmongManyJobs(t *testing.T) {
	for _, ahead := range []time.Duration{-20 * time.Minute, -time.Second, 0, time.Second, 20 * time.Minute} {
		for fault, want := range map[sim.Fault]string{sim.Torn: "trace.taurusdb-job-seen", sim.Down: "trace.taurusdb-jobs-none"} {
			t.Run(fmt.Sprint(ahead, " ", fault), func(t *testing.T) {
				vendor, restart, clock := meetUser(t, sim.Orders())
				vendor.SetClock(ahead)
				vendor.Past(700, 2*time.Hour)
				p, err := restart.Plan(t.Context(), asking("orders-rw"))
				require.NoError(t, err)
				vendor.FailNext(sim.RestartProxyInstance, fault)
				sent := clock.now()
				_, err = restart.Act(t.Context(), p.Items[0])
				require.Equal(t, integrations.MayBeDone, integrations.EffectOf(err))
				clock.turn(40 * time.Second)
				_, note := progress(t, restart, p, integrations.Receipt{At: sent})
				require.Equal(t, want, note.ID)
			})
		}
	}
}

// A vendor may not know its own job by its id and have it on its list all the same: then the list
// tells, once a new job would have shown.
func TestAJobThatOnlyTheListHas(t *testing.T) {
	vendor, restart, clock := meet(t, sim.Orders())
	p, err := restart.Plan(t.Context(), asking("orders-rw"))
	require.NoError(t, err)
	receipt, err := restart.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	vendor.FailNext(sim.ShowGaussMySQLJobInfo, sim.UnknownJob, sim.UnknownJob)
	clock.turn(5 * time.Second)
	_, note := progress(t, restart, p, receipt)
	require.Equal(t, "trace.taurusdb-not-visible-at", note.ID)
	clock.turn(30 * time.Second)
	seen, note := progress(t, restart, p, receipt)
	require.Equal(t, commands.Gone, seen)
	require.Equal(t, "trace.taurusdb-completed", note.ID)
}

// Where nothing was begun, that is said once a new job could be seen.
func TestALostCall(t *testing.T) {
	for _, ahead := range []time.Duration{-10 * time.Minute, 0, 10 * time.Minute} {
		vendor, restart, clock := meet(t, sim.Orders())
		vendor.SetClock(ahead)
		p, err := restart.Plan(t.Context(), asking("orders-rw"))
		require.NoError(t, err)
		vendor.FailNext(sim.RestartProxyInstance, sim.Down)
		sent := clock.now()
		_, err = restart.Act(t.Context(), p.Items[0])
		require.Equal(t, integrations.MayBeDone, integrations.EffectOf(err))
		for _, step := range []struct {
			turn time.Duration
			note string
		}{{2 * time.Second, "trace.taurusdb-jobs-none-at"}, {28 * time.Second, "trace.taurusdb-jobs-none"}} {
			clock.turn(step.turn)
			seen, note := progress(t, restart, p, integrations.Receipt{At: sent})
			require.Equal(t, commands.NotLooked, seen)
			require.Equal(t, step.note, note.ID)
		}
	}
}

func TestFaults(t *testing.T) {
	for fault, kind := range map[sim.Fault]integrations.Kind{
		sim.Throttled: integrations.Throttled, sim.Busy: integrations.Busy, sim.Forbidden: integrations.Forbidden,
		sim.Down: integrations.Unavailable, sim.Ignore: "", sim.JobFails: "",
	} {
		t.Run(string(fault), func(t *testing.T) {
			vendor, restart, clock := meet(t, sim.Orders())
			p, err := restart.Plan(t.Context(), asking("orders-rw"))
			require.NoError(t, err)
			vendor.FailNext(sim.RestartProxyInstance, fault)
			receipt, err := restart.Act(t.Context(), p.Items[0])
			require.Equal(t, kind, integrations.KindOf(err))
			if kind != "" {
				require.Zero(t, vendor.Jobs())
				return
			}
			clock.turn(time.Minute)
			seen, _ := progress(t, restart, p, receipt)
			require.Equal(t, map[sim.Fault]commands.Seen{sim.Ignore: commands.UnderWay, sim.JobFails: commands.StillThere}[fault], seen)
		})
	}
}

// What is listed is what the profile says that there is.
func TestWhatIsListed(t *testing.T) {
	_, c, _ := meet(t, sim.Orders())
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	vendortest.Things(t, taurusdb.Profile(), seen)
	vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return c.List(ctx, "") })
}
