package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// mostLists bounds how many of the lists that were read within a minute are looked through for a
// name. The newest come first.
const mostLists = 30

// Locate finds the target of a request that names things alone, such as an address: on the lists
// that were read within a minute, and of these only on those of targets that the speaker may act
// on. Where it finds none, or several, the request stays as it is, but for On. An open verdict
// says that it could not be looked for yet.
func (p *picker) Locate(ctx context.Context, s Speaker, r commands.Request) (commands.Request, Verdict) {
	r.By, r.Channel, r.At = s.Person, s.Channel, p.c.Now()
	if _, known := p.c.Systems.Target(p.meant(r.Target)); known || r.Target == "" {
		return r, Verdict{}
	}
	targets, err := p.mayPick(ctx, r)
	if errors.Is(err, people.ErrBusy) {
		return r, p.unknown(ctx, s, attempted{}, err)
	}
	located := r
	located.Things = append([]string{r.Target}, r.Things...)
	r.On = p.holding(ctx, located, targets)
	if len(r.On) == 1 {
		located.Target = r.On[0]
		return located, Verdict{}
	}
	return r, Verdict{}
}

// mayPick are the targets of which whoever makes a request may pick things.
func (p *picker) mayPick(ctx context.Context, r commands.Request) ([]string, error) {
	inForce := p.c.Policy()
	ask, err := p.ask(ctx, inForce, r)
	if err != nil || !policy.Unfit(ask.By, ask.Where).IsZero() {
		return nil, err
	}
	targets, _ := p.offer(inForce, ask)
	return targets, nil
}

// holding are those of some targets on whose newest list all things of a request are. A list is
// long: no more of them are read than are needed.
func (p *picker) holding(ctx context.Context, r commands.Request, targets []string) []string {
	on, left := []string{}, slices.Clone(targets)
	for _, h := range p.recent(ctx, targets) {
		command, target := listOf(h.Head)
		i := slices.Index(left, target)
		if command != r.Command || i < 0 {
			continue
		}
		k, err := p.loadForm(ctx, h.ID)
		if err != nil || k.Target != target || k.List.At.IsZero() { // it is being read, or is another by now
			continue
		}
		left = slices.Delete(left, i, i+1)
		if _, unfit := commands.Found(r, k.List); len(unfit) == 0 {
			on = append(on, target)
		}
	}
	slices.Sort(on)
	return on
}

// recent are the heads of the forms whose lists were read within a minute, the newest first. They
// are for some targets: for none there are none.
func (p *picker) recent(ctx context.Context, targets []string) []store.FormHead {
	if len(targets) == 0 {
		return nil
	}
	now := p.c.Now()
	heads, err := p.c.Forms.FormsUntil(ctx, now, now.Add(listTTL), mostLists)
	if err != nil {
		p.c.Log.Error("the lists of forms could not be read", "err", err)
	}
	return heads
}

// listOf says which list a stored form has (formState): of what command and target. It reads no
// more than stands before the list, of which the head of a form may be cut.
func listOf(head string) (command, target string) {
	d := json.NewDecoder(strings.NewReader(head))
	for _, err := d.Token(); err == nil && d.More(); {
		var name json.Token
		if name, err = d.Token(); err != nil || name == "list" {
			break
		}
		var value any
		err = d.Decode(&value)
		switch name {
		case "command":
			command, _ = value.(string)
		case "target":
			target, _ = value.(string)
		}
	}
	return command, target
}
