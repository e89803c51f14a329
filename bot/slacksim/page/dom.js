// The only place where nodes are made. Data becomes text or a checked attribute value, never markup:
// whatever a message says, it cannot script this page.

// el makes an element. Attribute names are written in our code and never come from data;
// false, null and undefined leave an attribute or child out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

// safeLink returns the address if a click on it can only open a page or a mail, else "".
// Addresses come from message text, and javascript: is an address too.
export function safeLink(address) {
  return /^(https?:\/\/|mailto:)/i.test(address) ? address : "";
}

const signs = new WeakMap();

// The attributes that tell which control a control is.
const HOOKS = ["data-action-id", "data-person", "data-channel", "data-thread-open", "data-more"];

// keyed makes list show items, each {key, sign, draw, refresh?}. A child whose sign did not change stays the same
// node where it is, so that focus, selection and scroll position survive a redraw of its neighbours; refresh(node)
// then mends the small things that do not deserve a new node.
export function keyed(list, items) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = items.map((item) => keep(old.get(item.key), item));
  const staying = new Set(wanted);
  for (const node of [...list.children]) if (!staying.has(node)) node.remove();

  let next = list.firstElementChild;
  for (const node of wanted) {
    if (node === next) next = node.nextElementSibling;
    else list.insertBefore(node, next);
  }
}

function keep(old, item) {
  if (old && signs.get(old) === item.sign) {
    item.refresh?.(old);
    return old;
  }
  const node = item.draw();
  node.dataset.key = item.key;
  signs.set(node, item.sign);
  if (old) replace(old, node);
  return node;
}

// replace hands the focus, with its caret, on to the same control of the new node, or to the new node itself.
function replace(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(node);
  if (!focused) return;
  const hook = HOOKS.find((name) => focused.hasAttribute(name));
  const same = hook && node.querySelector(`[${hook}="${CSS.escape(focused.getAttribute(hook))}"]`);
  (same || node).focus({ preventScroll: true });
  if (same?.selectionStart != null) same.setSelectionRange(focused.selectionStart, focused.selectionEnd);
}
