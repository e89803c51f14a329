// The people API of this workspace: one state to read, a few verbs to act, one stream that says when to read again.

const TIMEOUT_MS = 10_000;
const RECONNECT_MS = 2_000;

// readState returns what that person sees; without a person, what the first one sees.
export async function readState(as) {
  const address = as ? `/people/state?as=${encodeURIComponent(as)}` : "/people/state";
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.status >= 400 && answer.status < 500) return null;
  if (!answer.ok) throw new Error(`state: ${answer.status}`);
  return answer.json();
}

// act posts one deed of a person. It always resolves to {ok, error?, …}: a lost connection is an error too.
export async function act(verb, body) {
  try {
    const answer = await fetch(`/people/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "The workspace did not answer." };
  }
}

// follow calls changed after every change of the workspace and lost when the stream breaks, until the page closes.
// EventSource reconnects by itself, but gives up after an HTTP error: that case is ours.
export function follow(changed, lost) {
  const stream = new EventSource("/people/events");
  stream.onmessage = changed;
  stream.onerror = () => {
    lost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, RECONNECT_MS, changed, lost);
  };
}
