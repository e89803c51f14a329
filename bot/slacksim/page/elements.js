// The interactive elements of Block Kit. A button clicks at once (after its confirm object); the others hold an
// answer in the shape in which Slack keeps it in view.state.values, and tell the app of each change unless they stand
// in an input block that does not dispatch its action.

import { drawBoxes } from "./boxes.js";
import { el, safeLink } from "./dom.js";
import { drawMenu, isMenu } from "./menus.js";
import { drawOverflow } from "./overflow.js";
import { drawPicker } from "./pickers.js";
import { textOf } from "./text.js";
import { drawText } from "./textinput.js";

const ELEMENTS = new Map(Object.entries({
  button: drawButton,
  overflow: drawOverflow,
  plain_text_input: drawText,
  email_text_input: drawText,
  url_text_input: drawText,
  number_input: drawText,
  datepicker: drawPicker,
  timepicker: drawPicker,
  datetimepicker: drawPicker,
  checkboxes: drawBoxes,
  radio_buttons: drawBoxes,
}));

// drawElement draws one element of a block on its surface (see drawBlocks). Each kind's function gets {block, surface,
// start, attributes, changed} and returns {node, read?, problem?}; changed tells whether the app hears of it.
export function drawElement(element, block, surface) {
  const draw = isMenu(element?.type) ? drawMenu : ELEMENTS.get(element?.type);
  if (!draw) return el("span", { class: "unsupported" }, `unsupported element: ${element?.type}`);

  function changed(node, held) {
    if (block.type === "input" && !block.dispatch_action) return false;
    surface.click(block, element, "value" in held ? held : { selected: held }, node);
    return true;
  }
  const start = surface.restored?.(block, element) ?? initial(element);
  const { node, read, problem = () => "" } = draw(element, { block, surface, start, changed, attributes: named(element, block, surface) });
  if (read) surface.answers?.set(element.action_id, { read: () => ({ type: element.type, ...read() }), problem });
  return node;
}

function drawButton(element, { block, surface }) {
  const click = ({ currentTarget }) => {
    if (safeLink(element.url ?? "")) window.open(element.url, "_blank", "noopener");
    surface.click(block, element, { value: element.value ?? "" }, currentTarget);
  };
  const attributes = { type: "button", class: element.style, "data-action-id": element.action_id, "aria-label": element.accessibility_label };
  return { node: el("button", { ...attributes, click }, textOf(element.text, surface.names)) };
}

// initial is what an element holds to begin with: initial_value is its value, initial_option its selected_option.
function initial(element) {
  const given = Object.entries(element).filter(([name]) => name.startsWith("initial_"));
  return Object.fromEntries(given.map(([name, held]) => [name === "initial_value" ? "value" : name.replace("initial", "selected"), held]));
}

function named(element, block, { names }) {
  return {
    "data-action-id": element.action_id,
    "aria-label": String((block.label ?? element.placeholder)?.text ?? element.action_id),
    "aria-required": block.type === "input" && !block.optional && "true",
    placeholder: element.placeholder ? textOf(element.placeholder, names) : isMenu(element.type) && "Choose",
    autofocus: element.focus_on_load,
  };
}
