// A list that opens at its input and lies over everything else: a form that scrolls must not cut it off.

const GAP_PX = 4;
const MOST_PX = 300;
const LEAST_PX = 180; // with less room below, it opens above where there is more

// beneath returns show(open), which puts popup at anchor and keeps it there while the page scrolls. The popup's style
// has to say position: fixed.
export function beneath(popup, anchor) {
  let watching = new AbortController();

  function place() {
    if (!popup.isConnected) return watching.abort();
    const { left, top, bottom, width } = anchor.getBoundingClientRect();
    const height = visualViewport?.height ?? innerHeight; // less where a keyboard covers the page
    const above = height - bottom < LEAST_PX && top > height - bottom;
    popup.style.width = `${width}px`;
    popup.style.left = `${Math.max(GAP_PX, Math.min(left, document.documentElement.clientWidth - popup.offsetWidth - GAP_PX))}px`;
    popup.style.maxHeight = `${Math.min(MOST_PX, (above ? top : height - bottom) - 2 * GAP_PX)}px`;
    popup.style.top = above ? "auto" : `${bottom + GAP_PX}px`;
    popup.style.bottom = above ? `${innerHeight - top + GAP_PX}px` : "auto";
  }

  return function show(open) {
    popup.hidden = !open;
    watching.abort();
    if (!open) return;
    watching = new AbortController();
    const { signal } = watching;
    addEventListener("scroll", place, { capture: true, passive: true, signal });
    addEventListener("resize", place, { signal });
    visualViewport?.addEventListener("resize", place, { signal });
    place();
  };
}
