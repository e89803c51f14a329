// Package display shows people what is stored.
//
// The message is a picture of the case: it is drawn from the stored case wherever that is
// shown, as often as needed, and nothing is ever read back out of it. There is one drawer
// of a case at a time and it draws the newest state, so a burst of moves costs few edits
// and no call to a vendor ever waits for a screen.
//
// A drawing that is refused for good (Unshown) is given up, and whoever set the display up decides
// what becomes of the case.
//
// What must be said (a saying) is a row of the outbox, stored in the transaction of its cause.
// A saying is claimed before it is said, and said at most once. Only the notice of a
// break-glass (Saying.Repeat) is said again after a lost answer, and dropped at once where it is
// refused for good.
package display
