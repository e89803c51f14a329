// What the apps tell the test, each a line of JSON on stdout; whatever else is
// printed goes to stderr.
export function report(saw, what = {}) {
  process.stdout.write(JSON.stringify({ saw, ...what }) + '\n')
}

// An assertion that fails in a listener ends here, and so the test.
export function fail(error) {
  report('error', { error: String(error.stack ?? error) })
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

const quiet = () => {}
const print = (...words) => console.error(...words)

// A logger for Slack's packages, which would write to stdout.
export const logger = {
  debug: quiet, info: quiet, warn: print, error: print, setLevel: quiet, setName: quiet, getLevel: () => 'warn',
}

// Where Slack is, and who the app is to it.
export const slackApiUrl = process.env.SLACK_API_URL
export const appToken = process.env.SLACK_APP_TOKEN
export const token = process.env.SLACK_BOT_TOKEN
