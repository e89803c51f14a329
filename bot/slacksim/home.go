package slacksim

import (
	"fmt"
	"slices"
)

// viewsPublish shows a person the app's Home tab as it is from now on (docs.slack.dev, views.publish):
// not over another one than that whose hash the app names, where it names one.
func viewsPublish(w *Workspace, a args) (object, error) {
	p, ok := w.known(a.get("user_id"))
	if !ok {
		return nil, refuse("invalid_arguments", "invalid user_id [json-pointer:/user_id]")
	}
	if w.cfg.NoHomeTab {
		return nil, refuse("not_enabled")
	}
	v := w.homes[p.ID]
	if hash := a.get("hash"); v != nil && hash != "" && hash != v.hash {
		return nil, refuse("hash_conflict")
	}
	def, err := w.readViewAs(a.json("view"), "home")
	if err != nil {
		return nil, err
	}
	if v == nil {
		v = &view{id: "V" + w.random(5)}
		v.root = v.id
		w.homes[p.ID] = v
	}
	w.define(v, def)
	return object{"view": w.viewObject(v)}, nil
}

// OpenHome opens the app's Home tab. The app hears of it each time, with the view that it published,
// if it did (docs.slack.dev, "app_home_opened").
func (c Client) OpenHome() error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, ok := c.me()
	if !ok {
		return fmt.Errorf("slacksim: %s has no client", c.person)
	}
	if c.w.cfg.NoHomeTab || !slices.Contains(c.w.cfg.Events, "app_home_opened") {
		return nil
	}
	r, _ := c.w.room(direct(p).ID)
	event := object{"type": "app_home_opened", "user": p.ID, "channel": r.ID, "tab": "home", "event_ts": c.w.ts()}
	if v := c.w.homes[p.ID]; v != nil {
		event["view"] = c.w.viewObject(v)
	}
	c.w.sendEvent(c.w.eventPayload(r, event), 0, "")
	return nil
}

// homeOf is a person's Home tab as it is drawn; nil before the first was published.
func (w *Workspace) homeOf(person string) *Modal {
	v := w.homes[person]
	if v == nil {
		return nil
	}
	return &Modal{ID: v.id, Blocks: v.blocks(), Errors: map[string]string{}, Error: v.error}
}

// homeView is the Home tab of a person, if it has that id.
func (c Client) homeView(id string) (*view, bool) {
	v := c.w.homes[c.person]
	return v, v != nil && v.id == id
}
