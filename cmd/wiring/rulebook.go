package wiring

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"quell/policy"
)

// rulebook keeps the policy in force: it reloads the policy file whenever that changes. A file
// with mistakes changes nothing: the policy from before stays in force, and people are told.
//
// It polls the file every few seconds instead of asking the operating system for notice of
// changes: a ConfigMap of Kubernetes changes by a link somewhere above the file, and a read
// costs nothing.
type rulebook struct {
	path    string
	targets []policy.Target
	log     *slog.Logger
	gauge   func(good bool)
	every   time.Duration // between two looks at the file

	inForce atomic.Pointer[policy.Policy]

	mu       sync.Mutex // of one look
	judged   []byte     // what stood in the file when it was judged last
	previous []byte     // what stood in it on the last look
	spoiled  bool       // people were told that it cannot be used, and not that it can again
}

// pollEvery is the time between two polls of the file.
const pollEvery = 2 * time.Second

// registrar records which policy is in force, and has people told of it and of a file that
// cannot be used.
type registrar interface {
	Enforce(ctx context.Context, hash, body string) error
	AnnounceBadPolicy(ctx context.Context, hash string, mistakes error)
	AnnounceMendedPolicy(ctx context.Context, hash string)
}

// openRulebook reads the policy for the first time.
func openRulebook(path string, targets []policy.Target, log *slog.Logger) (*rulebook, error) {
	r := &rulebook{
		path: path, targets: targets, log: log, gauge: func(bool) {}, every: pollEvery,
	}
	data, err := r.read()
	if err != nil {
		return nil, err
	}
	p, err := r.load(data)
	if err != nil {
		return nil, err
	}
	r.judged = data
	r.inForce.Store(p)
	r.odd(p)
	return r, nil
}

func (r *rulebook) read() ([]byte, error) {
	data, err := os.ReadFile(r.path)
	if err != nil {
		return nil, fmt.Errorf("QUELL_POLICY: %w", err)
	}
	return data, nil
}

func (r *rulebook) load(data []byte) (*policy.Policy, error) {
	return policy.Load(r.path, data, known(r.targets))
}

func (r *rulebook) odd(p *policy.Policy) {
	if err := p.Warnings(); err != nil {
		r.log.Warn("the policy has oddities", "policy", p.Hash(), "what", err)
	}
}

// watch polls the file until ctx ends, and reloads it at once on a signal.
func (r *rulebook) watch(ctx context.Context, now <-chan os.Signal, to registrar) {
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.poll(ctx, to, false)
		case <-now:
			r.poll(ctx, to, true)
		}
	}
}

// enforce records a policy and only then lets it decide. People are told of it later than
// that, so they can rely on it.
func (r *rulebook) enforce(ctx context.Context, to registrar, p *policy.Policy, body []byte) error {
	if err := to.Enforce(ctx, p.Hash(), string(body)); err != nil {
		return err
	}
	r.inForce.Store(p)
	r.gauge(true)
	return nil
}

// poll reads the file, and puts the policy in force if the file changed and has no mistakes. The
// file has to be the same on two polls (debounce): half of a file that is being written may be
// a policy too, one without its last rules. The same contents are judged and told once. A
// signal (asked) needs no second poll.
func (r *rulebook) poll(ctx context.Context, to registrar, asked bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	data, err := r.read()
	settled := bytes.Equal(data, r.previous)
	if r.previous = data; !asked && (!settled || bytes.Equal(data, r.judged)) {
		return
	}
	r.judged = data
	var p *policy.Policy
	if err == nil {
		p, err = r.load(data)
	}
	if err == nil {
		if err = r.enforce(ctx, to, p, data); err != nil {
			r.judged = nil // it is tried again
			r.log.Error("the policy could not be recorded, so the one from before stays in force", "policy", p.Hash(), "err", err)
			return
		}
		r.log.Info("policy in force", "policy", p.Hash(), "rules", r.path)
		r.odd(p)
		if r.spoiled {
			to.AnnounceMendedPolicy(ctx, p.Hash())
		}
		r.spoiled = false
		return
	}
	r.spoiled = true
	r.gauge(false)
	hash := r.inForce.Load().Hash()
	r.log.Error("the policy file cannot be used, so the policy from before stays in force", "policy", hash, "err", err)
	to.AnnounceBadPolicy(ctx, hash, err)
}
