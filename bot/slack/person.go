package slack

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/people"
	"quell/commands"
	"quell/commands/words"
)

// from is who acted in an interaction and which workspace and organization it names. Of the
// two workspaces that it names, the user's own counts, not that of the place: in a channel
// that is shared with another organization the two differ.
func from(c slack.InteractionCallback, channel string) ReplyTo {
	who := commands.Person{Team: cmp.Or(c.User.TeamID, c.Team.ID), User: c.User.ID}
	return ReplyTo{Person: who, Enterprise: c.Enterprise.ID, Channel: channel}
}

// Person is the one form of whoever speaks, which the record has and by which people are
// compared. On Enterprise Grid a slash command of one person names the workspace of the place,
// and a click that of their home (bolt-js#1875): a member of this workspace is a person of
// this workspace, whichever of its organization an interaction names. User ids are unique
// within an organization and nowhere else, so anybody else stays who the interaction says.
//
// An error means that it could not be looked up whether somebody of our organization is a
// member here: neither a yes nor a no.
func (d *directory) Person(ctx context.Context, r ReplyTo) (commands.Person, error) {
	p := d.Named(r)
	if p == r.Person || p.Team != d.home.team {
		return p, nil
	}
	switch a, err := d.users.get(ctx, p.User, d.now().Add(-people.Fresh)); {
	case err != nil:
		return commands.Person{}, err
	case !a.inOrganization:
		return r.Person, nil
	}
	return p, nil
}

// Named is whom an interaction names, before anybody is looked up: of all that our own
// organization calls by one user id it is one person. An organization that is absent equals
// no other. A user id of another organization belongs to somebody else, also where the
// interaction names this workspace, such as that of the place.
func (d *directory) Named(r ReplyTo) commands.Person {
	ours := commands.Person{Team: d.home.team, User: r.Person.User}
	switch {
	case d.home.enterprise != "" && r.Enterprise == d.home.enterprise:
		return ours
	case d.home.enterprise != "" && r.Enterprise != "" && r.Person.Team == d.home.team:
		return commands.Person{Team: r.Enterprise, User: r.Person.User}
	}
	return r.Person
}

// home is the workspace of the bot token, and its organization on Enterprise Grid; "" for
// none.
type home struct{ team, enterprise string }

// enterpriseUser is what is needed of the enterprise_user of a user object (docs.slack.dev,
// "User object").
type enterpriseUser struct {
	EnterpriseID string   `json:"enterprise_id"`
	Teams        []string `json:"teams"`
}

// in reports whether somebody of our organization is a member of this workspace.
func (u enterpriseUser) in(h home) bool {
	return h.enterprise != "" && u.EnterpriseID == h.enterprise && slices.Contains(u.Teams, h.team)
}

// asksForHelp says that a delivery is answered alike whoever sent it.
func (h Delivery) asksForHelp() bool {
	if h.Mention != nil {
		return true
	}
	if h.SlashCommand == nil || h.SlashCommand.Command != "quell" {
		return false
	}
	sub, _ := firstWord(h.SlashCommand.Text)
	return sub == "" || strings.EqualFold(sub, "help")
}

// unknownSender is the verdict on a delivery whose sender could not be looked up. As with any
// look-up that fails, what decides about a case or stops it is kept until one succeeds, and
// all else is refused, unless the look-up only had to wait too long for its turn.
func (d *dispatcher) unknownSender(ctx context.Context, h Delivery, err error) bot.Verdict {
	var on bot.On
	switch {
	case h.Click != nil:
		on = bot.On{Case: h.Click.Case, Fingerprint: h.Click.Fingerprint}
	case h.BreakGlassReason != nil:
		on.Case = h.BreakGlassReason.Case
	}
	switch p := h.Click; {
	case h.DenyReason != nil, p != nil && p.Button == Withdraw:
		return bot.Verdict{Say: words.New("heard.kept"), Open: true}
	case p != nil && p.Button == Sign:
		return bot.Verdict{Say: words.New("review.waits"), Open: true}
	case p != nil && p.Button == Approve:
		return d.Front.VoteLater(ctx, h.speaker(), on, approval.Yes, err)
	case p != nil && (p.Button == Deny || p.Button == Stop):
		return d.Front.VoteLater(ctx, h.speaker(), on, approval.No, err)
	}
	v := d.Front.Unplaced(ctx, h.speaker(), on.Case, err)
	if v.Open && h.stops() { // a freeze: whoever believes that it waits believes that something is stopped
		return bot.Verdict{Say: words.New("freeze.busy")}
	}
	if h.FormAction != nil {
		return d.atOnce(v)
	}
	if h.FormSubmission != nil && !v.Open {
		v.Field = bot.TheThings
	}
	return v
}
