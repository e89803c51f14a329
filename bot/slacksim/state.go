package slacksim

// State is what one person sees. Its JSON is the answer of /people/state.
type State struct {
	Version   int               `json:"version"`
	Now       float64           `json:"now"` // seconds since 1970
	Me        string            `json:"me"`
	Team      TeamSeen          `json:"team"`
	Beside    string            `json:"beside"`
	App       AppSeen           `json:"app"`
	People    []PersonSeen      `json:"people"` // who have a client, see Workspace.As
	AllPeople map[string]string `json:"all_people"`
	AllGroups map[string]string `json:"all_groups"` // the handles of the user groups
	Channels  []ChannelSeen     `json:"channels"`
	Commands  []Command         `json:"commands"`
	Shortcuts []Shortcut        `json:"shortcuts"`
	Messages  []Message         `json:"messages"` // oldest first
	Notices   []Notice          `json:"notices"`
	Pushes    []Push            `json:"pushes"` // on their phone, newest first
	Modal     *Modal            `json:"modal"`
	Home      *Modal            `json:"home,omitempty"` // the app's Home tab; nil before it is published
	Grid      *GridSeen         `json:"grid"`           // nil for a workspace of no organization
	Methods   []string          `json:"methods"`        // of the Web API, which faults can meet
	Faults    []FaultSeen       `json:"faults"`         // that have not happened yet
}

// TeamSeen is the workspace as it is drawn.
type TeamSeen struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AppSeen is the app as it is drawn; Connected means at least one live socket, and Says is what
// SayOfApp was told.
type AppSeen struct {
	Name      string `json:"name"`
	UserID    string `json:"user_id"`
	Connected bool   `json:"connected"`
	Says      string `json:"says,omitempty"`
}

// GridSeen is the organization of the workspace, and whether people come from their homes
// in it; see SetGrid.
type GridSeen struct {
	Enterprise string `json:"enterprise"`
	On         bool   `json:"on"`
}

// PersonSeen is a person as they are drawn.
type PersonSeen struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Title    string `json:"title"`
	Kind     Kind   `json:"kind"`
	Home     string `json:"home"` // the workspace that they come from; "" for this one
}

// ChannelSeen is a conversation as it is drawn; Kind is channel or im.
type ChannelSeen struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	ExtShared bool   `json:"ext_shared"`
	Home      bool   `json:"home,omitempty"` // whether it is the talk with the app, and the app's Home tab is there
	// What else may keep the app from posting there; see Posting.
	Archived   bool `json:"archived,omitempty"`
	ReadOnly   bool `json:"read_only,omitempty"`
	ThreadOnly bool `json:"thread_only,omitempty"`
	Restricted bool `json:"restricted,omitempty"`
	// Pseudo says that its language, and that of its members, is one that nobody speaks (en-XA).
	Pseudo bool `json:"pseudo,omitempty"`
}

// Notice is what Slackbot says to one person about a command that failed.
type Notice struct {
	ID      string `json:"id"`
	Channel string `json:"channel"`
	Text    string `json:"text"`
}

// FaultSeen is a fault that waits for the next N things of a kind; see FailNext.
type FaultSeen struct {
	What string `json:"what"`
	Name string `json:"name"`
	N    int    `json:"n"`
}

// Message is a message as it is drawn.
type Message struct {
	Channel   string           `json:"channel"`
	TS        string           `json:"ts"`
	ThreadTS  string           `json:"thread_ts"`
	User      string           `json:"user"`
	Username  string           `json:"username"`
	Bot       bool             `json:"bot"`
	Text      string           `json:"text"`
	Blocks    []map[string]any `json:"blocks"`
	Edited    bool             `json:"edited"`
	Ephemeral bool             `json:"ephemeral"`
	Error     string           `json:"error"` // after a click that was not acknowledged
}

// Modal is the view on top of the person's stack.
type Modal struct {
	ID     string            `json:"id"`
	Title  any               `json:"title"`
	Submit any               `json:"submit"`
	Close  any               `json:"close"`
	Blocks []map[string]any  `json:"blocks"`
	Errors map[string]string `json:"errors"`
	Busy   bool              `json:"busy"`
	Error  string            `json:"error"`
}
