package slacksim

// SayOfApp has the page say something of the app, above everything else: what whoever runs the
// app's program beside the workspace knows of it. "" takes it back. Slack shows no such thing.
func (w *Workspace) SayOfApp(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ofApp != text {
		w.ofApp = text
		w.touch()
	}
}
