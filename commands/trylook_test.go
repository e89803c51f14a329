package commands_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/integrations"
)

// listed is a system whose list tells what became of a call; it notes what is read of it.
type listed struct {
	things []integrations.Thing
	fail   error
	read   []string
	use    integrations.Use
}

func (s *listed) Sessions(ctx context.Context, _ string) (integrations.Sighting, error) {
	s.read, s.use = append(s.read, "list"), integrations.UseOf(ctx)
	return integrations.Sighting{Things: s.things, Complete: true}, s.fail
}

func (s *listed) EndSession(context.Context, integrations.Thing) (integrations.Receipt, error) {
	panic("a look ends nothing")
}

func (s *listed) EndSessionCall(integrations.Thing) string { return "" }

// traced is one that is asked about each thing, with a permission of its own.
type traced struct {
	listed
	failOne error
}

func (s *traced) Trace(_ context.Context, t integrations.Thing, r integrations.Receipt) (integrations.Trace, error) {
	s.read = append(s.read, "trace "+t.ID)
	if r.Job == "" {
		return integrations.Trace{}, errors.New("the read of a job is not made")
	}
	return integrations.Trace{}, s.failOne
}

// gentle is one whose list is costly.
type gentle struct{ listed }

func (s *gentle) TryLook(context.Context) error {
	s.read = append(s.read, "gently")
	return s.fail
}

// What a look after a call needs is read without a call, and no more than that.
func TestALookIsTried(t *testing.T) {
	no := &integrations.Error{Kind: integrations.Forbidden}
	things := []integrations.Thing{{ID: "s1"}, {ID: "s2"}}
	for _, tt := range []struct {
		name string
		c    func() (commands.Sessions, *listed)
		ok   bool
		err  error
		read []string
	}{
		{"a list", func() (commands.Sessions, *listed) { s := &listed{}; return s, s }, true, nil, []string{"list"}},
		{"a list that is refused", func() (commands.Sessions, *listed) { s := &listed{fail: no}; return s, s }, true, no, []string{"list"}},
		{"one thing", func() (commands.Sessions, *listed) {
			s := &traced{listed: listed{things: things}}
			return s, &s.listed
		}, true, nil, []string{"list", "trace s1"}},
		{"one thing that is refused", func() (commands.Sessions, *listed) {
			s := &traced{listed: listed{things: things}, failOne: no}
			return s, &s.listed
		}, true, no, []string{"list", "trace s1"}},
		{"nothing to look at", func() (commands.Sessions, *listed) { s := &traced{failOne: no}; return s, &s.listed }, false, nil, []string{"list"}},
		{"a costly list", func() (commands.Sessions, *listed) { s := &gentle{}; return s, &s.listed }, true, nil, []string{"gently"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			system, of := tt.c()
			ok, err := commands.KillSession(system).TryLook(t.Context())
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.err, err)
			assert.Equal(t, tt.read, of.read)
			if of.use != "" {
				assert.Equal(t, integrations.Browse, of.use, "no call rests on it")
			}
		})
	}
}
