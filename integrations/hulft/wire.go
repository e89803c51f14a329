package hulft

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"quell/integrations"
)

// What the calls are called in errors: their paths, for the guide has headings only.
const (
	opDisconnect = "agent/disconnection"
	opStatus     = "agent/status"
	opLog        = "relay/log"
)

type disconnection struct {
	SessionID string `json:"sessionId"`
	Endpoint  string `json:"endpoint"`
}

type text = integrations.Text

// texts is a list of them, or one in its place.
type texts []text

// UnmarshalJSON never fails on valid JSON.
func (t *texts) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, (*[]text)(t)) == nil {
		return nil
	}
	var one text
	*t = nil
	if _ = one.UnmarshalJSON(b); one != "" {
		*t = texts{one}
	}
	return nil
}

// page is one page of connections (AgentConnectStatus).
type page struct {
	Total text   `json:"totalSize"`
	Rows  []conn `json:"status"`
}

// conn is one connection of an Agent. Its time has no zone: it is in the one that
// was asked for.
type conn struct {
	Agent       text               `json:"agentId"`
	Direction   integrations.Given `json:"direction"` // send or receive
	Connections texts              `json:"connectionId"`
	Endpoint    text               `json:"endpoint"`
	Since       text               `json:"startConnection"`
	Session     text               `json:"sessionId"`
	Version     text               `json:"agentVersion"`
	Leaving     text               `json:"willBeClosed"`
	Supports    text               `json:"supportingDisconnectApi"`
}

// tooOld: only Agents of version 1.2.0 or later can be disconnected. A version that
// cannot be read is no reason to refuse; the vendor's own word is.
func (c conn) tooOld() bool {
	if c.Supports == "false" {
		return true
	}
	var v [3]int
	for i, part := range strings.SplitN(string(c.Version), ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return false
		}
		v[i] = n
	}
	return c.Version != "" && (v[0] < 1 || v[0] == 1 && v[1] < 2)
}

// transfers is the log of relayed transfers, the newest first. The name of its list is
// not in the pages that could be read, so it is the list whose rows have Agents.
type transfers struct {
	Rows   []transfer
	listed bool // there was a list, be it of none
}

// UnmarshalJSON reads an object that has a list in it.
func (t *transfers) UnmarshalJSON(b []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		var rows []transfer
		if json.Unmarshal(fields[name], &rows) != nil {
			continue
		}
		t.listed = t.listed || rows != nil
		if slices.ContainsFunc(rows, transfer.hasAgent) {
			t.Rows = rows
			return nil
		}
	}
	return nil
}

// transfer was between two Agents, of which either may be somebody else's.
type transfer struct {
	Status        text `json:"status"` // 1: ended normally; 2: with an error
	Ended         text `json:"endTime"`
	SenderAgent   text `json:"senderAgentId"`
	ReceiverAgent text `json:"receiverAgentId"`
}

// with is the Agent that a connection of that direction served.
func (t transfer) with(direction string) text {
	return map[string]text{"send": t.SenderAgent, "receive": t.ReceiverAgent}[direction]
}

func (t transfer) hasAgent() bool { return t.SenderAgent != "" || t.ReceiverAgent != "" }
