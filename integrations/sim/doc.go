// Package sim plays the vendors from their documents, so that tests and the
// playground meet a vendor that keeps state, checks signatures, takes its time
// and fails on request, without an account or a network.
//
// It judges the vendor clients, and so it shares nothing with them: it spells
// every path, field and code itself, from the document named beside it, and a
// client that misreads the same document is caught. Where the documents leave a
// question open, the comment at that place says which answer is played.
//
// The package has two halves. A desk (desk.go, calls.go, faults.go, panel.go)
// is what all vendors share: it takes calls in, lets the vendor check who
// calls, bends the call as a Fault asks, and keeps the log. A vendor brings a
// gate, its routes and its own words for refusals, in the files that begin with its
// name; the huawei_ files belong to the three of Huawei Cloud. A function named for
// a place (CacheProd, Lakehouse, Orders, Transfers, Nightly) is a vendor ready to
// play with, in which every outcome can be tried.
//
// Who is connected to a cache is played too, or it is asked of a real Redis
// (redis.go): then a list is CLIENT LIST and a kill is CLIENT KILL, and all that
// the vendor puts around them stays as it is. Whether a connection has died
// that was to die can be seen at its other end.
//
// Time is never slept through. A scan that takes 300 ms is a record that is not
// ready before a certain moment of the clock that was passed in; a client that
// comes back is a record that is due. So no goroutine outlives a request, and
// a test may turn the clock itself. There are two exceptions: the Slow fault,
// which keeps a real caller waiting, and Redis, which has its own clock and a
// connection that lasts until Redis.Close.
package sim
