package slacksim

import "errors"

// writable refuses what a person writes, a command too, in the Messages tab of the app's Home where
// that is off or read-only: there is no field to write in (docs.slack.dev, "App Home").
func (w *Workspace) writable(r room) error {
	switch {
	case r.im == "":
		return nil
	case w.cfg.NoMessagesTab:
		return errors.New("slacksim: the app has no Messages tab")
	case w.cfg.MessagesReadOnly:
		return errors.New("slacksim: the app's Messages tab is read-only")
	}
	return nil
}

// reachable refuses what the app writes to a person where it has no Messages tab ("Errors" of
// chat.postMessage and chat.postEphemeral).
func (w *Workspace) reachable(r room) error {
	if r.im != "" && w.cfg.NoMessagesTab {
		return refuse("messages_tab_disabled")
	}
	return nil
}
