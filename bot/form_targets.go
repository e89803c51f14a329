package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"quell/bot/store"
	"quell/commands"
)

// targetsTTL is how long what a form lets its reader choose from can be searched. That is as old
// then; what is chosen is judged afresh.
const targetsTTL = time.Hour

// formTargets is the stored state of a form's menu of targets: a face can show a part of many
// alone, and looks for the others in here.
type formTargets struct {
	Person commands.Person `json:"person"`
	Names  []string        `json:"names"` // those that the person may act on
	At     time.Time       `json:"at"`
}

// targetsID is under what the targets of a form are stored, beside its list.
func targetsID(form string) string { return "targets " + form }

// saveTargets keeps the targets of a form for searches. Where they cannot be kept, the form can
// still be used as it is.
func (p *picker) saveTargets(ctx context.Context, f Form) {
	if len(f.Targets) < 2 {
		return
	}
	now := p.c.Now()
	body, err := json.Marshal(formTargets{f.by, f.Targets, now})
	if err == nil {
		err = p.c.Forms.SaveForm(ctx, targetsID(f.ID), string(body), now.Add(targetsTTL))
	}
	if err != nil {
		p.c.Log.Error("the targets of a form could not be kept", "err", err)
	}
}

func (p *picker) loadTargets(ctx context.Context, form string) (k formTargets, err error) {
	body, err := p.c.Forms.Form(ctx, targetsID(form), p.c.Now())
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal([]byte(body), &k)
}

// searchTargets looks through the targets that a form's reader may act on. The one that the form
// shows comes first wherever it fits: a menu that shows a part of many must have what it holds.
func (p *picker) searchTargets(ctx context.Context, q Query) Offer {
	k, err := p.loadTargets(ctx, q.Form)
	if !p.maySearch(q, k.Person, err) {
		return Offer{}
	}
	hits := commands.SearchNames(k.Names, q.Text)
	if i := slices.Index(hits, q.Target); i > 0 {
		hits = slices.Insert(slices.Delete(hits, i, i+1), 0, q.Target)
	}
	return Offer{Targets: hits, All: len(k.Names), At: k.At}
}

// maySearch says whether what is stored for a form was read and is that of the person who
// searches.
func (p *picker) maySearch(q Query, owner commands.Person, err error) bool {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return false
	case err != nil:
		p.c.Log.Error("a form could not be read", "err", err)
		return false
	case owner != q.Person:
		p.c.Log.Warn("somebody searched another's form", "user", q.Person.User, "form", q.Form)
		return false
	}
	return true
}
