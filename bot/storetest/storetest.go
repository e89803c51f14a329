// Package storetest is the contract of package store: what it must pass on each
// database that it runs on. There are no opt-outs.
//
// Each check gets a fresh database as two handles on it: what one does the
// other sees, and where two race one wins. An engine that lets a second program
// in gives two handles of their own. One that does not, such as SQLite behind
// the lock of store.Open, gives the same handle twice: its checks then race
// within one program, which is all the racing that can happen there.
//
// What only one engine can show (a locked folder, a crash, a full disk) is
// tested with that engine.
package storetest

import (
	"slices"
	"testing"

	"quell/bot/store"
)

// check is one promise, tried on a fresh database.
type check struct {
	name string
	try  func(t *testing.T, a, b *store.Store)
}

// Run runs every check. open makes a fresh database and closes it with t.
func Run(t *testing.T, open func(t *testing.T) (a, b *store.Store)) {
	t.Helper()
	for _, c := range slices.Concat(caseChecks, moveChecks, exchangeChecks, holdChecks, dueChecks, postingChecks, inboxChecks, formChecks, limitChecks, guardChecks, processChecks, newerChecks, policyChecks, fairnessChecks, outboxChecks, recordChecks) {
		t.Run(c.name, func(t *testing.T) {
			a, b := open(t)
			c.try(t, a, b)
			Chain(t, b) // whatever the check did, the chain of the record holds
		})
	}
}
