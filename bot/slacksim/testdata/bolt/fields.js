import assert from 'node:assert/strict'
import { like } from './like.js'

// The fields of each payload, after docs.slack.dev ("Slash commands",
// "Interaction payloads", "Using Socket Mode") and the types of @slack/bolt.
const ts = /^\d{10}\.\d{6}$/
const trigger = /^\d+\.\d+\.[0-9a-f]+$/
const url = /^http/

const plain = { type: 'plain_text', text: String }
const state = { values: Object }

const interaction = {
  token: /./, api_app_id: /^A/, is_enterprise_install: false, enterprise: null,
  team: { id: /^T/, domain: /./ },
  user: { id: /^U/, username: /./, name: /./, team_id: /^T/ },
}

const view = {
  id: /^V/, team_id: /^T/, app_installed_team_id: /^T/, app_id: /^A/, bot_id: /^B/, type: 'modal',
  title: plain, blocks: Array, state, hash: /./, root_view_id: /^V/, previous_view_id: null,
  callback_id: String, external_id: String, private_metadata: String, clear_on_close: Boolean, notify_on_close: Boolean,
}

const message = {
  type: 'message', ts, text: String, user: /^U/, bot_id: /^B/, app_id: /^A/, team: /^T/, blocks: Array,
  bot_profile: { id: /^B/, app_id: /^A/, team_id: /^T/, name: /./, deleted: false },
}

// A message that one person sees is not shown to the app again.
const inMessage = ({ container: { is_ephemeral } }) => ({
  container: { type: 'message', message_ts: ts, channel_id: /^C/, is_ephemeral: Boolean },
  channel: { id: /^C/, name: /./ },
  message: is_ephemeral ? undefined : message,
})

const inView = { container: { type: 'view', view_id: /^V/ }, view }

const payloads = {
  slash_commands: () => ({
    token: /./, team_id: /^T/, team_domain: /./, channel_id: /^[CD]/, channel_name: /./, user_id: /^U/, user_name: /./,
    command: /^\//, text: String, api_app_id: /^A/, is_enterprise_install: 'false', response_url: url, trigger_id: trigger,
  }),
  block_actions: body => ({
    ...interaction, trigger_id: trigger, actions: Array,
    ...(body.view ? inView : { ...inMessage(body), state, response_url: url }),
  }),
  block_suggestion: body => ({
    ...interaction, block_id: /./, action_id: /./, value: String, ...(body.view ? inView : inMessage(body)),
  }),
  view_submission: () => ({ ...interaction, trigger_id: trigger, view, response_urls: Array }),
  view_closed: () => ({ ...interaction, view, is_cleared: Boolean }),
}

// The fields of one action, by the type of its element.
const actions = {
  button: { text: plain, value: String },
  static_select: { selected_option: { text: plain, value: /./ }, placeholder: plain },
  external_select: { selected_option: { text: plain, value: /./ }, placeholder: plain, min_query_length: Number },
}

// checkEnvelope asserts that an envelope, as @slack/socket-mode hands it on, is whole.
export function checkEnvelope({ envelope_id, body, accepts_response_payload }) {
  const kind = kindOf(body)
  like(envelope_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'envelope_id')
  like(accepts_response_payload, kind !== 'view_closed', `${kind}: accepts_response_payload`)
  assert.ok(payloads[kind], `no such kind: ${kind}`)
  like(body, payloads[kind](body), kind)
  for (const action of body.actions ?? []) {
    like(action, { action_id: /./, block_id: /./, action_ts: ts, ...actions[action.type] }, `${kind}.actions[${action.type}]`)
  }
}

// kindOf names what a payload is; a command alone says no type.
export function kindOf(body) {
  return body.command ? 'slash_commands' : body.type
}
