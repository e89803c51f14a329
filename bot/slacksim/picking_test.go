package slacksim_test

import (
	"sync"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

const (
	targetMenu = `[data-action-id="target"]`
	thingMenu  = `[data-action-id="things"]`
	reasonText = `[data-action-id="reason"]`
)

// answering runs the app of a page: it acknowledges each envelope with what
// answer gives, and passes on what is no question of a menu.
func (c wire) answering(answer func(payload object) any) <-chan object {
	heard := make(chan object, 100)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			var e object
			if c.ReadJSON(&e) != nil {
				return
			}
			p := e["payload"].(object)
			ack := object{"envelope_id": e["envelope_id"]}
			if body := answer(p); body != nil {
				ack["payload"] = body
			}
			if p["type"] != "block_suggestion" {
				heard <- p
			}
			if c.WriteJSON(ack) != nil {
				return
			}
		}
	})
	c.Cleanup(func() {
		_ = c.Close()
		running.Wait()
	})
	return heard
}

// hear waits for what the app hears next.
func (b browser) hear(heard <-chan object) object {
	b.Helper()
	select {
	case p := <-heard:
		return p
	case <-time.After(patience):
		b.shot("failed")
		require.Fail(b.T, "the app heard nothing")
		return nil
	}
}

func described(text, description, value string) object {
	return object{"text": plain(text), "description": plain(description), "value": value}
}

// asked is an input block.
func asked(block, label string, element object) object {
	return object{"type": "input", "block_id": block, "label": plain(label), "element": element}
}

// loading is what a form shows until the app has looked.
func loading() object {
	return object{"type": "modal", "callback_id": "kill", "title": plain("End sessions"), "blocks": []object{section("Looking at *cache-prod* …")}}
}

// picking is the form of somebody who ends sessions of one of two targets.
func picking(look string) object {
	targets := []object{described("cache-prod", "dcs, eu-de, 214 sessions", "cache-prod"), described("cache-stage", "dcs, eu-nl, 9 sessions", "cache-stage")}
	return object{
		"type": "modal", "callback_id": "kill", "title": plain("End sessions"), "submit": plain("Ask for approval"),
		"blocks": []object{
			with(asked("target", "Target", object{
				"type": "static_select", "action_id": "target", "options": targets, "initial_option": targets[0],
			}), "dispatch_action", true),
			{"type": "context", "block_id": "look", "elements": []object{mrkdwn(look)}},
			with(asked("things", "Sessions", object{
				"type": "multi_external_select", "action_id": "things", "min_query_length": 0, "max_selected_items": 2,
				"placeholder": plain("Type an address, a name or a command"),
			}), "hint", plain("What you choose here is what the approver sees.")),
			{"type": "actions", "block_id": "again", "elements": []object{button("again", "Read again", "")}},
			asked("reason", "Reason", object{
				"type": "plain_text_input", "action_id": "reason", "multiline": true, "min_length": 5, "max_length": 300,
				"placeholder": plain("What happens, and the incident"),
			}),
			section("*What happens then*\nAn incident commander is asked. Nothing is ended before they agree."),
		},
	}
}

// sessions answers a menu with what is there.
func sessions(payload object) any {
	if payload["type"] != "block_suggestion" {
		return nil
	}
	all := []object{
		described("10.63.238.158:2048 checkout-worker", "idle 41 min, 3.2 MB, blpop", "1"),
		described("10.63.238.159:4711 checkout-worker", "idle 2 s, 12 kB, get", "2"),
		described("10.63.240.7:33012 nightly-report-of-the-warehouse", "busy 12 min, 210 MB, keys", "3"),
	}
	return object{"option_groups": []object{{"label": plain("Live sessions of cache-prod"), "options": all}}}
}

// openForm types the command in the page and lets the app open its form, which
// is still loading.
func (b browser) openForm(heard <-chan object) (view string) {
	b.Helper()
	b.click("#composer")
	b.keys("/quell end", kb.Enter)
	trigger := b.hear(heard)["trigger_id"]
	view = b.ok("views.open", object{"trigger_id": trigger, "view": loading()})["view"].(object)["id"].(string)
	b.focused("#modal-title")
	return view
}

func (b browser) redraw(view string, form object) {
	b.Helper()
	b.ok("views.update", object{"view_id": view, "view": form})
}
