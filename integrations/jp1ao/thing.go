package jp1ao

import (
	"strconv"
	"strings"
	"time"

	"quell/integrations"
)

// thing is the task as people know it; not ok if its number could not stand in a
// call.
func (t task) thing(server string, now time.Time) (integrations.Thing, bool) {
	id := string(t.ID)
	if !digits.MatchString(id) {
		return integrations.Thing{}, false
	}
	out := integrations.Thing{
		ID: server + "/" + id, Name: id,
		Identity: []integrations.Field{{Name: "task", Value: id}, {Name: "start", Value: string(t.Start)}},
		Called:   t.Name.String(),
		Traits:   t.traits(),
		Warn:     t.warnings(),
		Leaving:  stageOf(t.Status) == leaving,
	}
	if name := t.Name.String(); name != "" && !strings.Contains(name, " ") && !digits.MatchString(name) {
		out.Aliases = []string{name}
	}
	if stageOf(t.Status) == asleep {
		out.Bar = integrations.NewNote("bar.jp1ao-not-running", "status", string(t.Status))
	}
	out.Facts = integrations.Filled([]integrations.Field{
		{Name: "name", Value: t.Name.String()},
		{Name: "status", Value: string(t.Status)},
		{Name: "runs", Value: t.age(now), Unit: "s"},
		{Name: "service", Value: string(t.Service)},
		{Name: "group", Value: string(t.ServiceGroup)},
		{Name: "submitter", Value: t.Submitter.String()},
		{Name: "schedule", Value: string(t.Schedule)},
		{Name: "debug", Value: map[bool]string{true: "debug"}[t.State == "debug"]},
		{Name: "notes", Value: strings.Join(strings.Fields(string(t.Notes)), " ")},
	}...)
	return out, true
}

// traits are those of a task (2.7.2). It has no address.
func (t task) traits() integrations.Traits {
	return integrations.Traits{
		Read:     true,
		Names:    integrations.Each(t.Name).Or(integrations.Some(integrations.Say(string(t.ID)))),
		Users:    integrations.Each(t.Submitter),
		MaybeOwn: integrations.Each(t.Submitter).Unknown,
	}
}

// warnings are the manual's own, what follows from a schedule, and what the server says of
// itself.
func (t task) warnings() []integrations.Note {
	all := []integrations.Note{{Hint: "warn.jp1ao-no-resume"}, {Hint: "warn.jp1ao-may-complete"}}
	if t.Schedule == "recurrence" {
		all = append(all, integrations.Note{Hint: "warn.jp1ao-next-run"})
	}
	if t.warning != "" {
		all = append(all, integrations.NewNote("warn.jp1ao-server", "text", t.warning))
	}
	return all
}

// age is in seconds; "" if the task has not begun or its time cannot be read.
func (t task) age(now time.Time) string {
	at, ok := asTime(t.Start)
	if !ok || at.After(now) {
		return ""
	}
	return strconv.Itoa(int(now.Sub(at) / time.Second))
}

// asTime reads a moment in the forms that the server may use.
func asTime(said text) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05.999999999-0700"} {
		if at, err := time.Parse(form, string(said)); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
