// A pane beside the channel: a column where there is room, a drawer over the page where there is not.

// makeDrawer binds a pane to the button that opens it. narrow is the media query under which the pane is a
// drawer. A drawer takes the focus, and closes on Escape, on a touch beside it and when something else has the focus.
export function makeDrawer(button, pane, narrow) {
  function set(open) {
    button.setAttribute("aria-expanded", String(open));
    pane.dataset.open = String(open);
  }
  const isOpen = () => pane.dataset.open === "true";
  const close = () => narrow.matches && set(false);

  button.addEventListener("click", () => {
    set(!isOpen());
    if (narrow.matches && isOpen()) pane.querySelector("button, iframe")?.focus();
  });
  button.addEventListener("focus", () => button.matches(":focus-visible") && close()); // a touch opens or closes it by itself
  document.addEventListener("focusin", ({ target }) => {
    if (!pane.contains(target) && target !== button) close();
  });
  narrow.addEventListener("change", () => set(!narrow.matches));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !narrow.matches || !isOpen() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    close();
    button.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!pane.contains(target) && !button.contains(target)) close();
  });
  set(!narrow.matches);
  return { close };
}

// showBeside gives the frame its page, once: a redraw must not reload it. "" means that there is none. Until the page is
// there Tab passes by: an empty frame that had the focus as its page came would keep Tab within it.
export function showBeside(address, button, pane) {
  button.hidden = pane.hidden = address === "";
  const frame = pane.querySelector("iframe");
  if (address === "" || frame.getAttribute("src") === address) return;
  frame.inert = true;
  frame.addEventListener("load", () => (frame.inert = false), { once: true });
  frame.setAttribute("src", address);
}
