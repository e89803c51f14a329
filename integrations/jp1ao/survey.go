package jp1ao

import (
	"context"
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

// going reads what has not ended, wherever it stands in the list. Where the vendor refuses the
// filter, or lets ended tasks pass, it is asked for the ends of a list by status: whatever the
// words and their order are, those of one status stand together.
func (s *survey) going(ctx context.Context) error {
	filtered := query{by: url.Values{"HQL::filter": {notEnded}, "HQL::sortBy": {newestFirst}}}
	for !filtered.done && filtered.ended == 0 && filtered.pages < pageMost {
		if err := s.read(ctx, &filtered, filtered.pages+1); refused(err) {
			break
		} else if err != nil {
			return err
		}
	}
	if filtered.pages > 0 && filtered.ended == 0 {
		return nil
	}
	for _, order := range []string{"DESC", "ASC"} {
		end := query{by: url.Values{"HQL::sortBy": {"status " + order + "," + newestFirst}}}
		if err := s.read(ctx, &end, 1); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// refused says that the vendor does not take a query: 400 (2.7.1), or 404 (2.2.17). Nothing else
// is wrong then.
func refused(err error) bool {
	kind := integrations.KindOf(err)
	return kind == integrations.Invalid || kind == integrations.NotFound
}
