package store

import (
	"context"
	"fmt"
	"slices"
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
	where, args := s.where(ctx, q)
	args = append(args, q.Most)
	return s.cases(ctx, fmt.Sprintf(`SELECT %s FROM cases WHERE %s ORDER BY opened_us DESC, id DESC LIMIT $%d`, s.caseColumns(ctx), where, len(args)), args...)
}

// What a case says of itself, for where nobody wrote it beside the case.
const (
	channelInBody = `json_extract(body, '$.request.channel')`
	personInBody  = `json_extract(body, '$.request.by.team') || '/' || json_extract(body, '$.request.by.user')`
)

// written is a condition on a column which releases before it leave empty, also those that serve
// again after a roll-back. A database that no program of this release has served from yet may lack
// it, for a tool.
func (s *db) written(ctx context.Context, column, inBody, is string) string {
	if !s.has(ctx, column+` FROM cases`) {
		return inBody + is
	}
	return fmt.Sprintf(`(%s%s OR %[1]s = '' AND %[3]s%[2]s)`, column, is, inBody)
}

// where is the condition of a search, with its values apart. It holds only what is asked for, so that
// an index of that column serves it.
func (s *db) where(ctx context.Context, q Search) (sql string, args []any) {
	all := []string{"1 = 1"}
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		all = append(all, condition)
	}
	written := func(column, inBody, is, value string) {
		condition := s.written(ctx, column, inBody, is)
		add(condition, slices.Repeat([]any{value}, strings.Count(condition, "?"))...)
	}
	if q.Target != "" {
		add("target = ?", q.Target)
	}
	if q.Channel != "" {
		written("channel", channelInBody, " = ?", q.Channel)
	}
	switch {
	case q.Person.User == "":
	case q.Person.Team == "":
		written("person", personInBody, " LIKE ?", "%/"+q.Person.User)
	default:
		written("person", personInBody, " = ?", q.Person.Actor())
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
