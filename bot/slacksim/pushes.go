package slacksim

import (
	"regexp"
	"slices"
	"strings"
)

// pushesShown is how many pushes a phone has on its screen before the oldest is gone from it.
const pushesShown = 20

// Push is what a person's phone shows of a message that rings it.
type Push struct {
	Channel string  `json:"channel"`
	TS      string  `json:"ts"`
	Thread  string  `json:"thread_ts,omitempty"`
	At      float64 `json:"at"`    // when it rang, in seconds since 1970
	From    string  `json:"from"`  // the author's name
	Where   string  `json:"where"` // the channel's name; "" in a direct message
	Text    string  `json:"text"`
}

// Pushes are those that this person's phone showed, oldest first.
func (c Client) Pushes() []Push {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return slices.Clone(c.w.pushes[c.person])
}

// ring has a new message ring the phones of those whom it concerns. An edit rings nobody.
func (w *Workspace) ring(m *message) {
	r, ok := w.room(m.channel)
	if !ok || m.onlyFor != "" {
		return
	}
	called := w.calledBy(m)
	for _, p := range w.people {
		direct := r.im != "" || r.Direct
		if p.acts() && r.has(p.ID) && p.ID != m.user && (direct || called(p)) {
			w.pushes[p.ID] = append(w.pushes[p.ID], w.pushOf(m, r))
		}
	}
}

// calledBy tells whether a message mentions somebody: themselves, a user group of theirs that is in
// use, or everybody. What is drawn counts: where there are blocks, a mention in the text alone rings
// nobody.
func (w *Workspace) calledBy(m *message) func(Person) bool {
	said := m.text
	if len(m.blocks) > 0 {
		said = strings.Join(marked(nil, m.blocks), "\n")
	}
	called := map[string]bool{}
	for _, token := range regexp.MustCompile(`<(?:@|!subteam\^|!)([^<>|]+)[^<>]*>`).FindAllStringSubmatch(said, -1) {
		called[token[1]] = true
	}
	return func(p Person) bool {
		return called[p.ID] || called["channel"] || called["here"] || called["everyone"] ||
			slices.ContainsFunc(w.groups, func(g Group) bool {
				return g.Disabled == 0 && called[g.ID] && slices.Contains(g.Users, p.ID)
			})
	}
}

// marked collects what is written in mrkdwn: plain_text mentions nobody (docs.slack.dev, "Text object").
func marked(texts []string, v any) []string {
	switch v := v.(type) {
	case []object:
		for _, item := range v {
			texts = marked(texts, item)
		}
	case []any:
		for _, item := range v {
			texts = marked(texts, item)
		}
	case object:
		if str(v, "type") == "mrkdwn" {
			return append(texts, str(v, "text"))
		}
		for _, inside := range v {
			texts = marked(texts, inside)
		}
	}
	return texts
}

func (w *Workspace) pushOf(m *message, r room) Push {
	author, _ := w.person(m.user)
	push := Push{Channel: r.ID, TS: m.ts, Thread: m.thread, From: nameOf(author), Text: w.asPush(m.text)}
	if r.im == "" && !r.Direct {
		push.Where = "#" + r.Name
	}
	if at, err := timeOf(m.ts); err == nil {
		push.At = float64(at.UnixMicro()) / 1e6
	}
	return push
}

func nameOf(p Person) string {
	if p.RealName != "" {
		return p.RealName
	}
	return p.Name
}

// asPush is a message's text as a push shows it: each token is what it stands for, and a date its
// fallback. Of blocks a push knows nothing (docs.slack.dev, chat.postMessage, "text").
func (w *Workspace) asPush(text string) string {
	if text == "" {
		return "This content can't be displayed."
	}
	shown := regexp.MustCompile(`<([^<>\n]+)>`).ReplaceAllStringFunc(text, func(token string) string {
		what, label, labelled := strings.Cut(token[1:len(token)-1], "|")
		if name := w.nameIn(what); name != "" {
			return name
		}
		if labelled {
			return label
		}
		return strings.TrimPrefix(what, "!")
	})
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(shown)
}

// nameIn is the name of the one whom a token mentions; "" if it mentions nobody who is known.
func (w *Workspace) nameIn(token string) string {
	if token == "" {
		return "" // of "<|label>"
	}
	kind, id := token[:1], token[1:]
	switch {
	case kind == "@":
		if p, ok := w.person(id); ok {
			return "@" + nameOf(p)
		}
	case kind == "#":
		if r, ok := w.room(id); ok {
			return "#" + r.Name
		}
	case strings.HasPrefix(token, "!subteam^"):
		if g, ok := w.groupOf(strings.TrimPrefix(token, "!subteam^")); ok {
			return "@" + g.Handle
		}
	case slices.Contains([]string{"!channel", "!here", "!everyone"}, token):
		return "@" + id
	}
	return ""
}

// pushesOf are those that are on a person's screen, newest first.
func (w *Workspace) pushesOf(person string) []Push {
	all := w.pushes[person]
	shown := append([]Push{}, all[max(0, len(all)-pushesShown):]...)
	slices.Reverse(shown)
	return shown
}

// String is a push in one line: "Quell in #inc-checkout: …", or "Quell: …" in a direct message.
func (p Push) String() string {
	if p.Where == "" {
		return p.From + ": " + p.Text
	}
	return p.From + " in " + p.Where + ": " + p.Text
}
