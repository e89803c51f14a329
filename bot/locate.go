package bot

import (
	"context"
	"encoding/json"
	"slices"

	"quell/commands"
	"quell/policy"
)

// mostLists bounds how many of the lists that were read within a minute are looked through for a
// name. The newest come first.
const mostLists = 30

// Locate finds the target of a request that names things alone, such as an address: on the lists
// that were read within a minute, and of these only on those of targets that the speaker may act
// on. Where it finds none, or several, the request stays as it is.
func (p *picker) Locate(ctx context.Context, s Speaker, r commands.Request) commands.Request {
	r.By, r.Channel, r.At = s.Person, s.Channel, p.c.Now()
	located := r
	located.Things = append([]string{r.Target}, r.Things...)
	if _, known := p.c.Systems.Target(p.meant(r.Target)); known || r.Target == "" {
		return r
	}
	if on := p.holding(ctx, located); len(on) == 1 {
		located.Target = on[0]
		return located
	}
	return r
}

// holding are the targets on whose newest list all things of a request are.
func (p *picker) holding(ctx context.Context, r commands.Request) (targets []string) {
	inForce, looked := p.c.Policy(), map[string]bool{}
	for _, k := range p.recent(ctx, r.Command) {
		if looked[k.Target] {
			continue
		}
		looked[k.Target] = true
		_, err := commands.Found(r, k.List)
		if err == nil && p.mayPick(ctx, inForce, r, k.Target) {
			targets = append(targets, k.Target)
		}
	}
	slices.Sort(targets)
	return targets
}

// recent are the forms whose lists were read for a command within a minute, the newest first.
func (p *picker) recent(ctx context.Context, command string) (all []formState) {
	now := p.c.Now()
	bodies, err := p.c.Forms.FormsUntil(ctx, now, now.Add(listTTL), mostLists)
	if err != nil {
		p.c.Log.Error("the lists of forms could not be read", "err", err)
	}
	for _, body := range bodies {
		var k formState
		if json.Unmarshal([]byte(body), &k) == nil && k.Command == command && !k.List.At.IsZero() {
			all = append(all, k)
		}
	}
	return all
}

// mayPick reports whether whoever makes a request may pick things of a target.
func (p *picker) mayPick(ctx context.Context, inForce *policy.Policy, r commands.Request, target string) bool {
	r.Target = target
	ask, why := p.ask(ctx, inForce, r)
	if why.IsZero() {
		why = policy.Unfit(ask.By, ask.Where)
	}
	return why.IsZero() && p.c.Systems.Can(target, r.Command) && admit(inForce, draft(ask)).IsZero()
}
