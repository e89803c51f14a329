package sim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hulftTime is how the API writes a moment: with milliseconds, without a zone.
const hulftTime = "2006-01-02 15:04:05.000"

// hulftPage are the parameters that all lists share (QuePara).
type hulftPage struct {
	start, most int
	zone        *time.Location
}

// hulftPageOf reads them: startIndex is 0 to 10000 (0), maxResults 1 to 1000 (30),
// timezone is UTC if not given. A parameter that is not documented for the call is
// refused here; whether the vendor overlooks it is not said.
func hulftPageOf(in *arrival, others ...string) (p hulftPage, ok bool) {
	known := append([]string{"startIndex", "maxResults", "from", "to", "timezone"}, others...)
	q := in.URL.Query()
	for name := range q {
		if !slices.Contains(known, name) {
			return p, false
		}
	}
	var errStart, errMost, errZone error
	p.start, errStart = strconv.Atoi(cmp.Or(q.Get("startIndex"), "0"))
	p.most, errMost = strconv.Atoi(cmp.Or(q.Get("maxResults"), "30"))
	p.zone, errZone = time.LoadLocation(cmp.Or(q.Get("timezone"), "UTC"))
	inside := p.start >= 0 && p.start <= 10000 && p.most >= 1 && p.most <= 1000
	return p, inside && errStart == nil && errMost == nil && errZone == nil
}

// listOf is the envelope around a page of rows.
func (p hulftPage) listOf(in *arrival, name string, rows []any) answer {
	total := len(rows)
	rows = rows[min(p.start, total):min(p.start+p.most, total)]
	return jsonAnswer(in.out, http.StatusOK, map[string]any{
		"totalSize": total, "fetchSize": len(rows), "startIndex": p.start, "maxResults": p.most, name: rows,
	})
}

// list is GET /agent/status, or /agent/status/send and …/receive.
func (h *HULFT) list(in *arrival) answer {
	p, ok := hulftPageOf(in)
	direction := in.PathValue("direction")
	if !ok || !slices.Contains([]string{"", "send", "receive"}, direction) {
		return hulftError(in, http.StatusBadRequest)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	rows := []any{}
	for _, a := range h.connected(h.now()) {
		if direction == "" || direction == a.Direction {
			rows = append(rows, map[string]any{
				"agentId": a.ID, "direction": a.Direction, "connectionId": []string{a.ID + "-c1"}, "endpoint": a.Endpoint,
				"startConnection": a.since.In(p.zone).Format(hulftTime), "sessionId": a.session, "agentVersion": a.Version,
				"willBeClosed": a.closing(), "supportingDisconnectApi": a.supports(),
			})
		}
	}
	return p.listOf(in, "status", rows)
}

// disconnect is POST /agent/disconnection: 200 and no body. What it answers for a
// session that is not there, or too old, is not documented. Here that is a bad request:
// the guide has no 404 for a POST. To ask again for one that is leaving does nothing.
func (h *HULFT) disconnect(in *arrival) answer {
	var body struct {
		SessionID string `json:"sessionId"`
		Endpoint  string `json:"endpoint"`
	}
	strict := json.NewDecoder(bytes.NewReader(in.body))
	strict.DisallowUnknownFields()
	if strict.Decode(&body) != nil || !strings.HasPrefix(in.Header.Get("Content-Type"), "application/json") {
		return hulftError(in, http.StatusBadRequest)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	all := h.connected(now)
	i := slices.IndexFunc(all, func(a *agentLife) bool { return a.session == body.SessionID && a.Endpoint == body.Endpoint })
	if i >= 0 && in.fault == SomebodyFirst {
		all[i].gone = now
		return hulftError(in, http.StatusBadRequest)
	}
	if i < 0 || !all[i].supports() {
		return hulftError(in, http.StatusBadRequest)
	}
	if a := all[i]; in.fault != Ignore && !a.closing() {
		a.gone = now.Add(h.cfg.CloseTime)
		if a.Transferring {
			h.cut = append(h.cut, cutTransfer{*a, a.gone})
		}
		if a.Returns || in.fault == Respawn {
			again := a.Agent
			again.Age, again.Transferring = 0, false
			h.next = append(h.next, agentReturn{again, a.gone.Add(h.cfg.ReconnectAfter)})
		}
	}
	return answer{status: http.StatusOK}
}

// relayLog is GET /relay/log, the newest first. The name of its list could not be read
// in the guide; this one is made up.
func (h *HULFT) relayLog(in *arrival) answer {
	p, ok := hulftPageOf(in, "senderConnectionId", "receiverConnectionId", "fileId", "senderSecondaryAccount", "receiverSecondaryAccount")
	if !ok {
		return hulftError(in, http.StatusBadRequest)
	}
	rows := h.cutRows(p.zone)
	for _, r := range slices.SortedFunc(slices.Values(h.cfg.Log), func(a, b Relay) int { return cmp.Compare(a.Ago, b.Ago) }) {
		rows = append(rows, relayRow(r.Sender, r.Receiver, r.Failed, h.began.Add(-r.Ago).In(p.zone)))
	}
	return p.listOf(in, "relayLog", rows)
}

func relayRow(sender, receiver string, failed bool, ended time.Time) any {
	return map[string]any{
		"status": map[bool]string{true: "2", false: "1"}[failed], "startTime": ended.Add(-time.Minute).Format(hulftTime),
		"endTime": ended.Format(hulftTime), "senderAgentId": sender, "receiverAgentId": receiver, "dataSize": "1048576",
	}
}

// cutRows are the transfers that were cut off by now, the newest first.
func (h *HULFT) cutRows(zone *time.Location) []any {
	h.mu.Lock()
	defer h.mu.Unlock()
	rows := []any{}
	for _, c := range slices.Backward(h.cut) {
		if h.now().Before(c.at) {
			continue
		}
		sender, receiver := c.ID, "elsewhere"
		if c.Direction == "receive" {
			sender, receiver = receiver, sender
		}
		rows = append(rows, relayRow(sender, receiver, true, c.at.In(zone)))
	}
	return rows
}

func (h *HULFT) serviceStatus(in *arrival) answer {
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"totalStatus": "0", "serviceStatus": []any{
		map[string]string{"region": "tokyo", "endpoint": "service2.tokyo.webconnect.hulft.com", "status": "0"},
	}})
}
