package bot

import (
	"context"
	"strconv"
	"strings"

	"quell/bot/audit"
	"quell/bot/words"
)

// Enforce records that a policy is in force from now on. One that cannot be recorded must
// not be put in force, and none is announced (Proclaim) before it decides.
func (b *Bot) Enforce(ctx context.Context, hash, body string) error {
	e := audit.Entry{At: b.Now(), Actor: program, Event: "policy", Detail: map[string]string{"policy": hash, "bytes": strconv.Itoa(len(body))}}
	_, err := b.Policies.Enforce(ctx, hash, body, e)
	return err
}

// Proclaim says in the audit channel which policies came into force, until each was said:
// also what an earlier process could not say any more. Whoever calls it again after an
// error may say one twice, if Slack's answer was lost.
func (b *Bot) Proclaim(ctx context.Context) error {
	untold, err := b.Policies.Untold(ctx)
	for _, p := range untold {
		if b.Audit != "" {
			err = b.Screen.Announce(ctx, b.Audit, words.New("policy.changed", words.V{"policy": digest(p.Hash, p.Before), "before": digest(p.Before, p.Hash)}))
		}
		if err == nil {
			err = b.Policies.Told(ctx, p)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// digest is a policy's hash for people: its beginning, or all of it beside another one with
// the same beginning.
func digest(hash, other string) words.Value {
	if words.Digest(hash).Value == words.Digest(other).Value {
		return words.Code(hash)
	}
	return words.Digest(hash)
}

// Spoiled says in the audit channel that the policy file cannot be used and that the
// policy of that hash stays in force.
func (b *Bot) Spoiled(ctx context.Context, hash string, mistakes error) {
	b.proclaim(ctx, "", words.New("policy.spoiled", words.V{"policy": words.Digest(hash), "mistakes": words.Text(firstLines(mistakes.Error()))}))
}

// firstLines is as much of what is wrong as one message holds.
func firstLines(s string) string {
	const most = 1500 // bytes
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
