// The two lower packages alone: every method that a small bot calls, refusals
// and a rate limit, and a command that is acknowledged by hand.
import assert from 'node:assert/strict'
import { subscribe } from 'node:diagnostics_channel'
import { SocketModeClient } from '@slack/socket-mode'
import { WebClient } from '@slack/web-api'
import { card } from './blocks.js'
import { checkEnvelope } from './fields.js'
import { like } from './like.js'
import { appToken, logger, report, slackApiUrl, token } from './report.js'

const web = new WebClient(token, { slackApiUrl, logger, retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 1 } })
const channel = 'C0INCCHECKOUT'
const user = 'U0ANNA'
const ts = /^\d{10}\.\d{6}$/

// calls are methods, their arguments, and the shape of the answer.
const calls = [
  ['api.test', { foo: 'bar' }, { args: { foo: 'bar' } }],
  ['auth.test', {}, {
    url: 'https://acme.slack.com/', team: 'Acme', team_id: /^T/, user: /./, user_id: /^U/, bot_id: /^B/, is_enterprise_install: false,
  }],
  ['conversations.info', { channel, include_num_members: true }, {
    channel: {
      id: channel, name: 'inc-checkout', is_channel: true, is_member: true, is_im: false, is_private: false, is_archived: false,
      is_ext_shared: false, is_org_shared: false, is_pending_ext_shared: false, num_members: Number,
    },
  }],
  ['conversations.open', { users: user, return_im: true }, { channel: { id: /^D/, is_im: true, user } }],
  ['users.info', { user }, {
    user: {
      id: user, team_id: /^T/, name: 'anna', real_name: 'Anna Weber', deleted: false, is_bot: false, is_restricted: false,
      is_ultra_restricted: false, is_admin: false, is_owner: false, tz_offset: Number, profile: { display_name: 'anna', real_name: /./ },
    },
  }],
  ['usergroups.list', { include_users: true }, {
    usergroups: { length: 2, 0: { id: /^S/, handle: 'on-call', name: /./, team_id: /^T/, users: [user], user_count: 1, date_delete: 0 } },
  }],
  ['usergroups.users.list', { usergroup: 'S0ONCALL' }, { users: [user] }],
  ['chat.postEphemeral', { channel, user, text: 'Only you.' }, { message_ts: ts }],
]

// refusals are methods, their arguments, and how Slack says no.
const refusals = [
  ['chat.postMessage', { channel: 'C0NOWHERE', text: 'x' }, { error: 'channel_not_found' }],
  ['chat.postMessage', { channel, text: 'x', blocks: card('x'.repeat(3001)) }, {
    error: 'invalid_blocks',
    response_metadata: { messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'] },
  }],
  ['views.open', { trigger_id: '1.2.beef', view: { type: 'modal' } }, { error: 'invalid_trigger_id' }],
]

for (const [method, args, shape] of calls) {
  const answer = await web.apiCall(method, args)
  like(answer, { ok: true, ...shape }, method)
  report(method)
}

for (const [method, args, shape] of refusals) {
  const error = await web.apiCall(method, args).then(() => assert.fail(`${method} was let in`), error => error)
  like(error, { code: 'slack_webapi_platform_error', data: { ok: false, ...shape } }, method)
  report(shape.error)
}

const posted = await web.chat.postMessage({ channel, text: 'End it?', blocks: card('End it?', 'approve') })
like(posted, { ok: true, channel, ts, message: { type: 'message', ts: posted.ts, text: 'End it?', blocks: { length: 2 }, bot_id: /^B/ } }, 'posted')
const changed = await web.chat.update({ channel, ts: posted.ts, text: 'Gone.' })
like(changed, { ok: true, channel, ts: posted.ts, text: 'Gone.', message: { text: 'Gone.', edited: { ts } } }, 'changed')
const below = await web.chat.postMessage({ channel, text: 'Evidence.', thread_ts: posted.ts })
like(below, { message: { thread_ts: posted.ts } }, 'below')
const thread = await web.conversations.replies({ channel, ts: posted.ts })
like(thread, { has_more: false, messages: { length: 2, 0: { reply_count: 1 }, 1: { text: 'Evidence.' } } }, 'thread')
const link = await web.chat.getPermalink({ channel, message_ts: posted.ts })
like(link, { permalink: /^https:\/\/acme\.slack\.com\/archives\/C0INCCHECKOUT\/p\d{16}$/ }, 'link')
await web.chat.delete({ channel, ts: below.ts })
report('posted', { ts: posted.ts })

// The test has made this call meet a rate limit, and then a server that fails.
web.on('rate_limited', seconds => report('rate_limited', { seconds }))
await web.conversations.history({ channel })
report('history')

const wrong = new SocketModeClient({ appToken: 'xapp-test-wrong', logger, clientOptions: { slackApiUrl } })
like(await wrong.start().catch(error => error), { data: { ok: false, error: 'invalid_auth' } }, 'a wrong token')

// heard resolves to the words of the next ping or pong that comes in.
const heard = frame => new Promise(done => subscribe(`undici:websocket:${frame}`, ({ payload }) => done(String(payload))))
const ping = heard('ping')
const pong = heard('pong')

const socket = new SocketModeClient({ appToken, logger, clientPingTimeout: 1500, clientOptions: { slackApiUrl } })
socket.on('slash_commands', checkEnvelope)
socket.on('slash_commands', async ({ ack, body }) => {
  await ack({ text: `Heard ${body.text}`, response_type: 'in_channel' })
  await socket.disconnect()
  report('disconnected')
})
like(await socket.start(), { ok: true, url: /^ws:/ }, 'connected')
like(await ping, /^Ping from applink-1$/, 'ping')
like(await pong, /^Ping from client/, 'pong')
report('connected')
