package commands_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

func warned(id string, notes ...integrations.Note) integrations.Thing {
	t := live(id, "")
	t.Warn = notes
	return t
}

func note(hint string, values ...string) (n integrations.Note) {
	n.Hint = hint
	for _, v := range values {
		n.Values = append(n.Values, integrations.Field{Name: "status", Value: v})
	}
	return n
}

// The vendor's warnings stand on the card once each, behind what the command does
// to anything.
func TestThePlanSaysWhatTheDocumentsSay(t *testing.T) {
	s := &agents{list: []integrations.Thing{
		warned("1", note("warn.a"), note("warn.b", "ABNORMAL")), warned("2", note("warn.a"), note("warn.b", "FAILED")),
	}}
	p, err := commands.DisconnectAgent(s).Plan(t.Context(), commands.Request{Command: "disconnect-agent", Target: "x", Things: []string{"1", "2"}})
	require.NoError(t, err)
	require.Equal(t, []words.Message{
		words.New("hurts.disconnect-agent", words.V{"count": words.Count(2)}), words.New("warn.a"),
		words.New("warn.b", words.V{"status": words.Code("ABNORMAL")}), words.New("warn.b", words.V{"status": words.Code("FAILED")}),
	}, p.Hurts)
	require.Equal(t, "POST 1", p.Items[0].Call)
}

// A form is for looking around, and a case is not: limits keep room for cases.
func TestWhatAReadIsFor(t *testing.T) {
	s := &agents{list: []integrations.Thing{live("1", "")}}
	c := commands.DisconnectAgent(s)
	_, err := c.List(t.Context(), "")
	require.NoError(t, err)
	p, err := c.Plan(t.Context(), commands.Request{Things: []string{"1"}})
	require.NoError(t, err)
	_, err = c.Look(t.Context(), p)
	require.NoError(t, err)
	_, _, err = c.Verify(t.Context(), p, make([]commands.KnownCall, 1))
	require.NoError(t, err)
	require.Equal(t, []integrations.Use{integrations.Browse, integrations.Browse, integrations.Check, integrations.Check}, s.uses)
}

// A task is found by its id also where the list is too long to be read, and is
// looked at by its id from then on.
func TestATaskIsFoundByItsId(t *testing.T) {
	s := &tasks{all: []integrations.Thing{live("5381", ""), live("7", "")}, listed: 1}
	c := commands.StopTask(s)
	p, err := c.Plan(t.Context(), commands.Request{Things: []string{"5381"}})
	require.NoError(t, err)
	require.Equal(t, []string{"5381"}, p.IDs())
	require.Empty(t, s.read, "it is on the list")
	p, err = c.Plan(t.Context(), commands.Request{Things: []string{"7"}})
	require.NoError(t, err)
	require.Equal(t, []string{"7"}, p.IDs())
	_, err = c.Plan(t.Context(), commands.Request{Things: []string{"8"}})
	requireMistake(t, err, told("thing-not-seen", words.V{"thing": words.Code("8")}))
	s.read = nil
	seen, err := c.Look(t.Context(), p)
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Equal(t, []string{"7"}, s.read)
}

// What stands on the list and what only its id finds are found together as each is alone.
func TestATaskOnTheListAndOneThatItsIdFinds(t *testing.T) {
	s := &tasks{all: []integrations.Thing{live("5381", ""), live("7", "")}, listed: 1}
	c := commands.StopTask(s)
	for _, typed := range [][]string{{"5381", "7"}, {"7", "5381"}, {"5381,7"}, {"5381", "７"}} {
		_, err := c.Plan(t.Context(), commands.Request{Command: "stop-task", Things: typed})
		requireMistake(t, err, commands.TooMany(2, 1))
	}
	for _, typed := range [][]string{{"5381", "8"}, {"8", "5381"}} {
		_, err := c.Plan(t.Context(), commands.Request{Command: "stop-task", Things: typed})
		requireMistake(t, err, told("thing-not-seen", words.V{"thing": words.Code("8")}))
	}
	_, err := c.Plan(t.Context(), commands.Request{Command: "stop-task", Things: []string{"7", "7"}})
	requireMistake(t, err, told("thing-twice", words.V{"thing": words.Code("7")}))
}

// agents is a system with agents.
type agents struct {
	list []integrations.Thing
	uses []integrations.Use
}

func (a *agents) Agents(ctx context.Context) (integrations.Sighting, error) {
	a.uses = append(a.uses, integrations.UseOf(ctx))
	return integrations.Sighting{Things: a.list, Complete: true, At: at}, nil
}

func (a *agents) AgentsOf(ctx context.Context, _ []string) (integrations.Sighting, error) {
	return a.Agents(ctx)
}

func (a *agents) Disconnect(context.Context, integrations.Thing) (integrations.Receipt, error) {
	return integrations.Receipt{Status: 200}, nil
}

func (a *agents) DisconnectCall(t integrations.Thing) string { return "POST " + t.ID }

// tasks is a system whose list shows only so many.
type tasks struct {
	proxies
	all    []integrations.Thing
	listed int
	read   []string
}

func (s *tasks) Tasks(context.Context) (integrations.Sighting, error) {
	return integrations.Sighting{Things: s.all[:s.listed], Complete: s.listed == len(s.all), At: at}, nil
}

func (s *tasks) TasksOf(_ context.Context, ids []string) (integrations.Sighting, error) {
	s.read = append(s.read, ids...)
	seen := integrations.Sighting{Complete: true, At: at}
	for _, t := range s.all {
		if slices.Contains(ids, t.ID) {
			seen.Things = append(seen.Things, t)
		}
	}
	seen.Complete = len(seen.Things) == len(ids)
	return seen, nil
}

func (s *tasks) Stop(context.Context, integrations.Thing) (integrations.Receipt, error) {
	return integrations.Receipt{Job: "op-1"}, nil
}

func (s *tasks) StopCall(t integrations.Thing) string { return "POST " + t.ID }

// That what was chosen is gone can only be said of a whole list.
func TestWhatIsNotOnPartOfAListIsNotCalledGone(t *testing.T) {
	c := busy()
	c.partly = true
	_, err := plan(t, c, killing("n-1/70/"+one))
	requireMistake(t, err, told("thing-not-seen", words.V{"thing": words.Code(one)}))
}
