package bot

import (
	"context"
	"strconv"

	"quell/bot/audit"
	"quell/bot/words"
)

// Enforce records that a policy is in force from now on, and returns the hash of the one
// before: "" for none, the same one where nothing changes. A policy that cannot be
// recorded must not be put in force, and none is announced (Superseded) before it
// decides.
func (b *Bot) Enforce(ctx context.Context, hash, body string) (before string, err error) {
	e := audit.Entry{At: b.Now(), Actor: program, Event: "policy", Detail: map[string]string{"policy": hash, "bytes": strconv.Itoa(len(body))}}
	return b.Store.Enforce(ctx, hash, body, e)
}

// Superseded says in the audit channel that another policy is in force.
func (b *Bot) Superseded(ctx context.Context, before, hash string) {
	if before != "" && before != hash {
		b.proclaim(ctx, "", words.New("policy.changed", words.V{"policy": words.Digest(hash), "before": words.Digest(before)}))
	}
}

// Spoiled says in the audit channel that the policy file cannot be used and that the
// policy from before stays in force.
func (b *Bot) Spoiled(ctx context.Context, mistakes error) {
	b.proclaim(ctx, "", words.New("policy.spoiled", words.V{"policy": words.Digest(b.Policy().Hash()), "mistakes": words.Text(firstLines(mistakes.Error()))}))
}

// firstLines is as much of what is wrong as one message holds.
func firstLines(s string) string {
	const most = 1500 // bytes
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
