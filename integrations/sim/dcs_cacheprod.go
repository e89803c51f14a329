package sim

import "time"

// CacheProd is the instance that the playground and most tests act on: a
// master/standby Redis with a checkout worker that has been stuck in BRPOP for
// hours. Its ids and the first two addresses are those of the published
// example of HangUpClients; its keys are made up and open nothing.
func CacheProd() DCSConfig {
	const master, slave = "8f7ee181-88e2-49b7-a4bf-81f18f93a135", "ff80808189bf92a50189d330303b77ab"
	return DCSConfig{
		Region:     "cn-north-4",
		ProjectID:  "0123456789abcdef0123456789abcdef",
		InstanceID: "8f7ee181-88e2-49b7-a4bf-81f18f93a135",
		Name:       "cache-prod",
		AccessKey:  "FAKEAKPLAYGROUND00",
		SecretKey:  "not-a-real-secret-key-for-the-playground",
		User:       IAMUser{Domain: "example-account", Name: "quell-playground", Password: "not-a-real-password"},
		ScanTime:   300 * time.Millisecond,
		Nodes: []Node{
			{
				ID: master, LogicalID: "79653bcbd0e5c104fefedd188aa372d6",
				Role: "redis-server", Type: "master", IP: "192.168.68.157", Zone: "cn-north-4a",
			},
			{
				ID: slave, LogicalID: "8f997eb512a92834bf5914be52ca8919",
				Role: "redis-server", Type: "slave", IP: "192.168.68.158", Zone: "cn-north-4b",
			},
		},
		Sessions: cacheProdSessions(),
	}
}

// cacheProdSessions are all on the master: workers that wait for jobs, services
// that ask all the time, the replica and the monitoring.
func cacheProdSessions() []Session {
	const day = 24 * time.Hour
	return []Session{
		{
			Peer: "10.63.238.158:2048", Addr: "198.19.131.14:1637", Name: "checkout-worker",
			Cmd: "brpop", Flags: "b", Age: 26 * time.Hour, Idle: 3 * time.Hour,
		},
		{
			Peer: "10.63.238.159:3058", Name: "checkout-worker",
			Cmd: "brpop", Flags: "b", Age: 26 * time.Hour, Every: 9 * time.Second,
		},
		{
			Peer: "10.63.238.171:50412", Name: "payment-api", User: "payments",
			Cmd: "hgetall", Age: 5*time.Hour + 12*time.Minute, Every: 2 * time.Second,
		},
		{
			Peer: "10.63.238.172:50418", Name: "payment-api", User: "payments",
			Cmd: "set", Age: 5*time.Hour + 11*time.Minute, Every: 3 * time.Second,
		},
		{Peer: "10.63.240.20:41830", Name: "cart-api", Cmd: "get", Age: 47 * time.Minute, Every: 4 * time.Second},
		{
			Peer: "10.63.240.33:60122", Name: "nightly-cron", DB: "3",
			Cmd: "eval", Age: 94 * time.Minute, Idle: 38 * time.Minute,
		},
		{Peer: "192.168.68.158:6379", Cmd: "replconf", Flags: "S", Age: 19 * day, Every: time.Second},
		{
			Peer: "10.63.1.9:33004", Name: "redis-exporter", User: "monitor",
			Cmd: "info", Age: 19 * day, Every: 15 * time.Second,
		},
	}
}
