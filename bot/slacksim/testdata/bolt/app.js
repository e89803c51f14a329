// A small app as Bolt's own guide would have it: a command, a card with
// buttons, and forms. What comes in is checked field by field and reported.
import bolt from '@slack/bolt'
import { card, done, form, reason, suggestions } from './blocks.js'
import { checkEnvelope, kindOf } from './fields.js'
import { appToken, fail, logger, report, slackApiUrl, token } from './report.js'

const app = new bolt.App({ token, appToken, socketMode: true, logger, clientOptions: { slackApiUrl } })
const socket = app.receiver.client

socket.on('connected', () => report('connected'))
socket.on('close', () => report('closed'))
// These two come before the one that Bolt listens to: what is not whole never reaches it.
socket.on('slash_commands', checkEnvelope)
socket.on('interactive', checkEnvelope)
app.error(async error => fail(error))

// Bolt's view of a payload: the context is what its look at the token and its
// reading of the payload come to.
app.use(async ({ body, context, next }) => {
  report(kindOf(body), { body, context })
  await next()
})

app.command('/kill-session', async ({ command, ack, respond, say }) => {
  await ack(`Looking at ${command.text}`)
  await say({ text: 'End it?', blocks: card(`End *${command.text}*?`, 'approve', 'deny') })
  await respond({ text: 'You will be told.', response_type: 'ephemeral', blocks: card('You will be told.', 'dismiss') })
})

app.action('dismiss', async ({ ack, respond }) => {
  await ack()
  await respond({ delete_original: true })
})

app.command('/quell', async ({ body, ack, client }) => {
  await ack()
  const { view } = await client.views.open({ trigger_id: body.trigger_id, view: form('none') })
  report('opened', { view })
})

app.action('approve', async ({ body, ack, client, respond }) => {
  await ack()
  await client.chat.update({
    channel: body.channel.id, ts: body.message.ts, text: 'Gone', blocks: card(`Gone, says <@${body.user.id}>`),
  })
  await respond({ text: 'Your vote counts.', replace_original: false })
})

app.action('deny', async ({ body, ack, client }) => {
  await ack()
  await client.views.open({ trigger_id: body.trigger_id, view: reason(`${body.channel.id} ${body.message.ts}`) })
})

app.view('reason', async ({ view, ack, client }) => {
  await ack()
  const [channel, ts] = view.private_metadata.split(' ')
  await client.chat.update({ channel, ts, text: `Denied: ${view.state.values.why.text.value}`, blocks: [] })
})

app.action('kind', async ({ body, action, ack, client }) => {
  await ack()
  const { id: view_id, hash } = body.view
  await client.views.update({ view_id, hash, view: form(action.selected_option.value) })
  report('updated')
})

app.options('thing', async ({ options, ack }) => ack({ options: suggestions(options.value) }))

app.action('thing', async ({ ack }) => ack())

app.view('form', async ({ view, ack, respond }) => {
  const why = view.state.values.why.text.value
  if (why.length < 5) return ack({ response_action: 'errors', errors: { why: 'Say more.' } })
  await ack({ response_action: 'update', view: done })
  await respond({ text: `Asked: ${why}`, response_type: 'in_channel' })
})

app.view({ callback_id: 'done', type: 'view_closed' }, async ({ ack }) => ack())

await app.start()
