package jp1ao_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/sim"
)

const (
	forcibly = "0007 2026/01/02 03:04:05:000 JP1AO 00000001 00000002 KNAE03005-I Task execution was forcibly stopped."
	sentence = "Task execution was forcibly stopped."
)

// says is the note of a log that tells of a stop.
func says(line string) integrations.Note {
	return integrations.NewNote("trace.jp1ao-stopped", "status", "Failed", "line", line)
}

func saysNothing() integrations.Note {
	return integrations.NewNote("trace.jp1ao-ended", "status", "Failed")
}

func unread() integrations.Note {
	return integrations.NewNote("trace.jp1ao-log-unread", "status", "Failed")
}

// ended is the trace of a task that has failed, with its log behind a route.
func ended(ctx context.Context, t *testing.T, log http.HandlerFunc) (integrations.Trace, *vendorServer) {
	t.Helper()
	s := play(t, map[string]http.HandlerFunc{taskPath: respond(200, row(5381, "Failed")), logPath: log})
	trace, err := s.client(t, nil).Trace(ctx, thing(), integrations.Receipt{})
	require.NoError(t, err)
	require.Equal(t, integrations.Over, trace.Fate, "the status says so, whatever the log does")
	return trace, s
}

// The log is a courtesy, and what is in it is the vendor's.
func TestTheLogOfATaskThatEnded(t *testing.T) {
	t.Parallel()
	lines := strings.Repeat(strings.Repeat("x", 1023)+"\n", 600) // more than one piece
	for name, c := range map[string]struct {
		log   string
		note  integrations.Note
		reads int
	}{
		"in the middle":        {"started\n" + forcibly + "\nended\n", says(sentence), 2},
		"without a line's end": {"started\n10:00 KNAE03005-I 0010 タスクの実行を強制停止しました。", says("タスクの実行を強制停止しました。"), 2},
		"as Windows ends it":   {"started\r\n" + forcibly + "\r\nended\r\n", says(sentence), 2},
		"a stop that waits":    {"started\nKNAE03005-I Task execution was stopped.\n", says("Task execution was stopped."), 2},
		"as version 10 has it": {"started\nKNAE03005-I The task was forcibly stopped.\n", says("The task was forcibly stopped."), 2},
		"the newest":           {"9:00 KNAE03004-I Task execution was stopped.\nretried\n" + forcibly + "\n", says(sentence), 2},
		"at a long end":        {lines + forcibly + "\n", says(sentence), 3},
		"and a long end":       {forcibly + "\n" + lines, says(sentence), 3},
		"nothing of a stop":    {"started\nended\n", saysNothing(), 3},
		"nothing, and long":    {lines + "ended\n", saysNothing(), 4},
		"nothing at all":       {"", unread(), 1},
		"a line too long":      {"started\n" + strings.Repeat("x", 600<<10) + "\n" + forcibly + "\n", unread(), 3},
		"only such a line":     {strings.Repeat("x", 600<<10) + "\n" + forcibly + "\n", unread(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			trace, s := ended(t.Context(), t, logged(c.log))
			assert.Equal(t, c.note, trace.Note)
			assert.Len(t, s.Sent, 1+c.reads)
		})
	}
}

// What a step prints is no message of the vendor's, and is shown to nobody.
func TestWhatAStepPrintsIsNoStop(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"9:00 step 2 says: please do not force stop this",
		"out> token=SECRET123 force stop",
		"out> token=SECRET123 強制停止",
		"KNAE03005-I token=SECRET123 強制停止",
		"KNAE03005-I 強制停止 token=SECRET123",
		"the next line tells whether Task execution was stopped.",
		"Task execution was forcibly stopped.",
		forcibly + " token=SECRET123",
		"KNAE03005-I token=SECRET123 Task execution was forcibly stopped.",
	} {
		trace, _ := ended(t.Context(), t, logged("started\n"+line+"\nended\n"))
		assert.Equal(t, saysNothing(), trace.Note, line)
	}
	trace, _ := ended(t.Context(), t, logged("token=SECRET123 "+forcibly+"\n"))
	assert.Equal(t, says(sentence), trace.Note, "the rest of the line is not shown")
}

// filed is a log whose letters beyond ASCII have some bytes in its file, and three in an
// answer.
func filed(log string, bytes int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offset, errOffset := strconv.Atoi(r.URL.Query().Get("offset"))
		size, errSize := strconv.Atoi(r.URL.Query().Get("readSize"))
		if errOffset != nil || errSize != nil {
			refusal(404, "no")(w, r)
			return
		}
		at, end, from, to := 0, 0, len(log), len(log)
		for i, letter := range log {
			switch {
			case at < offset:
			case from == len(log):
				from, end, to = i, at+size, i
			}
			if at += 1; letter > 127 {
				at += bytes - 1
			}
			if letter == '\n' && from < len(log) && at <= end {
				to = i + 1
			}
		}
		respond(200, log[from:to])(w, r)
	}
}

// A log's file may be in another encoding than the answer, and offsets count the file's
// bytes: no line is passed over, and what was not surely read is not called silent.
func TestALogInAnotherEncoding(t *testing.T) {
	t.Parallel()
	lines := strings.Repeat(strings.Repeat("x", 500)+strings.Repeat("あ", 500)+"\n", 420)
	long := strings.Repeat("x", 600<<10) + "\n" + forcibly + "\n"
	for _, bytes := range []int{1, 2, 3} {
		for name, c := range map[string]struct {
			log  string
			note integrations.Note
		}{
			"at a long end":     {lines + forcibly + "\nx\n", says(sentence)},
			"and a long end":    {forcibly + "\n" + lines, says(sentence)},
			"a short one":       {"開始\nended\n", saysNothing()},
			"a line too long":   {"開始\n" + long, unread()},
			"after many others": {lines + long, unread()},
		} {
			trace, _ := ended(t.Context(), t, filed(c.log, bytes))
			assert.Equal(t, c.note, trace.Note, "%s, %d bytes a letter", name, bytes)
		}
	}
}

// An answer that is no UTF-8 cannot be read: what it does not say is not known.
func TestALogThatIsNoUTF8(t *testing.T) {
	t.Parallel()
	trace, _ := ended(t.Context(), t, logged("started\nKNAE03005-I \x8b\xad\x90\xa7\x92\xe2\x8e~\n"))
	assert.Equal(t, unread(), trace.Note)
}

// A log that cannot be read says nothing, which is not that it has nothing to say.
func TestALogThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"refused": refusal(404, "no"), "not available": refusal(412, "no"), "broken": respond(500, ""), "a proxy's": respond(502, "<html>"),
	} {
		t.Run(name, func(t *testing.T) {
			trace, _ := ended(t.Context(), t, answer)
			assert.Equal(t, unread(), trace.Note)
		})
	}
}

// What breaks off is not read to its end, and what was read of it still counts.
func TestALogThatBreaksOff(t *testing.T) {
	t.Parallel()
	for beginning, note := range map[string]integrations.Note{"started\n": unread(), forcibly + "\n": says(sentence)} {
		for _, breaks := range []int{2, 3} {
			reads := 0
			trace, _ := ended(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
				if reads++; reads >= breaks {
					refusal(412, "no")(w, r)
					return
				}
				logged(beginning)(w, r)
			})
			assert.Equal(t, note, trace.Note, breaks)
		}
	}
}

// A log without an end is read for a while only.
func TestALogWithoutAnEnd(t *testing.T) {
	t.Parallel()
	trace, s := ended(t.Context(), t, respond(200, strings.Repeat("x\n", 10)))
	assert.Equal(t, unread(), trace.Note)
	assert.Len(t, s.Sent, 1+24)
}

// A log that is slow takes the time of the look, and no more.
func TestALogThatTakesTooLong(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	trace, s := ended(ctx, t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("offset") != "0" {
			cancel()
			<-r.Context().Done()
			return
		}
		respond(200, "started\n")(w, r)
	})
	assert.Equal(t, unread(), trace.Note)
	assert.Len(t, s.Sent, 1+2, "nothing is asked after it")
}

// A log of the vendor's default limit, 10,240 KB, is read to its end.
func TestALogOfTheDefaultSize(t *testing.T) {
	t.Parallel()
	lines := make([]string, 2560)
	for i := range lines {
		lines[i] = strings.Repeat("x", 4<<10-1)
	}
	cfg := sim.Nightly()
	cfg.Tasks = append(cfg.Tasks, sim.Task{ID: 5390, Name: "report", Log: lines})
	_, stop, clock := meet(t, cfg)
	sights := ends(t, stop, clock, "5390")
	require.Equal(t, commands.Gone, sights[1].Seen)
	require.Equal(t, "trace.jp1ao-stopped", sights[1].Note.ID)
}

// One that ends by itself has a log without a stop.
func TestATaskThatEndsByItself(t *testing.T) {
	t.Parallel()
	for fault, note := range map[sim.Fault]string{sim.Healthy: "trace.jp1ao-ended", sim.Down: "trace.jp1ao-log-unread"} {
		vendor, stop, _ := meet(t, sim.Nightly())
		p, err := stop.Plan(t.Context(), asking("5384"))
		require.NoError(t, err)
		vendor.FailNext(sim.ForceStop, sim.Ignore)
		_, err = stop.Act(t.Context(), p.Items[0])
		require.NoError(t, err)
		require.True(t, vendor.Leave("5384"))
		vendor.FailNext(sim.TaskLogs, fault, fault) // a read is tried twice
		seen, _, err := stop.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true}})
		require.NoError(t, err)
		require.Equal(t, note, seen[0].Note.ID)
	}
}

// A server may keep its logs in Shift JIS and give them as UTF-8.
func TestALogInShiftJIS(t *testing.T) {
	t.Parallel()
	cfg := sim.Nightly()
	cfg.ShiftJIS = true
	lines := slices.Repeat([]string{strings.Repeat("x", 500) + strings.Repeat("あ", 500)}, 420)
	cfg.Tasks = append(cfg.Tasks, sim.Task{ID: 5390, Name: "report", Log: lines})
	_, stop, clock := meet(t, cfg)
	sights := ends(t, stop, clock, "5390")
	require.Equal(t, commands.Gone, sights[1].Seen)
	require.Equal(t, "trace.jp1ao-stopped", sights[1].Note.ID)
}
