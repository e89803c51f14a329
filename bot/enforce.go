package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands/words"
)

// tellAfter delays the news of a policy until the policy decides: people who are told rely on
// it. Recording the policy and setting the pointer to the policy in force are only an
// assignment apart.
const tellAfter = time.Second

// announcer stores what comes into force, and has people told.
type announcer struct{ *desk }

// Enforce records that a policy is in force from now on, and has the audit channel told. A
// policy that cannot be recorded must not be put in force.
func (n *announcer) Enforce(ctx context.Context, hash, body string) error {
	if err := n.announceEarlier(ctx); err != nil {
		return err
	}
	at := n.c.Now()
	e := audit.Entry{At: at, Actor: audit.Program, Event: "policy", Detail: map[string]string{"policy": hash, "bytes": strconv.Itoa(len(body))}}
	_, err := n.c.Policies.Enforce(ctx, hash, body, e, func(before string) []store.Saying {
		return n.policyNews(hash, before, at)
	})
	return err
}

// policyNews are the sayings that a policy took the place of another.
func (n *announcer) policyNews(hash, before string, at time.Time) []store.Saying {
	m := words.New("policy.changed", words.V{"policy": digest(hash, before), "before": digest(before, hash)})
	return sayings("policy "+hash+" "+stamp(at), n.c.Now().Add(tellAfter), tellPolicy, m, n.c.Audit)
}

// announceEarlier takes over the policies that a release without an outbox did not announce.
func (n *announcer) announceEarlier(ctx context.Context) error {
	earlier, err := n.c.Policies.Unannounced(ctx)
	for _, p := range earlier {
		if err == nil {
			err = n.c.Policies.Say(ctx, n.policyNews(p.Hash, p.Before, p.At)...)
		}
		if err == nil {
			err = n.c.Policies.Announced(ctx, p)
		}
	}
	return err
}

// digest is a policy's hash for people: its beginning, or the whole hash if the other one
// begins the same.
func digest(hash, other string) words.Value {
	if words.Digest(hash).Value == words.Digest(other).Value {
		return words.Code(hash)
	}
	return words.Digest(hash)
}

// AnnounceBadPolicy has the audit channel told that the policy file cannot be used, and that
// the policy with this hash stays in force.
func (n *announcer) AnnounceBadPolicy(ctx context.Context, hash string, mistakes error) {
	n.tellAudit(ctx, "spoiled "+hash, words.New("policy.spoiled", words.V{"policy": words.Digest(hash), "mistakes": words.Text(firstLines(mistakes.Error()))}))
}

// AnnounceMendedPolicy has the audit channel told that the policy file can be used again, and that the
// policy with this hash is in force.
func (n *announcer) AnnounceMendedPolicy(ctx context.Context, hash string) {
	n.tellAudit(ctx, "mended "+hash, words.New("policy.mended", words.V{"policy": words.Digest(hash)}))
}

// tellAudit has the audit channel told how the policy file is. key names what is told.
func (n *announcer) tellAudit(ctx context.Context, key string, m words.Message) {
	if err := n.c.Policies.Say(ctx, sayings(key+" "+stamp(n.c.Now()), n.c.Now(), tellPolicy, m, n.c.Audit)...); err != nil {
		n.c.Log.Error("how the policy file is stands in the log alone", "message", m.ID, "err", err)
		return
	}
	n.c.Outbox.Wake(ctx)
}

// firstLines is as much of what is wrong as one message holds.
func firstLines(s string) string {
	const most = 1500 // bytes
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
