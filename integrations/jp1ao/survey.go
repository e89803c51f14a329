package jp1ao

import (
	"context"
	"errors"
	"net/url"
	"time"

	"quell/integrations"
)

const (
	newestFirst = "submitTime DESC"
	// notEnded is HQL (2.2.11). It names what is over and not what runs: the words of the API
	// are not published (status.go), and to a server that has others it lets too many pass,
	// where one that names what runs would let none.
	notEnded = "status not in ['Completed', 'Failed', 'Canceled']"
	// notIdle is notEnded without what waits for its time, which cannot be stopped.
	notIdle = "status not in ['Completed', 'Failed', 'Canceled', 'Waiting', 'Suspended']"
)

// survey is one reading of the list, by several queries.
type survey struct {
	c       *Client
	at      time.Time
	kept    *integrations.Keeper
	known   map[text]bool // by id, from any query
	unnamed bool          // there is a task that no call could name
}

// query is one query of a survey, and how far it was read.
type query struct {
	by    url.Values
	pages int           // that were read
	read  map[text]bool // by id: a page that is given again adds nothing
	count text          // of the first page
	done  bool          // there is no next page to read
	sure  bool          // that it is done
	moved bool          // the list moved, and a task may have slipped between two pages
	ended int           // how many of its tasks have ended
}

// whole says that all that the query is about was read.
func (q *query) whole() bool { return q.done && q.sure && !q.moved }

// read reads a query on, until so many of its pages were read. Where nothing says surely that
// a page is the last one, it is read on to one that has nothing new: a server may give fewer
// rows a page than it is asked for. What it refuses then is a page that it does not have.
func (s *survey) read(ctx context.Context, q *query, most int) error {
	for !q.done && q.pages < most {
		l, warning, err := s.c.page(ctx, q.by, q.pages+1)
		if q.pages > 0 && refused(err) {
			q.done, q.sure = true, false
			return nil
		}
		if err != nil {
			return err
		}
		q.pages++
		if q.read == nil {
			q.read, q.count = map[text]bool{}, l.Count
		}
		q.moved = q.moved || l.Count != q.count
		before := len(q.read)
		for _, t := range l.Data {
			t.warning = warning
			s.take(q, t)
		}
		last, sure := l.last(q.pages, len(q.read))
		q.sure = last && sure
		q.done = q.sure || len(l.Data) == 0 || last && len(q.read) == before
	}
	return nil
}

// take takes the next task of a query, unless another query brought it.
func (s *survey) take(q *query, t task) {
	again, known := q.read[t.ID], s.known[t.ID]
	q.moved = q.moved || again
	q.read[t.ID], s.known[t.ID] = true, true
	if stageOf(t.Status) == over {
		q.ended++
	}
	if !known && s.c.ours(t) && !s.c.add(s.kept, t, s.at) {
		s.unnamed = true
	}
}

// going reads what has not ended, wherever it stands in the list, and what can be stopped where
// there is too much of that. Where the vendor refuses the filters, or lets pass what they leave out,
// it is asked for the ends of a list by status: whatever the words and their order are, those of one
// status stand together.
func (s *survey) going(ctx context.Context) error {
	for _, filter := range []string{notEnded, notIdle} {
		all, err := s.filtered(ctx, filter)
		if err != nil || all {
			return err
		}
	}
	for _, order := range []string{"DESC", "ASC"} {
		end := query{by: url.Values{"HQL::sortBy": {"status " + order + "," + newestFirst}}}
		if err := s.read(ctx, &end, 1); err != nil && !notTaken(err) {
			return err
		}
	}
	return nil
}

// filtered reads what a filter lets pass, and reports whether it was read to an end and is what it
// is to let pass.
func (s *survey) filtered(ctx context.Context, filter string) (all bool, err error) {
	q := query{by: url.Values{"HQL::filter": {filter}, "HQL::sortBy": {newestFirst}}}
	for !q.done && q.ended == 0 && q.pages < pageMost {
		if err := s.read(ctx, &q, q.pages+1); notTaken(err) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return q.done && q.ended == 0, nil
}

// notTaken says that the vendor answers, and not to a query that it need not know: the manual does
// not say how it refuses one, and what the plain list showed stands. Who may not ask, or too often,
// may not ask for the plain list either.
func notTaken(err error) bool {
	e, ok := errors.AsType[*integrations.Error](err)
	return ok && e.Answered() && e.Kind != integrations.Unauthenticated && e.Kind != integrations.Throttled
}

// refused says that the vendor does not have a page: 400 (2.7.1), or 404 (2.2.17). Nothing else
// is wrong then.
func refused(err error) bool {
	kind := integrations.KindOf(err)
	return kind == integrations.Invalid || kind == integrations.NotFound
}
