package jp1ao_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/sim"
)

// A task that hangs is older than hundreds that have ended since. It is listed whatever the
// server calls a status, and whether or not it takes a filter.
func TestATaskThatHangsBehindManyThatEnded(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*sim.JP1AOConfig){
		"as the manuals name a status": func(*sim.JP1AOConfig) {},
		"in other words": func(c *sim.JP1AOConfig) {
			c.Spelt = func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "_")) }
		},
		"without filters": func(c *sim.JP1AOConfig) { c.NoFilter = true },
		"in words that end last": func(c *sim.JP1AOConfig) {
			c.NoFilter, c.Spelt = true, func(s string) string { return strings.NewReplacer("Completed", "completed").Replace(s) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := sim.Nightly()
			change(&cfg)
			vendor, c, _ := meet(t, cfg)
			vendor.Archive(700)
			seen, err := c.List(t.Context(), "")
			require.NoError(t, err)
			assert.ElementsMatch(t, []string{"5381", "5384", "5385", "5386", "5387"}, namesOf(seen))
			assert.False(t, seen.Complete, "the rest of the list was not read")
		})
	}
}

// No maximum of a page is documented, and neither is whether a list says how many pages or tasks
// it has. A task that hangs is listed all the same, and a page that is short ends no list.
func TestATaskThatHangsBehindPagesThatAreShort(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*sim.JP1AOConfig){
		"with pages":              func(c *sim.JP1AOConfig) { c.PageMost = 50 },
		"with a count":            func(c *sim.JP1AOConfig) { c.PageMost, c.NoPages = 50, true },
		"full, and with nothing":  func(c *sim.JP1AOConfig) { c.NoPages, c.NoCount = true, true },
		"short, and with nothing": func(c *sim.JP1AOConfig) { c.PageMost, c.NoPages, c.NoCount = 50, true, true },
		"without filters":         func(c *sim.JP1AOConfig) { c.PageMost, c.NoPages, c.NoCount, c.NoFilter = 50, true, true, true },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := sim.Nightly()
			change(&cfg)
			vendor, c, _ := meet(t, cfg)
			vendor.Archive(700)
			seen, err := c.List(t.Context(), "")
			require.NoError(t, err)
			assert.ElementsMatch(t, []string{"5381", "5384", "5385", "5386", "5387"}, namesOf(seen))
			assert.False(t, seen.Complete, "the rest of the list was not read")
		})
	}
}

// What can be stopped may itself be more than one page, of a server that does not say so.
func TestManyThatRunOnPagesThatAreShort(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*sim.JP1AOConfig){
		"with a count": func(c *sim.JP1AOConfig) { c.NoPages = true },
		"with nothing": func(c *sim.JP1AOConfig) { c.NoPages, c.NoCount = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := sim.Nightly()
			cfg.PageMost = 2
			change(&cfg)
			vendor, c, _ := meet(t, cfg)
			vendor.Archive(700)
			seen, err := c.List(t.Context(), "")
			require.NoError(t, err)
			assert.ElementsMatch(t, []string{"5381", "5384", "5385", "5386", "5387"}, namesOf(seen))
		})
	}
}

// Tasks of schedules wait by the hundred, have not ended and cannot be stopped: one that hangs
// behind them is found by its status.
func TestATaskThatHangsBehindManyThatWait(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"Waiting", "Suspended"} {
		cfg := sim.Nightly()
		for i := range 699 {
			cfg.Tasks = append(cfg.Tasks, sim.Task{ID: 6000 + i, Name: "later", Status: status, Age: time.Second})
		}
		_, c, _ := meet(t, cfg)
		seen, err := c.List(t.Context(), "")
		require.NoError(t, err)
		assert.Contains(t, namesOf(seen), "5381", status)
		assert.False(t, seen.Complete)
		assert.Positive(t, seen.Unread)
	}
}

// Whatever a server answers to a query that it may not know, the list that it gave stands.
func TestAQueryThatIsNotTakenBlindsNoList(t *testing.T) {
	t.Parallel()
	for _, asks := range []string{"filter", "sortBy=status"} {
		for _, says := range []http.HandlerFunc{
			respond(400, "<html>"), respond(404, "<html>"), respond(412, `{"messageID":"KNAE09999-E"}`), respond(500, "<html>"), respond(405, ""),
		} {
			s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.RawQuery, asks) || asks != "filter" && strings.Contains(r.URL.RawQuery, "filter") {
					says(w, r)
					return
				}
				respond(200, `{"data":[`+row(5381, "In Progress")+`],"count":1000}`)(w, r)
			}})
			seen, err := s.client(t, nil).Tasks(t.Context())
			require.NoError(t, err, asks)
			assert.Len(t, seen.Things, 1)
			assert.False(t, seen.Complete)
		}
	}
}

// A list that says nothing of its end is read on to a page that has nothing new, and such a
// page may be one that the vendor does not know.
func TestAListThatEndsWhereThereIsNoPage(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404} {
		s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") != "1" {
				refusal(status, "no such page")(w, r)
				return
			}
			respond(200, `{"data":[`+row(5381, "In Progress")+`]}`)(w, r)
		}})
		seen, err := s.client(t, nil).Tasks(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"5381"}, namesOf(seen))
		assert.False(t, seen.Complete, "nothing says where the list ends")
	}
}

func namesOf(seen integrations.Sighting) (names []string) {
	for _, t := range seen.Things {
		names = append(names, t.Name)
	}
	return names
}

// What was not read is counted, and may be anything.
func TestHowMuchOfAListWasNotRead(t *testing.T) {
	t.Parallel()
	vendor, c, _ := meet(t, sim.Nightly())
	vendor.Archive(700)
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, 706-500-3, seen.Unread, "three of the older ones run")
	vendor, c, _ = meet(t, sim.Nightly())
	seen, err = c.List(t.Context(), "")
	require.NoError(t, err)
	assert.True(t, seen.Complete)
	assert.Zero(t, seen.Unread)
	requests := len(vendor.Calls())
	assert.Equal(t, 1, requests, "a short list is read at once")
}

// What was read of a task that was typed is said: that it has ended, or that the vendor gives
// no task of that number to our user. Nobody says that it is gone.
func TestATypedNumberThatIsNotOnTheList(t *testing.T) {
	t.Parallel()
	for _, archived := range []int{0, 700} {
		cfg := sim.Nightly()
		cfg.Hidden = []string{"Infrastructure"}
		vendor, c, _ := meet(t, cfg)
		vendor.Archive(archived)
		for task, says := range map[string]string{"5379": "trace.jp1ao-over-at", "5384": "trace.jp1ao-not-given", "9999": "trace.jp1ao-not-given"} {
			_, err := c.Plan(t.Context(), asking(task))
			mistake, ok := errors.AsType[*commands.Mistake](err)
			require.True(t, ok, err)
			require.Equal(t, "mistake.thing-told", mistake.Message.ID)
			assert.Equal(t, says, mistake.Message.Values["why"].Inner.ID, task)
		}
		_, err := c.Plan(t.Context(), asking("add-vm"))
		mistake, ok := errors.AsType[*commands.Mistake](err)
		require.True(t, ok, err)
		assert.Equal(t, map[int]string{0: "mistake.thing-limited", 700: "mistake.thing-not-seen"}[archived], mistake.Message.ID)
	}
}

// The server may give no time of the end, or one that nobody can read. One that can be read is told
// as each reader's clock has it.
func TestWhatIsSaidOfAnEndedTask(t *testing.T) {
	t.Parallel()
	ended := time.Date(2026, 1, 2, 2, 30, 0, 0, time.UTC)
	for end, want := range map[string]integrations.Note{
		`null`: integrations.NewNote("trace.jp1ao-over", "status", "Failed"), `""`: integrations.NewNote("trace.jp1ao-over", "status", "Failed"),
		`"2026-01-02T11:30:00+09:00"`:    integrations.NewNote("trace.jp1ao-over-at", "status", "Failed").At("at", ended),
		`"2026-01-02T11:30:00.000+0900"`: integrations.NewNote("trace.jp1ao-over-at", "status", "Failed").At("at", ended),
		`"yesterday"`:                    integrations.NewNote("trace.jp1ao-over-at", "status", "Failed", "at", "yesterday"),
	} {
		s := play(t, map[string]http.HandlerFunc{taskPath: respond(200, `{"instanceID":5381,"status":"Failed","completionTime":`+end+`}`)})
		seen, err := s.client(t, nil).TasksOf(t.Context(), []string{"5381"})
		require.NoError(t, err)
		require.True(t, seen.Complete)
		require.Empty(t, seen.Things)
		require.Equal(t, want, seen.Told[0].Note)
	}
}
