package integrations_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/integrations"
)

// An age in whole seconds flickers, and a look takes its time. What began later than that is
// another thing.
func TestWhatBeganLaterIsAnotherThing(t *testing.T) {
	began := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	since := func(t time.Time) integrations.Thing { return integrations.Thing{ID: "1", Since: t} }
	for name, c := range map[string]struct {
		now, before time.Time
		want        bool
	}{
		"the same":               {began, began, false},
		"rounded":                {began.Add(2 * time.Second), began, false},
		"rounded the other way":  {began.Add(-2 * time.Second), began, false},
		"later":                  {began.Add(4 * time.Second), began, true},
		"earlier":                {began.Add(-time.Hour), began, false},
		"an older plan":          {began, time.Time{}, false},
		"the vendor says no age": {time.Time{}, began, false},
	} {
		assert.Equal(t, c.want, since(c.now).BeganAfter(since(c.before)), name)
	}
}
