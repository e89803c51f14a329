package integrations

import (
	"errors"

	"github.com/go-resty/resty/v2"
)

// PageSizes are the numbers of rows for which a list can be asked at a time, the largest first.
type PageSizes []int

// Halves are most, half of it, and so on down to a few rows.
func Halves(most int) (sizes PageSizes) {
	for size := most; size > 1; size /= 2 {
		sizes = append(sizes, size)
	}
	return sizes
}

// Ask asks for a page of the largest size, and for a smaller one where the answer was past the
// limit of NewClient. The next page begins with the size that was small enough.
func (s *PageSizes) Ask(page func(size int) error) error {
	for {
		err := page((*s)[0])
		if len(*s) == 1 || !errors.Is(err, resty.ErrResponseBodyTooLarge) {
			return err
		}
		*s = (*s)[1:]
	}
}

// Overlapping reads every page of a list. Each page begins with the last row of the one
// before: if that is another row by then, or the total is another, the list moved, and a row
// may have slipped from one page to the other unseen. Then it is not complete, and neither is
// one of more than most pages, of another number of rows than the total, or with a row that
// comes twice: it may stand where another was. Rows of one key are the same row. Nil rows are no
// list, whatever the total says of it.
func Overlapping[R any, K comparable](most int, page func(from int) (rows []R, total int, err error), key func(R) K) (all []R, complete bool, err error) {
	first := 0
	for range most {
		rows, total, err := page(max(0, len(all)-1))
		switch {
		case err != nil:
			return nil, false, err
		case len(all) == 0:
			first = total
		case len(rows) == 0 || key(rows[0]) != key(all[len(all)-1]) || total != first:
			return all, false, nil
		default:
			rows = rows[1:]
		}
		all = append(all, rows...)
		if len(rows) == 0 || len(all) >= first {
			return all, rows != nil && len(all) == first && distinct(all, key), nil
		}
	}
	return all, false, nil
}

func distinct[R any, K comparable](rows []R, key func(R) K) bool {
	known := make(map[K]bool, len(rows))
	for _, r := range rows {
		known[key(r)] = true
	}
	return len(known) == len(rows)
}
