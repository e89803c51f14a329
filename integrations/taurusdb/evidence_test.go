package taurusdb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func began(instance, created string) string {
	return fmt.Sprintf(`{"instance_id":%q,"job_name":"Restart","status":"Running","created_time":%q}`, instance, created)
}

// dated answers by a clock that is ahead of ours.
func dated(ahead time.Duration, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", now.Add(ahead).Format(http.TimeFormat))
		_, _ = w.Write([]byte(body))
	}
}

// year answers by a clock of that year.
func year(y int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat))
		_, _ = w.Write([]byte(body))
	}
}

// undated tells no time of the vendor's.
func undated(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		_, _ = w.Write([]byte(body))
	}
}

func jobList(rows ...string) string { return `{"jobs":[` + strings.Join(rows, ",") + `]}` }

// The test's own notes of what a look may say.
var (
	mayBe   = integrations.NewNote("trace.taurusdb-job-seen", "job", "Restart", "status", "Running")
	none    = integrations.NewNote("trace.taurusdb-jobs-none")
	noneYet = integrations.NewNote("trace.taurusdb-jobs-none-at").At("at", now)
	unsure  = integrations.NewNote("trace.taurusdb-jobs-unread")
)

func several(n int) integrations.Note {
	return integrations.NewNote("trace.taurusdb-jobs-seen", "count", fmt.Sprint(n))
}

// Where the answer was lost, the instance's jobs are evidence and no more. The call was
// sent 40 s before the look, at 03:03:25.
func TestACallWhoseAnswerWasLost(t *testing.T) {
	const minute = time.Minute
	for name, c := range map[string]struct {
		list http.HandlerFunc
		note integrations.Note
	}{
		"none":                         {dated(0, jobList()), none},
		"one":                          {dated(0, jobList(began(instance, "2026-01-02T03:03:25+0000"))), mayBe},
		"within the doubt":             {dated(0, jobList(began(instance, "2026-01-02T03:03:23+0000"))), mayBe},
		"beyond it":                    {dated(0, jobList(began(instance, "2026-01-02T03:03:22+0000"))), none},
		"by a clock behind":            {dated(-minute, jobList(began(instance, "2026-01-02T03:02:25+0000"))), mayBe},
		"beyond it, by a clock behind": {dated(-minute, jobList(began(instance, "2026-01-02T03:02:22+0000"))), none},
		"by a clock ahead":             {dated(minute, jobList(began(instance, "2026-01-02T03:04:25+0000"))), mayBe},
		"the doubt goes both ways":     {dated(minute, jobList(began(instance, "2026-01-02T03:02:25+0000"))), mayBe},
		"another's":                    {dated(0, jobList(began("i-2", "2026-01-02T03:03:26+0000"))), none},
		"two":                          {dated(0, jobList(began(instance, "1767323006000"), began(instance, "2026-01-02T11:03:27+08:00"))), several(2)},
		"without a time":               {dated(0, jobList(began(instance, ""))), unsure},
		"another's, without a time":    {dated(0, jobList(began("i-2", ""))), none},
		"one, and one without a time":  {dated(0, jobList(began(instance, ""), began(instance, "2026-01-02T03:03:25+0000"))), mayBe},
		"by a clock that is not told":  {undated(jobList(began(instance, "2026-01-02T03:03:25+0000"))), mayBe},
		"none, and no clock":           {undated(jobList()), unsure},
		"by no clock":                  {year(1601, jobList(began(instance, "2026-01-02T03:03:25+0000"))), mayBe},
		"none, by no clock":            {year(9999, jobList()), unsure},
		"no list":                      {dated(0, `{}`), unsure},
		"fewer than counted":           {dated(0, `{"jobs":[],"total_count":1}`), unsure},
		"as many as counted":           {dated(0, `{"jobs":[`+began("i-2", "")+`],"total_count":"1"}`), none},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{jobsPath: c.list})
			got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-40 * time.Second)})
			require.NoError(t, err)
			require.Equal(t, integrations.Trace{Fate: integrations.Untold, Note: c.note, At: now}, got)
		})
	}
}

// A new job cannot be seen at once, so that there is none is no claim at first.
func TestAJobThatMayNotBeVisibleYet(t *testing.T) {
	for ago, note := range map[time.Duration]integrations.Note{0: noneYet, 29 * time.Second: noneYet, 30 * time.Second: none} {
		s := play(t, map[string]http.HandlerFunc{jobsPath: respond(200, jobList())})
		got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-ago)})
		require.NoError(t, err)
		require.Equal(t, note, got.Note, ago)
	}
}

// The list is asked for the jobs about the time of the call, with room for a vendor's clock.
func TestJobsAreAskedForByTheirTime(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{jobsPath: dated(0, jobList())})
	_, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-40 * time.Second)})
	require.NoError(t, err)
	require.Contains(t, s.Sent[0], "start_time=2026-01-02T02%3A03%3A25%2B0000")
	require.Contains(t, s.Sent[0], "end_time=2026-01-02T04%3A04%3A05%2B0000")
	s = play(t, map[string]http.HandlerFunc{jobsPath: dated(61*time.Minute, jobList())})
	got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-40 * time.Second)})
	require.NoError(t, err)
	require.Equal(t, unsure, got.Note, "there is no room for such a clock")
}

// A vendor that does not take the bounds is asked for the whole list.
func TestJobsWithoutBounds(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{jobsPath: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("start_time") {
			refusal(400, "DBS.280001")(w, r)
			return
		}
		respond(200, jobList(began(instance, "2026-01-02T03:03:25+0000")))(w, r)
	}})
	got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-40 * time.Second)})
	require.NoError(t, err)
	require.Equal(t, mayBe, got.Note)
	require.Len(t, s.Sent, 2)
}

// Whether the list was read or not is known.
func TestJobsThatCannotBeRead(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{jobsPath: refusal(500, "DBS.200005")})
	got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now})
	require.Equal(t, integrations.Unavailable, integrations.KindOf(err))
	require.True(t, got.Note.IsZero())
}

// The list is the project's and may be long. A job on a later page counts, and one that
// comes twice counts once.
func TestALongListOfJobs(t *testing.T) {
	row := func(i int, instance string) string {
		return fmt.Sprintf(`{"job_id":"j-%d","instance_id":%q,"job_name":"Restart","status":"Running","created_time":"2026-01-02T03:04:05+0000"}`, i, instance)
	}
	rows := func(from, n int, ours ...int) string {
		all := []string{}
		for i := from; i < from+n; i++ {
			of := "i-2"
			for _, o := range ours {
				if o == i {
					of = instance
				}
			}
			all = append(all, row(i, of))
		}
		return jobList(all...)
	}
	for name, c := range map[string]struct {
		page  func(offset int) string
		note  integrations.Note
		pages int
	}{
		"on a later page":     {func(o int) string { return rows(o, min(50, 120-o), 110) }, mayBe, 3},
		"on two":              {func(o int) string { return rows(o, min(50, 120-o), 7, 110) }, several(2), 3},
		"the same one twice":  {func(o int) string { return rows(max(0, o-1), min(50, 60-o), 49) }, mayBe, 2},
		"none":                {func(o int) string { return rows(o, min(50, 120-o)) }, none, 3},
		"just a full page":    {func(o int) string { return rows(o, min(50, 50-o)) }, none, 2},
		"without an end":      {func(o int) string { return rows(o, 50) }, unsure, 5},
		"one, without an end": {func(o int) string { return rows(o, 50, 3) }, mayBe, 5},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{jobsPath: func(w http.ResponseWriter, r *http.Request) {
				var offset int
				_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
				respond(200, c.page(offset))(w, r)
			}})
			got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-40 * time.Second)})
			require.NoError(t, err)
			require.Equal(t, c.note, got.Note)
			require.Len(t, s.Sent, c.pages)
		})
	}
}
