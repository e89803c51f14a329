package slack

import (
	"slices"

	"quell/commands/words"
)

// scope is what a refusal of Slack's is final for: what has to change before a later try can
// go through.
type scope int

const (
	passing   scope = iota // nothing: it often passes by itself
	ofPlace                // the channel, or what the bot may do there
	ofPerson               // the person who was to be reached or looked up
	ofMessage              // this message or this form, as it was sent
	ofApp                  // the app: its token, its scopes, its installation
)

// way is the next way to reach whoever spoke, after a refusal. Each way down is tried once.
type way int

const (
	later    way = iota // the same call again
	shorter             // the same card with less in it
	plainer             // text without blocks but for the buttons
	anew                // another message instead of an edit of this one
	inThread            // in the thread of the card, where there is one
	alone               // to one person alone, in the channel (chat.postEphemeral)
	directly            // to one person by a direct message
	nowhere             // nobody is reached through Slack: the log says it
)

// cause is why Slack refused, in words for people: the id of its sentence without "slack.".
type cause string

const (
	becauseBusy       cause = "busy"
	becauseArchived   cause = "archived"
	becauseReadOnly   cause = "read-only"
	becauseThreadOnly cause = "thread-only"
	becauseRestricted cause = "restricted"
	becauseAbsent     cause = "absent"
	becauseNotFound   cause = "not-found"
	becauseSuspended  cause = "suspended"
	becauseNoTab      cause = "no-tab"
	becauseNobody     cause = "nobody"
	becauseElsewhere  cause = "elsewhere"
	becauseTooLong    cause = "too-long"
	becauseMalformed  cause = "malformed"
	becauseNoThread   cause = "no-thread"
	becauseNoEdit     cause = "no-edit"
	becauseDeleted    cause = "deleted"
	becauseTooLate    cause = "too-late"
	becauseToken      cause = "token"
	becauseScope      cause = "scope"
	becausePlan       cause = "plan"
	becauseForbidden  cause = "forbidden"
	becauseShared     cause = "shared" // found by a look-up, and no code of Slack's
)

// refusal is a row of the table: Slack's codes that mean the same.
type refusal struct {
	codes []string
	final scope
	next  way
	why   cause
	// perhaps says that the call may have been done nevertheless: of these codes Slack says
	// that "some aspect of the operation" may have succeeded.
	perhaps bool
}

// refusals is the table of Slack's error codes: those that the pages of the methods which this
// package calls list under "Errors" (docs.slack.dev/reference/methods), those of response URLs,
// and those that only threads of others report (channel_is_archived: slack-api-docs 85;
// cannot_dm_bot). user_removed_from_team and team_disabled are those after which Slack's own
// client for Node gives up.
func refusals() []refusal {
	return []refusal{
		{codes: []string{
			"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "request_timeout", "team_added_to_org",
			"org_login_required", "external_channel_migrating", "update_failed", "streaming_state_conflict",
			"fetch_members_failed",
		}, final: passing, next: later, why: becauseBusy},
		{codes: []string{"internal_error", "fatal_error"}, final: passing, next: later, why: becauseBusy, perhaps: true},

		{codes: []string{"is_archived", "is_inactive", "channel_is_archived"}, final: ofPlace, next: directly, why: becauseArchived},
		{codes: []string{"restricted_action_read_only_channel"}, final: ofPlace, next: alone, why: becauseReadOnly},
		{codes: []string{"restricted_action_thread_only_channel"}, final: ofPlace, next: inThread, why: becauseThreadOnly},
		{codes: []string{"restricted_action", "posting_to_general_channel_denied", "action_prohibited"}, final: ofPlace, next: alone, why: becauseRestricted},
		{codes: []string{"not_in_channel", "no_permission"}, final: ofPlace, next: directly, why: becauseAbsent},
		{codes: []string{"channel_not_found", "team_not_found", "method_not_supported_for_channel_type"}, final: ofPlace, next: directly, why: becauseNotFound},
		{codes: []string{"ekm_access_denied"}, final: ofPlace, next: directly, why: becauseSuspended},
		{codes: []string{"messages_tab_disabled"}, final: ofPlace, next: nowhere, why: becauseNoTab},
		{codes: []string{"not_enabled", "not_implemented"}, final: ofPlace, next: nowhere, why: becauseForbidden},
		{codes: []string{
			"slack_connect_file_link_sharing_blocked", "slack_connect_canvas_sharing_blocked", "slack_connect_lists_sharing_blocked",
		}, final: ofPlace, next: alone, why: becauseForbidden},

		{codes: []string{
			"user_not_found", "user_not_visible", "user_disabled", "invalid_user_combination", "cannot_dm_bot", "bot_not_found", "bots_not_found",
		}, final: ofPerson, next: nowhere, why: becauseNobody},
		{codes: []string{"user_not_in_channel"}, final: ofPerson, next: directly, why: becauseElsewhere},

		{codes: []string{"msg_too_long", "msg_blocks_too_long", "view_too_large"}, final: ofMessage, next: shorter, why: becauseTooLong},
		{codes: []string{
			"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "too_many_attachments", "too_many_contact_cards",
			"attachment_payload_limit_exceeded", "markdown_text_conflict", "no_text", "invalid_arguments",
			"metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema", "metadata_must_be_sent_from_app",
		}, final: ofMessage, next: plainer, why: becauseMalformed},
		{codes: []string{
			"invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_json", "json_not_object", "invalid_post_type", "missing_post_type",
			"missing_argument", "users_list_not_supplied", "not_enough_users", "too_many_users", "missing_file_data",
			"as_user_not_supported", "send_on_behalf_not_allowed", "agent_prompt_display_not_allowed", "is_bot", "no_such_subteam",
			"duplicate_channel_not_found", "duplicate_message_not_found", "draft_already_deleted", "draft_already_sent", "draft_has_conflict", "draft_not_found",
			"invalid_command_response", "duplicate_external_id", "hash_conflict", "push_limit_reached", "invalid_cursor", "invalid_limit", "missing_profile_id",
		}, final: ofMessage, next: alone, why: becauseMalformed},
		{codes: []string{
			"cannot_reply_to_message", "thread_not_found", "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "cant_broadcast_message", "no_dual_broadcast_content_update",
		}, final: ofMessage, next: anew, why: becauseNoThread},
		{codes: []string{"edit_window_closed", "cant_update_message", "cant_delete_message", "compliance_exports_prevent_deletion", "block_mismatch"}, final: ofMessage, next: anew, why: becauseNoEdit},
		{codes: []string{"message_not_found"}, final: ofMessage, next: anew, why: becauseDeleted},
		{codes: []string{
			"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "invalid_trigger", "not_found",
			"expired_url", "used_url", "invalid_url",
		}, final: ofMessage, next: alone, why: becauseTooLate},

		{codes: []string{
			"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
			"missing_args", "user_removed_from_team", "team_disabled",
		}, final: ofApp, next: nowhere, why: becauseToken},
		{codes: []string{"missing_scope", "team_access_not_granted"}, final: ofApp, next: nowhere, why: becauseScope},
		{codes: []string{"plan_upgrade_required"}, final: ofApp, next: nowhere, why: becausePlan},
		{codes: []string{
			"access_denied", "accesslimited", "app_access_restricted", "enterprise_is_restricted", "two_factor_setup_required", "forbidden_team",
			"user_is_bot", "user_is_restricted", "method_deprecated", "deprecated_endpoint", "unknown_method", "insecure_request", "socket_mode_not_enabled",
		}, final: ofApp, next: nowhere, why: becauseForbidden},
	}
}

// rowOf is the row of a code; known is false for a code that the table has not.
func rowOf(code string) (r refusal, known bool) {
	all := refusals()
	i := slices.IndexFunc(all, func(r refusal) bool { return slices.Contains(r.codes, code) })
	if i < 0 {
		return refusal{final: passing, next: later, why: becauseBusy}, false
	}
	return all[i], true
}

// refusalOf is what Slack's code in an error means; ok is false for an error without one. A
// code that the table has not may pass.
func refusalOf(err error) (r refusal, ok bool) {
	c := code(err)
	if c == "" {
		return refusal{}, false
	}
	r, _ = rowOf(c)
	return r, true
}

// finalFor reports whether an error is a refusal that is final for one of some scopes.
func finalFor(err error, some ...scope) bool {
	r, ok := refusalOf(err)
	return ok && slices.Contains(some, r.final)
}

// unpostable reports a refusal after which a message is tried no more as it is. A refused token
// is none: another one is taken into use without a restart.
func unpostable(err error) bool {
	r, ok := refusalOf(err)
	return ok && r.final != passing && r.why != becauseToken
}

// refused reports a refusal that no later try mends by itself.
func refused(err error) bool { return finalFor(err, ofPlace, ofPerson, ofMessage, ofApp) }

// say is why Slack refused, as a sentence.
func (r refusal) say() words.Message { return words.New("slack." + string(r.why)) }

// forPeople is say, and zero where the cause is not known.
func (r refusal) forPeople() words.Message {
	if r.why == "" {
		return words.Message{}
	}
	return r.say()
}
