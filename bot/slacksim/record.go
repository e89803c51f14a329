package slacksim

import (
	"encoding/json"
	"strings"
)

// Sent is what the app sent: the arguments of a call of the Web API, the payload of an
// acknowledgement ("ack slash_commands") or what it posted to a response URL
// ("response_url"). Tokens are left out.
type Sent struct {
	Method string         `json:"method"`
	Args   map[string]any `json:"args"`
}

// recordCall tells Config.Record of a call. What a form carries as text is read as the JSON
// that it stands for.
func (w *Workspace) recordCall(name string, a args) {
	if w.cfg.Record == nil {
		return
	}
	sent := map[string]any{}
	for arg, value := range a.values {
		if arg != "token" {
			sent[arg] = decoded(arg, value)
		}
	}
	w.cfg.Record(Sent{name, sent})
}

// decoded is an argument as JSON has it: an object, a list or a boolean, or the number that limit
// is, else the text: a timestamp is none of these.
func decoded(arg, value string) any {
	var v any
	plain := arg == "text" || arg == "channel" || arg == "user"
	if plain || arg != "limit" && !strings.ContainsAny(value[:min(1, len(value))], "[{tf") || json.Unmarshal([]byte(value), &v) != nil {
		return value
	}
	return v
}

// recordJSON tells Config.Record of what was sent as JSON.
func (w *Workspace) recordJSON(method string, body json.RawMessage) {
	var sent map[string]any
	if w.cfg.Record != nil && json.Unmarshal(body, &sent) == nil && len(sent) > 0 {
		w.cfg.Record(Sent{method, sent})
	}
}
