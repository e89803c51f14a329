package sim

import (
	"fmt"
	"net/http"
	"time"
)

// Panel is a page that shows the sessions and the calls live, and changes the
// mood. Mount it with http.StripPrefix below a path that ends in a slash.
func (d *DCS) Panel() http.Handler { return d.panel(d.board) }

func (d *DCS) board() board {
	rows, err := d.boardRows()
	return board{
		Title:    d.cfg.Name,
		Subtitle: d.subtitle(err),
		Columns:  []string{"peer", "name", "age", "idle", "cmd"},
		Rows:     rows,
	}
}

func (d *DCS) subtitle(err error) string {
	where := ""
	if server := d.cfg.Redis; server != nil {
		where = " at " + server.Addr
	}
	if err != nil {
		where += ", which does not answer"
	}
	return fmt.Sprintf("Huawei Cloud DCS, Redis %s%s, %s, %s", d.cfg.Version, where, d.cfg.Region, d.cfg.Status)
}

// boardRows shows those that have just ended too.
func (d *DCS) boardRows() ([]boardRow, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	all, err := d.live.look(now)
	rows := make([]boardRow, 0, len(all))
	for _, s := range all {
		at, ended := now, !s.ended.IsZero()
		if ended {
			at = s.ended
		}
		seen := s.at(at)
		rows = append(rows, boardRow{
			ID: s.ID + "/" + s.Addr, Ended: ended,
			Cells: []string{s.Peer, s.Name, short(seen.Age), short(seen.Idle), s.Cmd},
		})
	}
	return rows, err
}

// short gives the largest unit only: a table that is glanced at.
func short(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%dh", d/time.Hour)
	default:
		return fmt.Sprintf("%dd", d/day)
	}
}
