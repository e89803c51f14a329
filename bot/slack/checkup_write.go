package slack

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"quell/policy"
)

// place looks whether the bot would post in the channel at all.
func (e examination) place(ctx context.Context) bool {
	return e.usable(ctx, e.Channel, "The channel "+e.Channel)
}

// mostChannels bounds the channels that are looked up: Slack takes some 50 such calls a minute.
const mostChannels = 50

// channels looks at the audit channel, without which nothing is served, and at those of the policy:
// in one that cannot be used nobody is asked, or nobody hears who acts alone.
func (e examination) channels(ctx context.Context) {
	if e.Audit != "" && e.usable(ctx, e.Audit, "The audit channel "+e.Audit) {
		e.tell(Well, "The audit channel can be used.")
	}
	used := 0
	all := slices.DeleteFunc(slices.Clone(e.Channels), func(id string) bool { return id == e.Audit || id == e.Channel })
	for _, id := range all[:min(len(all), mostChannels)] {
		if e.usable(ctx, id, "The channel "+id+", which the policy names,") {
			used++
		}
	}
	if used > 0 {
		e.tell(Well, "Channels that the policy names by their ids and that can be used: %d.", used)
	}
	if left := len(all) - mostChannels; left > 0 {
		e.tell(Unknown, "Channels that the policy names and that were not looked at: %d. Only the first %d were.", left, mostChannels)
	}
}

// usable looks whether the bot would post in a channel, and tells why it would not.
func (e examination) usable(ctx context.Context, id, what string) bool {
	c, err := e.face.Channel(ctx, id, e.Now())
	switch {
	case err != nil:
		e.failed(what, err)
	case c.Place != policy.Workspace:
		e.tell(Wrong, "%s cannot be used: %s", what, cmp.Or(placeMended(c.Place), "others than this workspace may read it. Give a channel of this workspace alone."))
	}
	return err == nil && c.Place == policy.Workspace
}

// placeMended says what is wrong with a place and what mends it; "" for one that is not known here.
func placeMended(p policy.Place) string {
	return map[policy.Place]string{
		policy.Direct:       "it is a direct or group message, and nobody else would see what is asked there. Give a channel of this workspace.",
		policy.Shared:       "it is shared with another organisation. Give a channel of this workspace alone.",
		policy.Organisation: "it is shared with other workspaces of the organisation. Give a channel of this workspace alone.",
		policy.Absent:       "the bot is not in it, so it could show nobody a card. Invite it there (type /invite and its name).",
		policy.Hidden:       "Slack does not show it to the bot: there is none, or it is private or a direct message and the bot is not in it. Invite the bot there (type /invite and its name), or give another.",
		policy.Archived:     "it is archived, so nothing can be posted in it. Take it out of the archive, or give another.",
		policy.ReadOnly:     "it is read-only for the bot. Whoever manages the channel can let it post (Posting permissions).",
		policy.ThreadOnly:   "only replies can be posted in it, and a card needs a message of its own. Give another.",
	}[p]
}

// write posts a message, edits it, answers in its thread and deletes both. What was posted is
// deleted whatever else fails.
func (e examination) write(ctx context.Context) {
	_, ts, err := e.face.api.PostMessageContext(ctx, e.Channel, slack.MsgOptionText("A check-up of this bot. The message is deleted at once.", false))
	if err != nil {
		e.failed("Posting in "+e.Channel, wrap("chat.postMessage", err))
		return
	}
	did, posted := []string{"posted"}, []string{ts}
	if _, _, _, err := e.face.api.UpdateMessageContext(ctx, e.Channel, ts, slack.MsgOptionText("A check-up of this bot, edited.", false)); err != nil {
		e.failed("Editing in "+e.Channel, wrap("chat.update", err))
	} else {
		did = append(did, "edited")
		e.sizes(ctx, ts)
	}
	_, reply, err := e.face.api.PostMessageContext(ctx, e.Channel, slack.MsgOptionText("The thread.", false), slack.MsgOptionTS(ts))
	if err != nil {
		e.failed("Answering in a thread of "+e.Channel, wrap("chat.postMessage", err))
	} else {
		did, posted = append(did, "answered in its thread"), []string{reply, ts}
	}
	if e.remove(ctx, posted) {
		did = append(did, "deleted")
	}
	e.tell(Well, "In %s a message was %s.", e.Channel, strings.Join(did, ", "))
}

func (e examination) remove(ctx context.Context, posted []string) bool {
	for _, ts := range posted {
		if _, _, err := e.face.api.DeleteMessageContext(ctx, e.Channel, ts); err != nil {
			e.failed("Deleting the message "+ts+" in "+e.Channel+", which may still be there", wrap("chat.delete", err))
			return false
		}
	}
	return true
}

// sizes sees how large the blocks of an edit may be, of which Slack's documents say nothing:
// posts are refused near 13,200 (bolt-js#2509), and whether that counts characters or bytes is
// not known.
func (e examination) sizes(ctx context.Context, ts string) {
	const most = 13_200
	wide := e.takes(ctx, ts, strings.Repeat("…", 2000), 4) // 8,000 characters, 24,000 bytes
	long := e.takes(ctx, ts, strings.Repeat(".", 2500), 8) // 20,000 of both
	switch {
	case wide == "" && long == "":
		e.tell(Seen, "Blocks of 20,000 characters are taken in an edit: the limit near %d is none here.", most)
	case wide == "" && long == "msg_blocks_too_long":
		e.tell(Seen, "The limit on a message's blocks counts characters: 8,000 of them in 24,000 bytes are taken, and 20,000 are not.")
	case wide == "msg_blocks_too_long" && long == wide:
		e.tell(Seen, "The limit on a message's blocks counts bytes: 24,000 of them are refused, though they are 8,000 characters.")
	default:
		e.tell(Unknown, "Whether the limit on a message's blocks counts characters or bytes did not show: %q and %q.", wide, long)
	}
}

// takes is the code with which Slack refuses an edit with so many sections of a text; "" if it
// takes the edit.
func (e examination) takes(ctx context.Context, ts, text string, sections int) string {
	var blocks []slack.Block
	for range sections {
		blocks = append(blocks, slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, text, false, false), nil, nil))
	}
	_, _, _, err := e.face.api.UpdateMessageContext(ctx, e.Channel, ts, slack.MsgOptionBlocks(blocks...), slack.MsgOptionText("A check-up of this bot.", false))
	if err != nil && code(err) == "" {
		return "no answer"
	}
	return code(err)
}
