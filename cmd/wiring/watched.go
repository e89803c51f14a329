package wiring

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"strings"
	"sync"
	"time"

	"quell/bot/engine"
	"quell/bot/slack"
	"quell/integrations"
)

// contents are what files hold, by their paths, without the white space around it.
type contents map[string]integrations.Secret

func trimmed(data []byte) integrations.Secret {
	return integrations.Secret(strings.TrimSpace(string(data)))
}

// note reads files, and keeps what they hold: of one that cannot be read, nothing.
func (c contents) note(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		data, err := read(path)
		c[path] = trimmed(data)
		return data, err
	}
}

// read is os.ReadFile for these contents.
func (c contents) read(path string) ([]byte, error) {
	held, ok := c[path]
	if !ok {
		return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrNotExist}
	}
	return []byte(held.Reveal()), nil
}

// source is what a target is made of besides its part of the target file.
type source struct {
	target string
	files  contents // as they were when the target file was read
	out    bool     // it could not be made of these, so it is left out
	make   func(contents) (engine.Target, error)
}

// watched are files that are read again and again, as the policy's is, and taken into use when they
// change: a token of Slack's, the credentials and the authorities of a target.
type watched struct {
	from string // what the log calls them
	use  func(ctx context.Context, c contents) error
	// stale is told whether what is in use is older than what the files hold; it may be nil.
	stale func(bool)
	now   func() time.Time

	mu              sync.Mutex // guards what follows
	inUse, previous contents   // previous is what the files held on the last look
	// out says that nothing is in use yet: inUse is what was tried at the start, and what is wrong
	// with it was told there.
	out bool

	tried    contents  // what was tried last and could not be used
	said     string    // what was said to be wrong with it
	rest     time.Time // it is not tried again before
	unread   int       // how many looks in a row could not read them
	unreadIs bool      // and that this was said
}

// tryRefusedEvery is how often a credential is tried that was refused: it may be mended at the
// other side and stay the same, where a scope is added or Socket Mode switched on.
const tryRefusedEvery = time.Minute

// credentialFiles are those of the targets.
func credentialFiles(sources []source, systems *engine.Systems, now func() time.Time) (all []*watched) {
	for _, s := range sources {
		use := func(_ context.Context, c contents) error {
			t, err := s.make(c)
			if err == nil {
				systems.Renew(t)
			}
			return err
		}
		all = append(all, &watched{
			from: s.target, use: use, stale: func(is bool) { systems.Stale(s.target, is) }, inUse: s.files, out: s.out, now: now,
		})
	}
	return all
}

// watch polls the files until ctx ends.
func watch(ctx context.Context, files []*watched, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, f := range files {
			f.poll(ctx, log)
		}
	}
}

// settleWithin is how long a file is given to be written in whole, where somebody waits for it.
const settleWithin = 100 * time.Millisecond

// refresh takes what the files of a target hold by now into use before it is looked at: between
// two polls they may have changed. What is wrong with them is said by poll. Where a part of several
// is another, the rest may be about to be written, and a key would be joined with another's secret:
// that is left to poll.
func refresh(ctx context.Context, files []*watched, log *slog.Logger) func(target string) {
	return func(target string) {
		for _, f := range files {
			if f.from == target {
				f.refresh(ctx, log)
			}
		}
	}
}

func (f *watched) refresh(ctx context.Context, log *slog.Logger) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.read()
	if err != nil || f.inPart(c) || !f.due(c) {
		return
	}
	f.look(ctx, log)
	if integrations.Wait(ctx, settleWithin) {
		f.look(ctx, log)
	}
}

// inPart reports whether some of the files hold what is in use.
func (f *watched) inPart(c contents) bool {
	for path, held := range f.inUse {
		if c[path] == held {
			return true
		}
	}
	return false
}

func (f *watched) poll(ctx context.Context, log *slog.Logger) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look(ctx, log)
}

// look takes what the files hold by now into use. They have to be the same on two looks: one may
// be half written. What was before stays in use until then, and where a file cannot be read. What
// could not be tried, for Slack is away, is tried again at the next look, and what was refused
// after a while.
func (f *watched) look(ctx context.Context, log *slog.Logger) {
	c, err := f.read()
	if err != nil {
		f.cannotRead(err, log)
		return
	}
	f.unread, f.unreadIs = 0, false
	settled := f.previous != nil && maps.Equal(c, f.previous)
	f.previous = c
	if !settled || !f.due(c) {
		return
	}
	err = f.use(ctx, c)
	switch {
	case err == nil:
		f.inUse, f.tried = c, nil
		f.tell(false)
		f.inUseNow(log)
	case slack.Unreachable(err):
		if f.isNew(err) {
			log.Warn("another credential could not be tried yet", "from", f.from, "err", err)
		}
	case ctx.Err() == nil:
		f.rest = f.now().Add(tryRefusedEvery)
		f.tell(true)
		if f.isNew(err) {
			f.cannotUse(err, log)
		}
	}
}

// inUseNow says that what the files hold is in use.
func (f *watched) inUseNow(log *slog.Logger) {
	if f.out {
		f.out = false
		log.Info("a target that was left out is served", "from", f.from)
		return
	}
	log.Info("another credential is in use", "from", f.from)
}

func (f *watched) cannotUse(err error, log *slog.Logger) {
	if f.out {
		log.Error("a target is still left out", "from", f.from, "err", err)
		return
	}
	log.Error("a file has another credential, which cannot be used; the one from before stays", "from", f.from, "err", err)
}

func (f *watched) read() (contents, error) {
	c := contents{}
	read := c.note(os.ReadFile)
	for path := range f.inUse {
		if _, err := read(path); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// cannotRead says it once, on the second look: at the first one a file may be about to be replaced.
func (f *watched) cannotRead(err error, log *slog.Logger) {
	if f.unread++; f.unread < 2 || f.unreadIs || f.out {
		return
	}
	f.unreadIs = true
	f.tell(true)
	log.Error("a file with a credential cannot be read; the one from before stays", "from", f.from, "err", err)
}

func (f *watched) tell(stale bool) {
	if f.stale != nil {
		f.stale(stale)
	}
}

// due reports whether what the files hold is to be tried.
func (f *watched) due(c contents) bool {
	if maps.Equal(c, f.inUse) {
		f.tried = nil
		f.tell(false)
		return false
	}
	if !maps.Equal(c, f.tried) {
		f.tried, f.said, f.rest = c, "", time.Time{}
	}
	wait := f.rest.Sub(f.now())
	return wait <= 0 || wait > tryRefusedEvery // the clock was put back
}

// isNew reports whether it was not said yet what is wrong with a credential, and notes that it is.
func (f *watched) isNew(err error) bool {
	before := f.said
	f.said = err.Error()
	return f.said != before
}
