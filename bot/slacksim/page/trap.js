// Tab goes round within a dialog. The browser keeps it out of the page below by itself, but not out of its own bars.

const STOPS = "a[href], button, input, textarea, select, [tabindex='0']";

// keepInside takes a press of Tab that would leave root.
export function keepInside(root, event) {
  const stops = [...root.querySelectorAll(STOPS)].filter((node) => node.checkVisibility() && !node.disabled && !node.closest("[inert]"));
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from && root.contains(document.activeElement) && document.activeElement !== root) return;
  event.preventDefault();
  to?.focus();
}
