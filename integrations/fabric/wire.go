package fabric

import (
	"time"

	"quell/integrations"
)

// The vendor's own names of its calls.
const (
	opClose      = "CloseSqlSession"
	opList       = "ListSqlSessions"
	opShow       = "ShowSqlSession"
	opStatements = "ListSessionStatementRecords"
)

// The states of a session (ListSqlSessions).
const (
	creating = "CREATING"
	waiting  = "WAITING"
	running  = "RUNNING"
	closed   = "CLOSED"
	failed   = "FAIL"
)

// live are the states in which a session can be closed, in the order in which a session goes
// through them: lists that are read state by state in this order show every session at least
// once.
func live() []string { return []string{creating, waiting, running} }

type text = integrations.Text

// page is one page of sessions, of which total are in all pages.
type page struct {
	Sessions []session `json:"sessions"`
	Total    text      `json:"total"`
}

// session has the three documented fields, and those of likely names.
type session struct {
	ID       text               `json:"session_id"`
	Status   text               `json:"status"`
	Created  text               `json:"create_time"`
	Name     integrations.Given `json:"session_name"`
	Endpoint text               `json:"endpoint_id"`
	User     integrations.Given `json:"user_name"`
	Owner    integrations.Given `json:"owner"`

	asOf time.Time // of its list, by the vendor's clock
}

// fate is what a session's state says of it. A state that is not documented is no
// proof of an end.
func (s session) fate() integrations.Fate {
	switch s.Status {
	case closed, failed:
		return integrations.Over
	case "":
		return integrations.Untold
	}
	return integrations.Staying
}

// statements is one page of a session's statements.
type statements struct {
	Records []struct {
		Statement text `json:"statement"`
		SQL       text `json:"sql"`
	} `json:"records"`
	Total text `json:"total"`
}
