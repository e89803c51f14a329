// The shortcodes that bots use most. One that is not here stays as it was typed, as in Slack.

const EMOJI = new Map(Object.entries({
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", ok_hand: "👌", wave: "👋", raised_hand: "✋", pray: "🙏", eyes: "👀",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️",
  no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", stop_sign: "🛑", warning: "⚠️", rotating_light: "🚨", exclamation: "❗",
  question: "❓", grey_question: "❔", information_source: "ℹ️", bulb: "💡", bell: "🔔", no_bell: "🔕", mega: "📣", fire: "🔥",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock1: "🕐", calendar: "📅",
  lock: "🔒", unlock: "🔓", key: "🔑", shield: "🛡️", ghost: "👻", skull: "💀", robot_face: "🤖", zzz: "💤", broom: "🧹",
  arrows_counterclockwise: "🔄", repeat: "🔁", fast_forward: "⏩", arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️",
  double_vertical_bar: "⏸️", arrow_forward: "▶️", black_square_for_stop: "⏹️", electric_plug: "🔌", gear: "⚙️", wrench: "🔧", hammer: "🔨",
  mag: "🔍", link: "🔗", memo: "📝", pencil: "📝", clipboard: "📋", scroll: "📜", ledger: "📒", page_facing_up: "📄", package: "📦",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", ice_cube: "🧊", snowflake: "❄️", tada: "🎉", rocket: "🚀", boom: "💥", speech_balloon: "💬",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", small_blue_diamond: "🔹", heavy_minus_sign: "➖", heavy_plus_sign: "➕",
}));

// withEmoji replaces the known shortcodes of a text.
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (code, name) => EMOJI.get(name) ?? code);
}
