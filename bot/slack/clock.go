package slack

import (
	"fmt"
	"time"
)

// nearby is how far apart two moments of one day (UTC) are at most for the second to go
// without a day. Slack tells no app the zones of those who will read a message, and who reads
// "23:50" a few hours before or after takes it for the right one wherever they are. Past it a
// time has its day.
const nearby = 6 * time.Hour

// near says that people who know the first moment need no day to read the second.
func near(known, t time.Time) bool {
	return known.UTC().Truncate(24*time.Hour).Equal(t.UTC().Truncate(24*time.Hour)) && t.Sub(known).Abs() < nearby
}

// inUTC is a time where Slack draws none for the reader's zone, with its day if it needs one.
func inUTC(known, t time.Time) string { return day(known, t) + t.UTC().Format("15:04:05 UTC") }

// day is the day of a time, if it needs one.
func day(known, t time.Time) string {
	if near(known, t) {
		return ""
	}
	return t.UTC().Format("2006-01-02 ")
}

// dateToken has each reader's Slack draw a time in the reader's own zone, and its day, if it
// needs one, as that zone has it: "today" and "yesterday" while it is (docs.slack.dev,
// "Formatting message text", "Date formatting").
func dateToken(known, t time.Time) string {
	pattern := "{time_secs}"
	if !near(known, t) {
		pattern = "{date_short_pretty} " + pattern
	}
	return fmt.Sprintf("<!date^%d^%s|%s>", t.Unix(), pattern, inUTC(known, t))
}
