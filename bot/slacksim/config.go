package slacksim

import (
	"crypto/rand"
	"io"
	"log/slog"
	"time"
)

// Config describes a workspace. Acme returns a complete one to start from.
type Config struct {
	Team     Team
	App      App
	People   []Person
	Channels []Channel
	Groups   []Group
	Commands []Command
	// Shortcuts are those that people are offered. No other can be run.
	Shortcuts []Shortcut
	Events    []string // that the app subscribes to: app_mention, message.im, app_home_opened
	// NoMessagesTab means that the Messages tab of the app's Home is not enabled, and MessagesReadOnly
	// that people cannot write there (app manifest reference, "features.app_home").
	NoMessagesTab, MessagesReadOnly bool
	// NoHomeTab means that the app's Home tab is not enabled.
	NoHomeTab bool
	// Enterprise is the organization of Enterprise Grid that the workspace belongs to.
	Enterprise Enterprise
	// OrgWide has auth.test say that the app is installed for the whole Enterprise.
	OrgWide bool
	// WithoutGroups makes it a workspace whose plan has no user groups.
	WithoutGroups bool

	AppToken string // xapp-…: opens sockets, nothing else
	BotToken string // xoxb-…: everything else
	// SocketApp is the app that AppToken is of, if not App.
	SocketApp string
	// Scopes are granted to the bot token. Unless they are set, it may do everything, and no
	// answer says what it may.
	Scopes []string

	// Beside is the address that the page shows in a frame beside the
	// channel; "" shows none.
	Beside string
	// Unlimited switches the rate tiers off.
	Unlimited bool
	// RateFactor multiplies the rate tiers; 1 unless set.
	RateFactor int
	// EditWindow is how long after its post a message may be edited, also by the app that posted
	// it; 0 is for ever, and less than 0 not at all.
	EditWindow time.Duration
	// AckWithin is the time an app has to acknowledge an envelope, 3 s unless set.
	AckWithin time.Duration
	// RetryEvents are the pauses before an event that was not acknowledged is sent again;
	// Slack's unless set.
	RetryEvents []time.Duration
	// SlowBy is the delay of a Slow call, 5 s unless set.
	SlowBy time.Duration
	// Life is how long a socket lives, 18060 s unless set. Then it is told
	// refresh_requested. A client that asks for debug_reconnects gets 360 s.
	Life time.Duration
	// Grace is the time between the disconnect frame of a socket and its end, 10 s unless set.
	Grace time.Duration
	// PingEvery is the pause between two pings on a socket, 5 s unless set.
	PingEvery time.Duration

	// Record is told of everything that the app sends, if it is set. It must not use the
	// workspace.
	Record func(Sent)

	Now  func() time.Time // time.Now unless set
	Rand io.Reader        // crypto/rand unless set: ids that no other run has
	Log  *slog.Logger     // silent unless set
}

// Team is a Slack workspace.
type Team struct{ ID, Name, Domain string }

// App is the one app that is installed in the workspace, and its bot user.
type App struct{ ID, BotID, UserID, Name string }

// Kind says what a person is to the workspace.
type Kind string

// The kinds of person, as the people API names them.
const (
	Member      Kind = "member"
	Guest       Kind = "guest"
	Bot         Kind = "bot"
	External    Kind = "external"
	Deactivated Kind = "deactivated"
	Hidden      Kind = "hidden" // users.info shows them to nobody ("user_not_visible")
)

// Person is somebody with a user id.
type Person struct {
	ID, Name, RealName, Title string
	Kind                      Kind
	// SingleChannel makes a Guest a single-channel guest.
	SingleChannel bool
	// Team is the workspace an External person belongs to, and Enterprise its organization.
	Team       string
	Enterprise Enterprise
	// Home is the workspace of Config.Enterprise that interactions of this person name as
	// theirs, where that is not Config.Team. They are a member of both.
	Home string
	// UserID is the user id of an External person who has that of somebody here: ids are
	// unique within an organization alone. ID then only tells the two apart.
	UserID string
	// AppUser says that the person has authorized the app.
	AppUser bool
	// Locale is the language of their client, such as "ja-JP"; "" for "en-US".
	Locale string

	from string // the workspace whose client is in use; "" for Config.Team
}

// Channel is a conversation of several. The direct messages with the app are
// not configured: everybody who may act has one.
type Channel struct {
	ID, Name         string
	Creator          string   // the user who made it
	Members          []string // user ids
	Private          bool
	ExtShared        bool   // shared with another organization
	PendingExtShared bool   // an invitation to another organization is out
	OrgShared        bool   // shared within an Enterprise organization
	Direct           bool   // a direct message of Members with each other
	WithoutApp       bool   // the app was not invited
	Locale           string // "" for "en-US"
	Posting
}

// Group is a user group.
type Group struct {
	ID, Handle, Name string
	Updated          int64    // when it was changed last, in seconds since 1970
	Disabled         int64    // when it was disabled, likewise; 0 for one in use
	Users            []string // user ids
	// CountAsText gives user_count as a string, as the page of usergroups.list has it. A
	// number was seen too (slack-go 1604).
	CountAsText bool
}

// Command is a slash command of the app.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
	// ShouldEscape has Slack write the people and channels that the text names with
	// their ids, and addresses as links (docs.slack.dev, "Implementing slash commands",
	// "Escape channels, users, and links").
	ShouldEscape bool `json:"should_escape"`
}

// Shortcut is one of the app's; Type is global or message (app manifest reference, "features.shortcuts").
type Shortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

// withDefaults fills in what was left open.
func (c Config) withDefaults() Config {
	c.RateFactor = max(c.RateFactor, 1)
	if c.AckWithin == 0 {
		c.AckWithin = 3 * time.Second
	}
	if c.RetryEvents == nil {
		c.RetryEvents = retryEvents()
	}
	if c.SlowBy == 0 {
		c.SlowBy = 5 * time.Second
	}
	if c.Life == 0 {
		c.Life = connectionLife
	}
	if c.Grace == 0 {
		c.Grace = disconnectGrace
	}
	if c.PingEvery == 0 {
		c.PingEvery = 5 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}
