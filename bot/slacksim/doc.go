// Package slacksim is a Slack workspace in one process, to judge a bot by: the
// Web API, Socket Mode, and people who type and click. It knows Slack's wire
// and no Slack library, so a mistake of a library is not repeated here.
//
// Serve Handler and point the bot at it (api.test and so on live below /api/).
// Tests drive the people with As; a page in a browser does the same over the
// people API, which is a thin layer on that driver.
//
// # What is played, and from which facts
//
// From docs.slack.dev, one page each: the methods with their tiers, required
// arguments and error codes; "Using Socket Mode" (tickets, hello, disconnect
// and its reasons, envelopes, which of them take a payload in the ack); "Rate
// limits"; "Handling user interaction" (trigger_id once within 3 s,
// response_url 5 times within 30 minutes, response_action, response_urls);
// "Implementing slash commands" (should_escape: people, channels and links as
// tokens); "Formatting message text" (&, < and > are escaped); what an event looks
// like and when it is sent again ("The Events API"); the Home tab (views.publish with its hash, app_home_opened);
// its Messages tab, which may be off or read-only ("App Home", messages_tab_disabled);
// shortcuts of both kinds, of which only those are offered that the app's configuration has, and what they tell the app ("Shortcuts"); where a permalink leads (chat.getPermalink); the scopes and arguments of
// each method (contract.go); the
// Block Kit reference (every limit in limits.go and elements.go, what may stand
// where, what an input holds, min_query_length, that a menu has each value once, that a
// long section may be folded behind "See more" unless it has expand: true, that verbatim
// text gets no links of Slack's own); chat.update (text
// without blocks removes the blocks); the user object, in which somebody from
// another organization who shares a channel with the app is no is_stranger; bots.info, whose
// app_id is compared with that of a hello;
// usergroups.list, whose user_count may be a string, which lists disabled groups only where
// they are asked for, and which a plan without
// groups refuses; the locale of a person and of a channel, where it is asked for.
//
// Enterprise Grid (grid.go): a slash command names the workspace of the place,
// an interaction the home of the person beside it, a form that was sent the
// home alone, each with the enterprise (bolt-js 1875 and 1614, java-slack-sdk
// 1041); enterprise_user of the user object; auth.test with enterprise_id, and
// for an app that is installed org-wide; a person who is a member of two
// workspaces, one of another enterprise, and one of another organization who
// has the user id of somebody here. Direct messages and group messages of
// others, of which conversations.info knows nothing (Netflix/dispatch 628).
//
// What rings a phone (pushes.go): a mention of its owner, of a user group of theirs or of everybody,
// and a direct message; never an edit. A push shows the text of a message and nothing of its blocks
// (docs.slack.dev, chat.postMessage, and the changelog of 2026-07-13).
//
// Who may post (places.go), from "Errors" of chat.postMessage, chat.postEphemeral
// and chat.update: channels that are archived, read-only for the app, restricted or
// for replies alone, with is_archived, is_read_only and is_thread_only in
// conversations.info (slack-go's Conversation); the time after which the workspace
// lets nobody edit a message; conversations that are not public and that the app is
// not in, of which every method says channel_not_found. Ephemeral messages, which
// are gone once the page is loaded anew.
//
// From what others measured: an envelope goes to any one of at most ten
// sockets and is never sent again (bolt-js 2225, python-slack-sdk 1940); acks
// of 20 kB and more vanish (slack-go); "/x failed with the error
// "dispatch_failed"" and "operation_timeout" (python-slack-sdk 1065, Netflix
// dispatch 833); "/x is not supported in threads. Sorry!"; msg_blocks_too_long
// near 13,200 (bolt-js 2509, 2867); that the height on the screen decides what is folded
// (hermes-agent 95565); the wording of Block Kit's errors
// with their JSON pointers.
//
// slack-go and Slack's own packages for Node (testdata/bolt) run against it in
// the tests; the latter say themselves when a payload lacks a field.
//
// # What is believed only
//
// The life of a ticket (30 s) and the status of a bad one; how large a burst
// each tier bears; that blocks are counted as the bytes of their JSON, and on chat.update and
// chat.postEphemeral too; that a character of any other limit is one of UTF-16; from how many
// lines on a section is folded, and that a form folds as a message does; what is said to a menu
// that has a value twice; that an ack may come in on another socket of the app
// (slack-go does that); that a socket gets envelopes as before after its disconnect
// frame, ends ten seconds later and counts until then; that the sockets end with a
// revoked app token; the words at a button and in a modal
// whose envelope was not acknowledged; that &, < and > are escaped in a message that is typed,
// so that only a name that is offered mentions somebody (the page does this, while Say and Reply
// take a message's text as it is on the wire); that a form with clear_on_close tells of every
// view in its stack that asked; the words for a picture or an option that is
// missing; that a slash command's text is escaped as all text is, also without
// should_escape; what is made a link of: every host name with a last part of
// letters, for Slack's list of those is not known; that a menu whose
// suggestions break a limit shows none; what replace_original means to a slash
// command (the first message it produced); the statuses of a used-up response
// URL; the team and the enterprise of an outsider's payload (their own); that the
// team_id of a user object is the home; that auth.test names no team for an app
// that is installed org-wide; the name of a group message in a slash command;
// that in a read-only channel one person alone can still be told something, and
// messages be edited; that buttons still work in an archived channel; that beside blocks a mention in
// the text alone rings nobody; that a group which is no longer in use, a message to one person alone
// and a mention of somebody outside of the channel ring nobody; what a push makes of tokens (names, a
// date's fallback), that it shows emoji and no other mark, and what it says where there is no text; that a deleted message leaves its push;
// that nobody is away, has the channel muted or follows a thread.
// People of other organizations may use commands and buttons here, so that a bot
// has to refuse them itself.
//
// # What goes wrong
//
// FailNext makes calls, deliveries and sockets meet faults that have names; a
// command that comes twice or late is one of them, though Slack is not known
// to do that. What the "app" meets (its token is revoked, another program opens sockets
// with it) lasts until ClearFaults. Sockets counts what became of sockets and envelopes. Clients are honest: what Slack's own would not send (an answer
// that was not offered, a form twice) is an error of Do, Suggest and Submit.
// Forge sends it nevertheless.
//
// # What is not played
//
// Events but app_mention, message.im and app_home_opened, of which the last comes with the Home
// tab alone; files, pages of results. A mention is offered by name only to those who are no
// outsiders, and no user group is offered. The text of a message is kept exactly as it was sent.
//
// # Time
//
// What Slack judges when a request arrives (rates, triggers, response URLs,
// tickets) goes by Config.Now, so that a test can move the clock. What Slack
// does by itself later (giving up on an ack, pings) goes by timers, with
// durations in Config.
package slacksim
