package taurusdb

import (
	"errors"

	"quell/integrations"
)

var errNoJob = errors.New("the vendor accepted the call and named no job")

// codeNoJob is said of a job that is not there, or not there yet.
const codeNoJob = "DBS.200543"

// codeWrongValue is said of a value in a call that cannot be one ("Parameter error"), such as an
// instance's id of another form.
const codeWrongValue = "DBS.280001"

// ofIDs says of a list that is refused for a value in it where that comes from: what a list holds
// of ours are ids of the configuration.
func ofIDs(err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || refusal.Kind != integrations.Invalid || refusal.Code != codeWrongValue {
		return err
	}
	told := *refusal
	told.Hint = "taurusdb.wrong-id"
	return &told
}

// meaning is what a documented code says. It counts only together with its HTTP
// status: a 500 has failed at an unknown point, whatever its code.
type meaning struct {
	status int
	kind   integrations.Kind
	hint   string
}

// meanings are from "Error Codes" of the TaurusDB API reference. A code that is not
// here means what its HTTP status means.
func meanings() map[string]meaning {
	return map[string]meaning{
		"DBS.270024": {400, integrations.NotFound, "taurusdb.no-proxy"},
		"DBS.270027": {400, integrations.NotFound, "taurusdb.no-proxy"},
		codeNoJob:    {400, integrations.NotFound, "taurusdb.no-job"},
		"DBS.200086": {400, integrations.Busy, "taurusdb.not-now"}, // the instance's state does not allow it
		"DBS.201014": {400, integrations.Busy, "taurusdb.not-now"},
		"DBS.280449": {400, integrations.Unsupported, "taurusdb.frozen"},
		"DBS.200010": {403, integrations.Forbidden, "taurusdb.no-permission"},
		"DBS.200044": {403, integrations.Forbidden, "taurusdb.no-permission"},
		"DBS.200604": {403, integrations.Forbidden, "taurusdb.no-permission"},
		"DBS.201003": {403, integrations.Forbidden, "taurusdb.no-permission"},
		"DBS.280015": {403, integrations.Forbidden, "taurusdb.no-permission"},
		"DBS.280056": {403, integrations.Unauthenticated, ""}, // an invalid token
		"DBS.200002": {404, integrations.NotFound, "taurusdb.no-instance"},
		"DBS.200045": {404, integrations.NotFound, "taurusdb.no-instance"},
		"DBS.200408": {404, integrations.NotFound, "taurusdb.no-instance"},
		"DBS.200602": {404, integrations.NotFound, "taurusdb.no-instance"},
		"DBS.201028": {404, integrations.NotFound, "taurusdb.no-instance"},
		"DBS.200011": {409, integrations.Busy, "taurusdb.busy"}, // another operation is running, or the instance is faulty
		"DBS.200019": {409, integrations.Busy, "taurusdb.busy"},
		"DBS.200047": {409, integrations.Busy, "taurusdb.busy"},
		"DBS.201202": {409, integrations.Busy, "taurusdb.busy"},
		"DBS.212006": {409, integrations.Busy, "taurusdb.busy"},
		"DBS.280406": {409, integrations.Unsupported, "taurusdb.not-allowed"}, // its type or status does not allow it
	}
}

func classify(status int, code string) (integrations.Kind, string) {
	m := meanings()[code]
	if m.status != status {
		return "", ""
	}
	return m.kind, m.hint
}
