package slacksim

import "slices"

func viewsOpen(w *Workspace, a args) (object, error) {
	t, err := w.trigger(a.get("trigger_id"))
	if err != nil {
		return nil, err
	}
	v, err := w.newView(a.json("view"))
	if err != nil {
		return nil, err
	}
	t.used = true
	v.root = v.id
	w.views[t.person] = []*view{v}
	w.touch()
	return object{"view": w.viewObject(v)}, nil
}

func viewsPush(w *Workspace, a args) (object, error) {
	t, err := w.trigger(a.get("trigger_id"))
	if err != nil {
		return nil, err
	}
	stack := w.views[t.person]
	if !slices.ContainsFunc(stack, func(v *view) bool { return v.id == t.view }) {
		return nil, refuse("not_found")
	}
	v, err := w.push(t.person, a.json("view"))
	if err != nil {
		return nil, err
	}
	t.used = true
	return object{"view": w.viewObject(v)}, nil
}

func viewsUpdate(w *Workspace, a args) (object, error) {
	v := w.openView(a.get("view_id"), a.get("external_id"))
	if v == nil {
		return nil, refuse("not_found")
	}
	if a.get("hash") != "" && a.get("hash") != v.hash {
		return nil, refuse("hash_conflict")
	}
	if err := w.redefine(v, a.json("view")); err != nil {
		return nil, err
	}
	return object{"view": w.viewObject(v)}, nil
}

// newView makes a view that is not shown yet.
func (w *Workspace) newView(t jsonText) (*view, error) {
	def, err := w.readView(t)
	if err != nil {
		return nil, err
	}
	if id := str(def, "external_id"); id != "" && w.openView("", id) != nil {
		return nil, refuse("duplicate_external_id")
	}
	v := &view{id: "V" + w.random(5)}
	w.define(v, def)
	return v, nil
}

// push lays a view on top of a person's stack.
func (w *Workspace) push(person string, t jsonText) (*view, error) {
	stack := w.views[person]
	if len(stack) >= mostViews {
		return nil, refuse("push_limit_reached")
	}
	v, err := w.newView(t)
	if err != nil {
		return nil, err
	}
	top := stack[len(stack)-1]
	v.root, v.previous = top.root, top.id
	w.views[person] = append(stack, v)
	w.touch()
	return v, nil
}

// openView finds an open view by the id Slack gave it or the one the app did.
func (w *Workspace) openView(id, external string) *view {
	for _, stack := range w.views {
		for _, v := range stack {
			if id != "" && v.id == id || external != "" && str(v.def, "external_id") == external {
				return v
			}
		}
	}
	return nil
}
