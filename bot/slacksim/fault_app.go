package slacksim

// What the app can meet until ClearFaults.
const (
	// SharesSockets is that another program opens two sockets with the app's token. Each
	// gets its part of the envelopes, and acknowledges none.
	SharesSockets = "shares its sockets"
	// SharesIdleSockets is that two more sockets are counted, which get no envelopes.
	SharesIdleSockets = "shares idle sockets"
	// HasTooManySockets is that other programs hold all ten, and the app's own end.
	HasTooManySockets = "has too many sockets"
	// LosesAppToken and LosesBotToken revoke a token. The sockets end with the app token.
	LosesAppToken = "loses its app token"
	LosesBotToken = "loses its bot token"
)

func (w *Workspace) faultApp(name string) {
	switch name {
	case SharesSockets, SharesIdleSockets:
		w.others, w.idle = 2, name == SharesIdleSockets
	case GreetsUncounted:
		w.uncounted = true
	case HasTooManySockets:
		w.others = mostSockets
		w.faultSockets(BreaksOff, true)
	default:
		w.lost[name] = true
		if name == LosesAppToken {
			w.faultSockets(BreaksOff, true)
		}
	}
	w.touch()
}

// ReplaceTokens makes other tokens the right ones; those from before are refused.
func (w *Workspace) ReplaceTokens(app, bot string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cfg.AppToken, w.cfg.BotToken = app, bot
	w.touch()
}

// appFaults lists what the app has met.
func (w *Workspace) appFaults() (all []FaultSeen) {
	switch w.others {
	case 0:
	case mostSockets:
		all = append(all, FaultSeen{"app", HasTooManySockets, 1})
	default:
		all = append(all, FaultSeen{"app", map[bool]string{false: SharesSockets, true: SharesIdleSockets}[w.idle], 1})
	}
	if w.uncounted {
		all = append(all, FaultSeen{"app", GreetsUncounted, 1})
	}
	for _, name := range []string{LosesAppToken, LosesBotToken} {
		if w.lost[name] {
			all = append(all, FaultSeen{"app", name, 1})
		}
	}
	return all
}

// revoked refuses a call whose token is right and was revoked.
func (w *Workspace) revoked(method string) error {
	lost := LosesBotToken
	if method == "apps.connections.open" {
		lost = LosesAppToken
	}
	if w.lost[lost] {
		return refuse("token_revoked")
	}
	return nil
}
