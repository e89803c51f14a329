package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/commands"
)

// Search is which cases somebody wants to read of. The zero value of a field asks for any.
type Search struct {
	Target  string
	Channel string
	Person  commands.Person // who asked; one of no team is of whichever workspace
	From    time.Time       // opened then or later
	Until   time.Time       // opened before
	After   approval.Case   // the last case of the page before
	Most    int             // of one page
}

// Find lists the cases of a search, the newest first, a page at a time.
func (s *Store) Find(ctx context.Context, q Search) ([]approval.Case, error) {
	where, args := q.where(s.has(ctx, `channel FROM cases`))
	args = append(args, q.Most)
	return s.cases(ctx, fmt.Sprintf(`SELECT %s FROM cases WHERE %s ORDER BY opened_us DESC, id DESC LIMIT $%d`, s.caseColumns(ctx), where, len(args)), args...)
}

// where is the condition of a search, with its values apart. It holds only what is asked for, so that
// an index of that column serves it. The release before wrote no channel beside a case, and neither
// does it after a roll-back: there the case itself is asked.
func (q Search) where(withChannel bool) (sql string, args []any) {
	all := []string{"1 = 1"}
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		all = append(all, condition)
	}
	if q.Target != "" {
		add("target = ?", q.Target)
	}
	const ofBody = `json_extract(body, '$.request.channel') = ?`
	switch {
	case q.Channel == "":
	case withChannel:
		add("(channel = ? OR channel = '' AND "+ofBody+")", q.Channel, q.Channel)
	default:
		add(ofBody, q.Channel)
	}
	switch {
	case q.Person.User == "":
	case q.Person.Team == "":
		add("person LIKE ?", "%/"+q.Person.User)
	default:
		add("person = ?", q.Person.Actor())
	}
	if !q.From.IsZero() {
		add("opened_us >= ?", q.From.UnixMicro())
	}
	if !q.Until.IsZero() {
		add("opened_us < ?", q.Until.UnixMicro())
	}
	if q.After.ID != "" {
		at := q.After.Opened.UnixMicro()
		add("(opened_us < ? OR opened_us = ? AND id < ?)", at, at, q.After.ID)
	}
	return strings.Join(all, " AND "), args
}
