package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"quell/integrations/sim"
)

// TestSystems plays a whole story with each of the other systems: the command, what
// people are told before they approve, the call, and what is seen after it.
func TestSystems(t *testing.T) { play(t, "testdata/systems", setupSystems) }

// system is what a script does to a vendor, whichever it is.
type system interface {
	http.Handler
	Close()
	SetMood(sim.Fault)
	FailNext(sim.Op, ...sim.Fault)
	SetMoodOf(sim.Op, sim.Fault)
	Calls() []sim.Call
}

// setupSystems is the world of every script, and the other vendors that are played over HTTP.
func setupSystems(env *testscript.Env) error {
	for _, name := range []string{"quell.yaml", "policy.yaml"} {
		if brings(env.WorkDir, name) {
			continue
		}
		if err := copyFile(filepath.Join(env.WorkDir, name), filepath.Join("testdata", "systems", name)); err != nil {
			return err
		}
	}
	return setupWith(env)
}

// setupWith is setupSystems with the configuration files that are there.
func setupWith(env *testscript.Env) error {
	if err := setup(env); err != nil {
		return err
	}
	w := env.Values[worldKey{}].(*world)
	w.systems = systems(w.now)
	config := filepath.Join(env.WorkDir, "quell.yaml")
	text, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	for name, s := range w.systems {
		env.Defer(s.Close)
		address, err := listen(env, w.answersOf(name, s))
		if err != nil {
			return err
		}
		text = []byte(strings.ReplaceAll(string(text), "$"+name, address))
	}
	env.Vars = append(env.Vars,
		"API_KEY=fake-hulft-key-for-the-playground", "READ_KEY=fake-hulft-key-that-only-reads", "PASSWORD="+sim.Nightly().Password,
	)
	return os.WriteFile(config, text, 0o600)
}

func systems(now func() time.Time) map[string]system {
	agents, tasks, sessions, proxies := sim.Transfers(), sim.Nightly(), sim.Lakehouse(), sim.Orders()
	agents.Now, tasks.Now, sessions.Now, proxies.Now = now, now, now, now
	return map[string]system{
		"transfers": sim.NewHULFT(agents), "nightly": sim.NewJP1AO(tasks),
		"lakehouse": sim.NewFabric(sessions), "orders": sim.NewTaurusDB(proxies),
	}
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

// system sets what goes wrong at one of them: "system orders mood slow", "system
// orders next RestartProxyInstance throttled", "system orders clock -1.5s",
// "system transfers ban date".
func (w *world) system(args []string) error {
	s, known := w.systems[args[0]]
	if !known {
		return fmt.Errorf("there is no system %s", args[0])
	}
	switch args[1] {
	case "mood":
		s.SetMood(sim.Fault(strings.Join(args[2:], " ")))
	case "next":
		s.FailNext(sim.Op(args[2]), sim.Fault(strings.Join(args[3:], " ")))
	case "each":
		s.SetMoodOf(sim.Op(args[2]), sim.Fault(strings.Join(args[3:], " ")))
	case "ends":
		if !w.systems[args[0]].(interface{ Leave(id string) bool }).Leave(args[2]) {
			return fmt.Errorf("there is no %s", args[2])
		}
	case "revokes":
		w.systems[args[0]].(interface{ RevokeTokens() }).RevokeTokens()
	case "past":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		w.systems[args[0]].(interface {
			Past(n int, ago time.Duration)
		}).Past(n, 2*time.Hour)
	case "ban":
		s.(*sim.HULFT).Ban(args[2] == "date")
	case "clock":
		ahead, err := time.ParseDuration(args[2])
		if err != nil {
			return err
		}
		w.systems[args[0]].(interface{ SetClock(ahead time.Duration) }).SetClock(ahead)
	case "archive", "hides", "denies", "warns", "password":
		return w.tasks(args[1], args[2:])
	default:
		return fmt.Errorf("system NAME mood|next|each|ends|revokes|past|ban|clock, system nightly archive|hides|denies|warns|password")
	}
	return nil
}

// tasks is system for what is JP1/AO's alone: "system nightly archive 700" adds tasks that have
// ended, "hides GROUP" takes the role on a service group away and "denies GROUP" the right to stop
// its tasks, "warns TEXT" is the header Warning of each answer, and "password WORD" another right one, with which no token is good any more.
func (w *world) tasks(what string, args []string) error {
	vendor, text := w.systems["nightly"].(*sim.JP1AO), strings.Join(args, " ")
	switch what {
	case "archive":
		n, err := strconv.Atoi(text)
		vendor.Archive(n)
		return err
	case "hides":
		vendor.Hide(text)
	case "denies":
		vendor.Deny(text)
	case "warns":
		vendor.Warn(text)
	case "password":
		vendor.ChangePassword(text)
		vendor.Logout()
	}
	return nil
}

// writes waits until so many calls that change something have reached a system, and
// asserts that there were no more: "writes orders 1".
func (w *world) writes(args []string) error {
	return w.arrived(args, func(c sim.Call) bool { return c.Write })
}

// requests is writes for calls of any kind.
func (w *world) requests(args []string) error {
	return w.arrived(args, func(sim.Call) bool { return true })
}

// logins is writes for logins at Huawei Cloud's IAM.
func (w *world) logins(args []string) error {
	return w.arrived(args, func(c sim.Call) bool { return c.Op == sim.CreateToken })
}

func (w *world) arrived(args []string, counts func(sim.Call) bool) error {
	want, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got := 0
		for _, c := range w.systems[args[0]].Calls() {
			if counts(c) {
				got++
			}
		}
		if got > want || got < want && ctx.Err() != nil {
			return fmt.Errorf("%d calls came to %s, not %d", got, args[0], want)
		}
		if got == want {
			return nil
		}
		<-tick.C
	}
}
