package slacksim

import (
	"slices"
	"strconv"
)

// conversationsMembers lists who is in a conversation, a page at a time: a hundred unless a limit
// says otherwise, at most 999 (docs.slack.dev, conversations.members; @slack/web-api,
// ConversationsMembersArguments). The cursor is the number of those that were listed.
func conversationsMembers(w *Workspace, a args) (object, error) {
	r, ok := w.room(a.get("channel"))
	if !ok || !r.visible() {
		return nil, refuse("channel_not_found")
	}
	limit, from := 100, 0
	var err error
	if a.has("limit") {
		if limit, err = strconv.Atoi(a.get("limit")); err != nil || limit < 1 || limit > 999 {
			return nil, refuse("invalid_limit")
		}
	}
	if a.get("cursor") != "" {
		if from, err = strconv.Atoi(a.get("cursor")); err != nil || from < 0 || from > len(r.Members) {
			return nil, refuse("invalid_cursor")
		}
	}
	to, next := min(from+limit, len(r.Members)), ""
	if to < len(r.Members) {
		next = strconv.Itoa(to)
	}
	return object{"members": slices.Clone(r.Members[from:to]), "response_metadata": object{"next_cursor": next}}, nil
}
