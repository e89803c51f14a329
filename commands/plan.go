package commands

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"quell/commands/words"
	"quell/integrations"
)

// Plan is a request with its things looked up live.
type Plan struct {
	Items []Item `json:"items"`
	Place string `json:"place,omitempty"`
	// Looked is when the look began from which the plan was made.
	Looked time.Time `json:"looked"`
	// Seen counts everything the look saw, so that people can tell one of eight
	// from one of one.
	Seen int `json:"seen"`
	// Hurts is the damage that an approver must know of before saying yes.
	Hurts []words.Message `json:"hurts,omitempty"`
	// Fingerprint is the hash of what would be done to what. It is in the card's
	// buttons, and its beginning stands on the card (words.Digest).
	Fingerprint string `json:"fingerprint"`
}

// Item is one vendor call of a plan.
type Item struct {
	Thing integrations.Thing `json:"thing"`
	// Call is the request that would be sent, for people, without secrets.
	Call string `json:"call,omitempty"`
	// Found is how the thing was found; zero where that was by its exact id.
	Found Finding `json:"found,omitzero"`
}

// Matchable says that a policy's protection can be matched on every thing of the plan. A
// plan that was stored before things had traits holds only what was shown of them, cut.
func (p Plan) Matchable() bool {
	return !slices.ContainsFunc(p.Items, func(it Item) bool { return !it.Thing.Traits.Read })
}

// IDs are the vendor ids of the plan's things, in order.
func (p Plan) IDs() []string {
	ids := make([]string, len(p.Items))
	for i, it := range p.Items {
		ids[i] = it.Thing.ID
	}
	return ids
}

// fingerprint is the SHA-256 of the command, its target and each thing's identity. Items
// are sorted first: the order in which somebody typed them means nothing. A plan that an
// earlier version stored keeps the shorter one that it was given (50 bits).
func fingerprint(r Request, items []Item) string {
	lines := make([]string, len(items))
	for i, it := range items {
		lines[i] = it.Thing.ID
		for _, f := range it.Thing.Identity {
			lines[i] += "\x1f" + f.Name + "=" + f.Value
		}
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(r.Command + "\x1e" + r.Target + "\x1e" + strings.Join(lines, "\x1e")))
	return hex.EncodeToString(sum[:])
}
