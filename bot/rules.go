package bot

import (
	"context"
	"strconv"
	"strings"

	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/words"
)

// Enforce records that a policy is in force from now on. One that cannot be recorded must
// not be put in force, and none is announced (Proclaim) before it decides.
func (b *Bot) Enforce(ctx context.Context, hash, body string) error {
	e := audit.Entry{At: b.Now(), Actor: audit.Program, Event: "policy", Detail: map[string]string{"policy": hash, "bytes": strconv.Itoa(len(body))}}
	_, err := b.Policies.Enforce(ctx, hash, body, e, nil)
	return err
}

// Proclaim says in the audit channel which policies came into force, also what an earlier
// process could not say any more. After an error it is to be called again, by one at a
// time: what was said is not said again, unless Slack's answer to it was lost.
func (b *Bot) Proclaim(ctx context.Context) error {
	untold, err := b.Policies.Untold(ctx)
	if err != nil {
		return err
	}
	for _, p := range untold {
		if err := b.announce(ctx, p); err != nil {
			return err
		}
		if err := b.Policies.Told(context.WithoutCancel(ctx), p); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bot) announce(ctx context.Context, p store.Succession) error {
	if b.Audit == "" || p == b.announced {
		return nil
	}
	err := b.Announcer.Announce(ctx, b.Audit, words.New("policy.changed", words.V{"policy": digest(p.Hash, p.Before), "before": digest(p.Before, p.Hash)}))
	if err == nil {
		b.announced = p
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
