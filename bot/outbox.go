package bot

import (
	"strconv"
	"time"

	"quell/bot/store"
	"quell/commands/words"
)

// How long something is worth saying: after that people would be told of what is no more.
const (
	tellStop   = time.Hour      // a freeze, or its lifting
	tellPolicy = 24 * time.Hour // which policy is in force
	tellHead   = 24 * time.Hour // the record's head; a newer one takes its place
)

// sayings is what must be said in some channels: each of them once, and none for "". The
// key is the cause's own, the same whenever the cause is judged again after a crash.
func sayings(key string, at time.Time, within time.Duration, m words.Message, channels ...string) (all []store.Saying) {
	told := map[string]bool{"": true}
	for _, c := range channels {
		if told[c] {
			continue
		}
		told[c] = true
		all = append(all, store.Saying{Key: key + " " + c, Place: c, Message: m, NotBefore: at, Until: at.Add(within)})
	}
	return all
}

// stamp tells two causes of one kind apart.
func stamp(at time.Time) string { return strconv.FormatInt(at.UnixMicro(), 10) }
