package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/people"
	"quell/commands"
	"quell/policy"
)

// crowd answers about nobody before it was asked about everybody.
type crowd struct {
	asked sync.WaitGroup
	fails string // who cannot be looked up
}

func (c *crowd) Subject(ctx context.Context, _ people.NamedGroups, who commands.Person) (policy.Subject, error) {
	c.asked.Done()
	all := make(chan struct{})
	go func() { c.asked.Wait(); close(all) }()
	select {
	case <-all:
	case <-ctx.Done():
		return policy.Subject{}, ctx.Err()
	}
	if who.User == c.fails {
		return policy.Subject{}, errors.New("slack is down")
	}
	return policy.Subject{Person: who, Standing: policy.Member}, nil
}

func (c *crowd) LookUp(context.Context, people.NamedGroups, commands.Request, policy.Target) (policy.Ask, error) {
	return policy.Ask{}, nil
}

func (c *crowd) LookUpForCall(context.Context, people.NamedGroups, commands.Request, policy.Target) (policy.Ask, error) {
	return policy.Ask{}, nil
}

func (c *crowd) Rings(context.Context, people.Bindings, policy.Decision, policy.Ask) []approval.Ring {
	return nil
}

func (c *crowd) TooFew(context.Context, people.Voters, policy.Decision, policy.Ask) (people.Reach, bool) {
	return people.Reach{}, false
}

func TestVotersAreLookedUpAtOnceAndInOrder(t *testing.T) {
	votes := []approval.Vote{{By: commands.Person{User: "U0BEN"}}, {By: commands.Person{User: "U0CAT"}}, {By: commands.Person{User: "U0DAN"}}}
	for _, fails := range []string{"", "U0CAT"} {
		c := &crowd{fails: fails}
		c.asked.Add(len(votes))
		eng := New(Config{People: c, Now: time.Now})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		who, err := eng.voters(ctx, nil, votes)
		cancel()
		if fails != "" {
			require.ErrorContains(t, err, "slack is down")
			continue
		}
		require.NoError(t, err)
		for i, v := range votes {
			require.Equal(t, v.By, who[i].Person)
		}
	}
}

// A look-up that may succeed later is waited for. Nothing waits for what never comes.
func TestWhichLookUpsAreWaitedFor(t *testing.T) {
	eng := New(Config{Now: time.Now})
	require.IsType(t, approval.Postponed{}, eng.lookUpFailed(errors.New("slack is down")))
	e := eng.lookUpFailed(fmt.Errorf("usergroups.list: %w", people.ErrNoGroups))
	ended, ok := e.(approval.EndedBeforeCall)
	require.True(t, ok)
	require.Equal(t, approval.Refused, ended.State)
	require.Equal(t, "refused.no-groups", ended.Why.ID)
}
