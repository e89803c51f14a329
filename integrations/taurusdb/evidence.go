package taurusdb

import (
	"context"
	"maps"
	"strconv"
	"time"

	"quell/integrations"
)

// clockDoubt comes on top of how far two clocks are apart: a Date and a job's time leave
// out less than a second each.
const clockDoubt = 2 * time.Second

// clocksMost is how far the vendor's clock may be from ours for its jobs to be on the list that
// is asked for.
const clocksMost = time.Hour

// around are the bounds of the list of jobs about a call: all that can have begun since it was
// sent, by any clock that is no further off than clocksMost. Their form is that of
// ListImmediateJobs, "yyyy-mm-ddThh:mm:ssZ" with an offset such as +0100.
func around(sent, looked time.Time) map[string]string {
	const form = "2006-01-02T15:04:05-0700"
	return map[string]string{
		"start_time": sent.Add(-clocksMost).UTC().Format(form), "end_time": looked.Add(clocksMost).UTC().Format(form),
	}
}

// jobsMost is how many jobs of a list are read.
const jobsMost = 250

// jobsSizes are the pages of jobs that the vendor gives.
func jobsSizes() integrations.PageSizes { return integrations.PageSizes{50, 20, 10} }

// evidence is what the instance's jobs tell of a call whose answer was lost: the jobs that
// may have begun since it was sent. One of them may be another's, so it decides nothing.
// That there is none is said only where none can have been missed.
func (c *Client) evidence(ctx context.Context, looked, sent time.Time) (integrations.Note, error) {
	near, sure, err := c.jobsNear(ctx, sent, looked)
	switch {
	case err != nil:
		return integrations.Note{}, err
	case len(near) == 1:
		return integrations.NewNote("trace.taurusdb-job-seen", "job", string(near[0].Name), "status", string(near[0].Status)), nil
	case len(near) > 1:
		return integrations.NewNote("trace.taurusdb-jobs-seen", "count", strconv.Itoa(len(near))), nil
	case !sure:
		return integrations.NewNote("trace.taurusdb-jobs-unread"), nil
	case looked.Before(sent.Add(unseen)):
		return integrations.NewNote("trace.taurusdb-jobs-none-at").At("at", looked), nil
	}
	return integrations.NewNote("trace.taurusdb-jobs-none"), nil
}

// jobsNear are the instance's jobs that may have begun between two moments of ours. sure says
// that no other can have: the list was read to its end, each of its times could be read,
// and each page told the vendor's clock, which is not too far off for the list.
func (c *Client) jobsNear(ctx context.Context, since, until time.Time) (near []listedJob, sure bool, err error) {
	near, sure, err = c.jobsSince(ctx, since, around(since, until))
	if integrations.KindOf(err) == integrations.Invalid { // it does not take the bounds after all
		near, sure, err = c.jobsSince(ctx, since, nil)
	}
	return near, sure, err
}

func (c *Client) jobsSince(ctx context.Context, since time.Time, bounds map[string]string) (near []listedJob, sure bool, err error) {
	sure = true
	sizes, seen := jobsSizes(), map[text]bool{} // by id: a page may repeat what the list has moved on
	for read := 0; read < jobsMost; {
		var page jobs
		var apart time.Duration
		var known bool
		err := sizes.Ask(func(size int) (err error) {
			query := map[string]string{"limit": strconv.Itoa(size), "offset": strconv.Itoa(read)}
			maps.Copy(query, bounds)
			apart, known, err = c.readDated(ctx, opJobs, c.project("/immediate-jobs"), query, &page)
			return err
		})
		if err != nil {
			return nil, false, err
		}
		for _, j := range page.Jobs {
			if string(j.InstanceID) != c.cfg.InstanceID || j.ID != "" && seen[j.ID] {
				continue
			}
			seen[j.ID] = true
			at, ok := created(j.Created)
			if sure = sure && ok; ok && !at.Before(since.Add(-apart-clockDoubt)) {
				near = append(near, j)
			}
		}
		read, sure = read+len(page.Jobs), sure && known && apart+clockDoubt <= clocksMost
		if len(page.Jobs) < sizes[0] {
			return near, sure && page.whole(read), nil
		}
	}
	return near, false, nil
}

// whole says whether so many jobs are all that there are. A list that is not there is no
// empty one.
func (j jobs) whole(read int) bool {
	total, err := strconv.Atoi(string(j.Total))
	return j.Jobs != nil && (err != nil || read >= total)
}

// created reads the time of a job, whose form is not documented: RFC 3339, with or
// without a colon in the offset, and milliseconds since 1970 are read.
func created(t text) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05-0700"} {
		if at, err := time.Parse(form, string(t)); err == nil {
			return at, true
		}
	}
	ms, err := strconv.ParseInt(string(t), 10, 64)
	return time.UnixMilli(ms), err == nil
}
