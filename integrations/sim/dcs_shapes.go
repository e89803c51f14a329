package sim

import "time"

// CacheSingle, CacheCluster, CacheProxy and CacheShared are CacheProd in the other forms
// that an instance can have, with the same account. CacheRedis is CacheProd
// with a real Redis behind it.

// CacheSingle is one node.
func CacheSingle() DCSConfig {
	cfg := CacheProd()
	cfg.Name, cfg.CacheMode, cfg.Nodes = "cache-single", "single", cfg.Nodes[:1]
	return cfg
}

// CacheRedis is one node before a Redis server, whose clients are the sessions.
func CacheRedis(server *Redis) DCSConfig {
	cfg := CacheSingle()
	cfg.Name, cfg.Sessions, cfg.Redis = CacheProd().Name, nil, server
	return cfg
}

// CacheCluster is a Redis Cluster of two shards. Its clients connect to each
// shard: the same worker is on both, from two ports.
func CacheCluster() DCSConfig {
	cfg := CacheProd()
	cfg.Name, cfg.CacheMode = "cache-cluster", "cluster"
	cfg.Nodes = []Node{node("c1", "master", "192.168.70.11"), node("c2", "master", "192.168.70.12")}
	cfg.Sessions = []Session{
		{Node: "c1", Peer: "10.63.238.158:2048", Name: "checkout-worker", Cmd: "brpop", Flags: "b", Age: 26 * time.Hour, Idle: 3 * time.Hour},
		{Node: "c2", Peer: "10.63.238.158:2050", Name: "checkout-worker", Cmd: "get", Age: 26 * time.Hour, Every: 9 * time.Second},
	}
	return cfg
}

// CacheProxy is a Proxy Cluster: two proxies, to which clients connect, before
// one shard, on which no client is listed. Whether sessions on proxies have a
// peer is not documented; here one has and one has not.
func CacheProxy() DCSConfig {
	cfg := CacheProd()
	cfg.Name, cfg.CacheMode = "cache-proxy", "proxy"
	cfg.Nodes = []Node{
		node("p1", "proxy", "192.168.71.11"), node("p2", "proxy", "192.168.71.12"),
		node("d1", "master", "192.168.71.21"), node("d2", "slave", "192.168.71.22"),
	}
	cfg.Sessions = []Session{
		{Node: "p1", Peer: "10.63.238.158:2048", Name: "checkout-worker", Cmd: "brpop", Flags: "b", Age: 26 * time.Hour, Idle: 3 * time.Hour},
		{Node: "p2", Peer: "10.63.238.158:2050", Name: "checkout-worker", Cmd: "get", Age: 26 * time.Hour, Every: 9 * time.Second},
		{Node: "p2", Addr: "10.63.240.33:60122", Name: "nightly-cron", Cmd: "eval", Age: 94 * time.Minute, Idle: 38 * time.Minute},
	}
	return cfg
}

// CacheShared is CacheProxy with one proxy, at which two clients have one address: a proxy can
// stand for them before the instance. That peer is unique is not documented; two that share one
// have ids and addrs of their own.
func CacheShared() DCSConfig {
	const shared = "198.19.131.14:7001"
	cfg := CacheProxy()
	cfg.Name = "cache-shared"
	cfg.Sessions = []Session{
		{Node: "p1", Peer: shared, Name: "checkout-worker", Cmd: "brpop", Flags: "b", Age: 26 * time.Hour, Idle: 3 * time.Hour},
		{Node: "p1", Peer: shared, Name: "nightly-cron", Cmd: "eval", Age: 94 * time.Minute, Idle: 38 * time.Minute},
		{Node: "p1", Peer: "10.63.240.20:41830", Name: "cart-api", Cmd: "get", Age: 47 * time.Minute, Every: 4 * time.Second},
	}
	return cfg
}

func node(id, kind, ip string) Node {
	n := Node{ID: id, LogicalID: "logical-" + id, Role: "redis-server", Type: kind, IP: ip, Zone: "cn-north-4a"}
	if kind == "proxy" {
		n.Role = "redis-proxy"
	}
	return n
}
