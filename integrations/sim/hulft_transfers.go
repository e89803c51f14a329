package sim

import "time"

// Transfers is the contract that the playground acts on: one Agent that returns by
// itself, one that stays away, one that is too old, and one that hangs on its way out.
func Transfers() HULFTConfig {
	return HULFTConfig{
		Name: "transfers",
		Keys: map[string][]string{
			"fake-hulft-key-for-the-playground": {AgentGet, AgentMayEnd, RelayLogGet},
			"fake-hulft-key-that-only-reads":    {AgentGet, RelayLogGet},
			"fake-hulft-key-without-the-log":    {AgentGet},
			"fake-hulft-key-that-disconnects":   {AgentMayEnd},
		},
		Agents: []Agent{
			{ID: "osaka-01", Direction: "send", Age: 31 * 24 * time.Hour, Returns: true},
			{ID: "osaka-01", Direction: "receive", Age: 31 * 24 * time.Hour},
			{ID: "nagoya-02", Direction: "send", Age: 5 * time.Hour, Transferring: true, Endpoint: "california-service1.webconnect.hulft.com"},
			{ID: "sendai-03", Direction: "receive", Version: "1.1.0", Age: 900 * time.Hour},
			{ID: "kyoto-04", Direction: "send", Age: 12 * time.Minute, Closing: true},
		},
		Log: []Relay{
			{Sender: "osaka-01", Receiver: "nagoya-02", Ago: 4 * time.Minute},
			{Sender: "nagoya-02", Receiver: "osaka-01", Failed: true, Ago: 11 * time.Minute},
		},
	}
}
