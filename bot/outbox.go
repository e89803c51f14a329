package bot

import (
	"strconv"
	"time"

	"quell/bot/store"
	"quell/commands/words"
)

// How long a saying stays in the outbox before it is given up: after that the news is old.
const (
	tellStop   = time.Hour      // a freeze, or its lifting
	tellPolicy = 24 * time.Hour // which policy is in force
	tellHead   = 24 * time.Hour // the record's head; a newer one takes its place
)

// sayings are one message for several channels, each once; "" is no channel. key is an
// idempotency key: the same whenever the cause of the message is judged again after a crash.
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

// stamp makes the keys of two causes of one kind differ.
func stamp(at time.Time) string { return strconv.FormatInt(at.UnixMicro(), 10) }
