package slacksim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// systems answers a menu with those of 500 that hold what is typed, 100 at most.
func systems(payload object) any {
	if payload["type"] != "block_suggestion" {
		return nil
	}
	typed, _ := payload["value"].(string)
	var found []object
	for i := range 500 {
		if name := fmt.Sprintf("cache-app-%03d", i); strings.Contains(name, typed) {
			found = append(found, option(name))
		}
	}
	label := fmt.Sprintf("The first %d of %d systems", min(len(found), 100), len(found))
	return object{"option_groups": []object{{"label": plain(label), "options": found[:min(len(found), 100)]}}}
}

// TestAMenuOfMoreThanItCanHold chooses one of 500 systems by a search in the page; until then the
// menu holds the one that the app put there, which no search has found.
func TestAMenuOfMoreThanItCanHold(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	heard := s.connect().answering(systems)
	b := s.browse(1400, 900)
	view := b.openForm(heard)
	many := object{"type": "external_select", "action_id": "target", "min_query_length": 0, "initial_option": option("cache-prod"), "placeholder": plain("Search 500 systems")}
	f := picking("214 sessions.")
	f["blocks"].([]object)[0]["element"] = many
	b.redraw(view, f)
	b.holds(targetMenu, "cache-prod")
	b.click(targetMenu)
	b.reads("#modal .popup:not([hidden])", "The first 100 of 500 systems", "cache-app-000")
	b.shot("1-first")
	b.keys("p-49")
	b.searched()
	b.reads("#modal .popup:not([hidden])", "The first 10 of 10 systems", "cache-app-497")
	b.shot("2-searched")
	b.keys(kb.ArrowDown, kb.ArrowDown, kb.Enter)
	act := b.hear(heard)["actions"].([]any)[0].(object)
	chosen := act["selected_option"].(object)["value"].(string)
	assert.Regexp(t, "^cache-app-49[0-9]$", chosen)
	b.holds(targetMenu, chosen)
	b.shot("3-chosen")
}
