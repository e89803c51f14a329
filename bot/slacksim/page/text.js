// Text objects (docs.slack.dev "Text object").

import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

// textOf draws a text object: mrkdwn in full, without links of our own where it is verbatim; plain_text with emoji only.
export function textOf(object, names) {
  const text = String(object?.text ?? "");
  return object?.type === "mrkdwn" ? mrkdwn(text, names, object.verbatim) : withEmoji(text);
}
