package sim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// clientInfo is one session as ListClients gives it (DCS API Reference,
// "Querying the Session List"). id, fd and db are text, the counters numbers.
type clientInfo struct {
	ID    string `json:"id"`
	Addr  string `json:"addr"`
	Peer  string `json:"peer,omitempty"`
	FD    string `json:"fd"`
	Name  string `json:"name"`
	Cmd   string `json:"cmd"`
	Age   int    `json:"age"`
	Idle  int    `json:"idle"`
	DB    string `json:"db"`
	Flags string `json:"flags"`
	Counts
	Network string `json:"network"`
	User    string `json:"user"`
}

func infoOf(s Session) clientInfo {
	return clientInfo{
		ID: s.ID, Addr: s.Addr, Peer: s.Peer, FD: s.FD, Name: s.Name, Cmd: s.Cmd,
		Age: int(s.Age / time.Second), Idle: int(s.Idle / time.Second),
		DB: s.DB, Flags: s.Flags, Counts: s.Counts, Network: "vpc", User: s.User,
	}
}

// listClients is GET …/clients: pages of what the last scan of the node saw.
func (d *DCS) listClients(in *arrival) answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	query := in.URL.Query()
	node := query.Get("node_id")
	if code := d.blocked(node, d.now()); code != "" {
		return dcsError(in, code)
	}
	last, scanned := d.scans[node]
	if !scanned { // documented in a note: a list without a scan is a 500
		return dcsError(in, internal)
	}
	offset, limit, ok := pageOf(query)
	if !ok {
		return dcsError(in, wrongPage)
	}
	found := arrange(last.seen, query)
	page := found[min(offset, len(found)):min(offset+limit, len(found))]
	return jsonAnswer(in.out, http.StatusOK, map[string]any{
		"time": last.began.UTC().Format("2006-01-02T15:04:05.000Z"), "count": len(found), "clients": page,
	})
}

// pageOf reads offset (0 and more) and limit (1 to 1000, 10 if not given).
func pageOf(query url.Values) (offset, limit int, ok bool) {
	limit = 10
	for name, into := range map[string]*int{"offset": &offset, "limit": &limit} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(query.Get(name))
		if err != nil {
			return 0, 0, false
		}
		*into = n
	}
	return offset, limit, offset >= 0 && limit >= 1 && limit <= 1000
}

// arrange filters by addr and sorts by any field, downwards if not asked
// otherwise. How addr is matched is not documented: here by any part of it.
func arrange(seen []Session, query url.Values) []clientInfo {
	found := make([]clientInfo, 0, len(seen))
	for _, s := range seen {
		if strings.Contains(s.Addr, query.Get("addr")) {
			found = append(found, infoOf(s))
		}
	}
	if field := query.Get("sort"); field != "" {
		slices.SortStableFunc(found, func(a, b clientInfo) int { return compareField(a, b, field) })
		if query.Get("order") != "asc" {
			slices.Reverse(found)
		}
	}
	return found
}

// compareField orders numbers, also those that come as text, by their value.
func compareField(a, b clientInfo, field string) int {
	x, y := fieldOf(a, field), fieldOf(b, field)
	m, errM := strconv.Atoi(x)
	n, errN := strconv.Atoi(y)
	if errM == nil && errN == nil {
		return m - n
	}
	return strings.Compare(x, y)
}

func fieldOf(c clientInfo, field string) string {
	b, _ := json.Marshal(c)
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(b, &fields)
	return strings.Trim(string(fields[field]), `"`)
}

// hangUpClients is POST …/clients/kill: 204 and no body. An address is the
// session's peer, not its addr. What one of nobody is answered is not documented: it is
// passed over, and where somebody was first it is refused, so that both are played.
func (d *DCS) hangUpClients(in *arrival) answer {
	var req struct {
		NodeID      string   `json:"node_id"`
		ClientAddrs []string `json:"client_addrs"`
	}
	if code := readBody(in, &req); code != "" {
		return dcsError(in, code)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	if code := d.blocked(req.NodeID, now); code != "" {
		return dcsError(in, code)
	}
	if len(req.ClientAddrs) == 0 || slices.ContainsFunc(req.ClientAddrs, notAnAddress) {
		return dcsError(in, malformedBody)
	}
	if in.fault == Ignore {
		return answer{status: http.StatusNoContent}
	}
	ended, err := d.end(req.NodeID, req.ClientAddrs, now)
	if err != nil {
		return dcsError(in, internal)
	}
	if in.fault == SomebodyFirst {
		return dcsError(in, malformedBody)
	}
	if in.fault == Respawn {
		for _, s := range ended {
			d.live.comeBack(s, now.Add(d.cfg.RespawnAfter))
		}
	}
	return answer{status: http.StatusNoContent}
}

func notAnAddress(s string) bool {
	_, err := netip.ParseAddrPort(s)
	return err != nil
}

// readBody decodes the JSON object of a write, or returns the refusal.
func readBody(in *arrival, into any) dcsCode {
	if len(bytes.TrimSpace(in.body)) == 0 {
		return emptyBody
	}
	if !strings.HasPrefix(in.Header.Get("Content-Type"), "application/json") || json.Unmarshal(in.body, into) != nil {
		return malformedBody
	}
	return ""
}
