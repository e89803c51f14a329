package dcs

import (
	"errors"

	"quell/integrations"
)

// codeTaskState is "This operation is not allowed when the task is in the
// current state": a scan is running.
const codeTaskState = "DCS.4957"

// meaning is what a documented code says. It counts only together with its
// HTTP status: a 500 has failed at an unknown point, whatever its code.
type meaning struct {
	status int
	kind   integrations.Kind
	hint   string
}

// meanings are from "Error Codes" of the DCS API reference. A code that is not
// here means what its HTTP status means.
func meanings() map[string]meaning {
	return map[string]meaning{
		"DCS.1001": {401, integrations.Unauthenticated, ""},
		"DCS.1002": {401, integrations.Unauthenticated, ""},
		"DCS.1003": {401, integrations.Unauthenticated, ""},
		"DCS.1004": {401, integrations.Unauthenticated, "dcs.wrong-project"},
		"DCS.2003": {403, integrations.Forbidden, "dcs.no-permission"},
		"DCS.2007": {403, integrations.Forbidden, "dcs.no-permission"},
		"DCS.3002": {403, integrations.Forbidden, "dcs.read-only"},
		"DCS.3003": {403, integrations.Forbidden, "dcs.no-permission"},
		"DCS.3022": {404, integrations.NotFound, "dcs.no-instance"},
		"DCS.3053": {400, integrations.NotFound, "dcs.node-gone"},
		"DCS.4001": {404, integrations.Unsupported, "huaweicloud.no-api"},
		"DCS.4027": {400, integrations.Unsupported, "dcs.wrong-node"},
		"DCS.4848": {400, integrations.Unsupported, "dcs.no-session-management"},
		"DCS.5001": {405, integrations.Unsupported, "huaweicloud.no-api"},

		codeTaskState: {400, integrations.Busy, "dcs.scan-running"},
		"DCS.4017":    {400, integrations.Busy, "dcs.instance-busy"}, // a job is running
		"111400017":   {400, integrations.Busy, "dcs.instance-busy"}, // the same, in the old numbering
		"DCS.4026":    {400, integrations.Busy, "dcs.not-running"},
		"DCS.4049":    {400, integrations.Busy, "dcs.not-running"},
		"DCS.4096":    {400, integrations.Busy, "dcs.instance-busy"}, // backing up
		"DCS.4097":    {400, integrations.Busy, "dcs.instance-busy"}, // restoring
		"DCS.4104":    {400, integrations.Busy, "dcs.instance-busy"}, // recovering
		"DCS.4108":    {400, integrations.Busy, "dcs.instance-busy"}, // scaling
		"DCS.4111":    {400, integrations.Busy, "dcs.instance-busy"}, // restarting
		"DCS.4113":    {400, integrations.Busy, "dcs.instance-busy"}, // extending
		"DCS.4114":    {400, integrations.Busy, "dcs.instance-busy"}, // being configured
		"DCS.4115":    {400, integrations.Busy, "dcs.instance-busy"}, // changing its password
		"DCS.4116":    {400, integrations.Busy, "dcs.instance-busy"}, // upgrading
		"DCS.4117":    {400, integrations.Busy, "dcs.instance-busy"}, // rolling back
		"DCS.4118":    {400, integrations.Busy, "dcs.instance-busy"}, // being created
		"DCS.4120":    {400, integrations.Busy, "dcs.instance-busy"}, // being frozen
	}
}

func classify(status int, code string) (integrations.Kind, string) {
	m := meanings()[code]
	if m.status != status {
		return "", ""
	}
	return m.kind, m.hint
}

// unsupported is what we refuse ourselves, without a call.
func unsupported(op, hint string) error {
	return &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: op, Hint: hint}
}

// tooLong says of a scan of our own which the vendor says to be running when time has run out
// that it takes long: to wait a moment helps nobody. Any other error is as it was.
func tooLong(err error) error {
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok || e.Code != codeTaskState || e.Kind != integrations.Busy {
		return err
	}
	long := *e
	long.Hint, long.ByHand = "dcs.scan-too-long", true
	return &long
}

// explained notes that a look of ours may be why the vendor refused a kill. Only
// DCS.4957 can mean that.
func explained(err error, met bool) error {
	e, ok := errors.AsType[*integrations.Error](err)
	if !met || !ok || e.Kind != integrations.Busy || e.Code != codeTaskState {
		return err
	}
	ours := *e
	ours.Ours = true
	return &ours
}
