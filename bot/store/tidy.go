package store

import (
	"context"
	"errors"
	"time"
)

// Tidy drops the rows that nobody needs any more: things that cases acted on, calls, and freezes
// that were lifted, from before a time (no case rests on an older look, no budget counts an
// older call, and nothing that was agreed to before waits); sayings
// that were said or given up before that time (until then their idempotency keys count); and
// forms whose time is over now. Strays that could not be dealt with in all that time go too.
func (s *Store) Tidy(ctx context.Context, before, now time.Time) error {
	var errs []error
	for _, drop := range []struct {
		rows string
		by   time.Time
	}{
		{`DELETE FROM acted WHERE ended_us < $1`, before},
		{`DELETE FROM calls WHERE at_us < $1`, before},
		{`DELETE FROM lifted WHERE lifted_us < $1`, before},
		{`DELETE FROM sayings WHERE ended_us < $1`, before},
		{`DELETE FROM processes WHERE seen_us < $1`, before},
		{`DELETE FROM strays WHERE added_us < $1`, before},
		{`DELETE FROM forms WHERE until_us <= $1`, now},
	} {
		_, err := s.write.ExecContext(ctx, drop.rows, drop.by.UnixMicro())
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
