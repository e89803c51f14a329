package dcs

import (
	"strconv"
	"strings"

	"quell/integrations"
)

// The vendor's own names of its calls.
const (
	opKill     = "HangUpClients"
	opScan     = "ScanClients"
	opList     = "ListClients"
	opNodes    = "ShowNodesInformation"
	opInstance = "ShowInstance"
)

type killBody struct {
	NodeID      string   `json:"node_id"`
	ClientAddrs []string `json:"client_addrs"`
}

type scanBody struct {
	NodeID     string `json:"node_id"`
	CleanCache bool   `json:"clean_cache"`
}

type text = integrations.Text

type instance struct {
	EngineVersion text `json:"engine_version"`
	CacheMode     text `json:"cache_mode"`
}

// tooOld: sessions are managed for Redis 4.0 and later. A version that cannot
// be read is no reason to refuse: the vendor will say.
func (i instance) tooOld() bool {
	major, _, _ := strings.Cut(string(i.EngineVersion), ".")
	n, err := strconv.Atoi(major)
	return err == nil && n < 4
}

// sessionRole is the role of the nodes that know the sessions (ListClients):
// where proxies stand before the data, clients are connected to the proxies.
func (i instance) sessionRole() string {
	if i.CacheMode == "proxy" || i.CacheMode == "ha_rw_split" {
		return "redis-proxy"
	}
	return "redis-server"
}

type nodeList struct {
	Total text `json:"total"`
	Nodes []struct {
		NodeID text `json:"node_id"`
		Role   text `json:"node_role"`
		Status text `json:"status"`
	} `json:"nodes"`
}

type clientPage struct {
	Time    text      `json:"time"`
	Count   text      `json:"count"`
	Clients []session `json:"clients"`
}

// session is ListClients' ClientInfo, as far as it is of use. age and idle are
// in seconds. What a policy protects by keeps whether it was given at all.
type session struct {
	ID    text               `json:"id"`
	Addr  integrations.Given `json:"addr"`
	Peer  integrations.Given `json:"peer"`
	Name  integrations.Given `json:"name"`
	User  integrations.Given `json:"user"`
	DB    text               `json:"db"`
	Cmd   text               `json:"cmd"`
	Age   text               `json:"age"`
	Idle  text               `json:"idle"`
	Flags integrations.Given `json:"flags"`
	Sub   text               `json:"sub"`
	PSub  text               `json:"psub"`
	Multi text               `json:"multi"`
	QBuf  text               `json:"qbuf"`
	OMem  text               `json:"omem"`
}
