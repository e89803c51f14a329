package integrations

// Overlapping reads every page of a list. Each page begins with the last row of the one
// before: if that is another row by then, or the total is another, the list moved, and a row
// may have slipped from one page to the other unseen. Then it is not complete, and neither is
// one of more than most pages, or of another number of rows than the total.
func Overlapping[R any](most int, page func(from int) (rows []R, total int, err error), same func(a, b R) bool) (all []R, complete bool, err error) {
	first := 0
	for range most {
		rows, total, err := page(max(0, len(all)-1))
		switch {
		case err != nil:
			return nil, false, err
		case len(all) == 0:
			first = total
		case len(rows) == 0 || !same(rows[0], all[len(all)-1]) || total != first:
			return all, false, nil
		default:
			rows = rows[1:]
		}
		all = append(all, rows...)
		if len(rows) == 0 || len(all) >= first {
			return all, len(all) == first, nil
		}
	}
	return all, false, nil
}
