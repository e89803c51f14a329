package engine

import (
	"strconv"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
)

// rings are the sayings that ring people because of a move. Those of people who may agree are given up
// at the deadline of the case: later they ring for nothing.
func rings(was, next approval.Case, now time.Time) []store.Saying {
	if ended := approval.Ended(was, next); !ended.Said.IsZero() {
		return []store.Saying{inThread(next, "ended", ended, now, now.Add(tellEnd))}
	}
	if alone := approval.ActsAlone(was, next); !alone.Said.IsZero() {
		all := []store.Saying{inThread(next, "alone", alone, now, next.Deadline)} // later than Until: the notice may move that
		for _, step := range approval.StepsPassedOver(next) {
			all = append(all, directly(next, step, "alone ", now, next.Deadline)...)
		}
		return asking(all...)
	}
	if next.State != approval.Pending {
		return nil
	}
	var all []store.Saying
	if !next.Consulted.Equal(was.Consulted) && !next.Unconfirmed() {
		if approval.RungLate(next) {
			all = append(all, asking(inThread(next, "asked", approval.AskedLate(next), now, next.Deadline))...)
		}
		all = append(all, asking(directly(next, 0, "", now, next.Deadline)...)...)
	}
	if anew := approval.RungAnew(was, next); !anew.Said.IsZero() {
		all = append(all, asking(inThread(next, "anew", anew, now, next.Deadline))...)
		for _, step := range approval.StepsAnew(next) {
			all = append(all, asking(directly(next, step, "anew ", now, next.Deadline)...)...)
		}
	}
	if !next.Rung.After(was.Rung) {
		return all
	}
	for i, r := range approval.Rung(was, next) {
		all = append(all, asking(inThread(next, stamp(next.Rung)+" "+strconv.Itoa(i), r, now, next.Deadline))...)
	}
	for _, step := range approval.StepsRung(was, next) {
		all = append(all, asking(directly(next, step, "", now, next.Deadline)...)...)
	}
	return all
}

// inThread is a saying in the thread of the card of a case; about makes it one of its kind.
func inThread(c approval.Case, about string, r approval.Reply, now, until time.Time) store.Saying {
	return store.Saying{Key: "ring " + c.ID + " " + about, Place: c.Request.Channel, Thread: c.ID, Message: r.Said, Push: r.Push, NotBefore: now, Until: until}
}

// directly are sayings to each of the people of a step alone, once each for an occasion. They wait for
// the card (Thread), for they link to it.
func directly(c approval.Case, step int, occasion string, now, until time.Time) (all []store.Saying) {
	users, m := approval.Direct(c, step)
	for _, u := range users {
		all = append(all, store.Saying{
			Key: "ring " + c.ID + " " + occasion + u, Place: store.ToOne(c.Request.By.Team, u, ""), Thread: c.ID, Message: m, NotBefore: now, Until: until,
		})
	}
	return all
}

// asking are sayings that are worth saying only while their case waits for people.
func asking(all ...store.Saying) []store.Saying {
	for i := range all {
		all[i].Asks = true
	}
	return all
}

// stamp makes the keys of two rings differ.
func stamp(at time.Time) string { return strconv.FormatInt(at.UnixMicro(), 10) }
