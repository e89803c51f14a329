const plain = text => ({ type: 'plain_text', text })
const option = text => ({ text: plain(text), value: text })
const section = text => ({ type: 'section', block_id: 'what', text: { type: 'mrkdwn', text } })

// card asks for a vote; without buttons it says how it went.
export function card(text, ...buttons) {
  const elements = buttons.map(name => ({ type: 'button', action_id: name, text: plain(name), value: 'Q-1:f00d' }))
  return elements.length ? [section(text), { type: 'actions', block_id: 'vote', elements }] : [section(text)]
}

const menus = [
  { type: 'static_select', action_id: 'kind', placeholder: plain('Kind'), options: ['cache', 'proxy'].map(option) },
  { type: 'external_select', action_id: 'thing', placeholder: plain('Thing'), min_query_length: 1 },
]

const input = (block_id, element) => ({ type: 'input', block_id, label: plain(block_id), element })

// form asks for everything that a form can ask for here; kind is what was chosen in it.
export function form(kind) {
  return {
    type: 'modal', callback_id: 'form', private_metadata: kind, title: plain('End what?'), submit: plain('Ask'), close: plain('Leave'),
    blocks: [
      { type: 'actions', block_id: 'pick', elements: menus },
      input('why', { type: 'plain_text_input', action_id: 'text' }),
      input('how', { type: 'static_select', action_id: 'how', options: ['now', 'later'].map(option) }),
      input('where', { type: 'conversations_select', action_id: 'where', response_url_enabled: true }),
    ],
  }
}

// reason asks for one line.
export const reason = channelAndTS => ({
  type: 'modal', callback_id: 'reason', private_metadata: channelAndTS, title: plain('Why not?'), submit: plain('Say'),
  blocks: [input('why', { type: 'plain_text_input', action_id: 'text' })],
})

// done thanks, and wants to hear when it is closed.
export const done = {
  type: 'modal', callback_id: 'done', notify_on_close: true, title: plain('Asked'), blocks: [section('Thank you.')],
}

// suggestions are the things whose name begins with a text.
export function suggestions(text) {
  return ['session-1', 'session-2', 'task-1'].filter(name => name.startsWith(text)).map(option)
}
