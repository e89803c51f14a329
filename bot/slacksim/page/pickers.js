// Dates and times, with the browser's own pickers.

import { el } from "./dom.js";

const KINDS = {
  datepicker: ["date", "selected_date"],
  timepicker: ["time", "selected_time"],
  datetimepicker: ["datetime-local", "selected_date_time"],
};

// drawPicker draws one. A moment is held in seconds since 1970 and shown in the reader's zone; the others are text.
export function drawPicker(element, { start, attributes, changed }) {
  const [type, field] = KINDS[element.type];
  const moment = type === "datetime-local";
  const node = el("input", { ...attributes, type, change: () => node.value && changed(node, read()) });
  const read = () => ({ [field]: node.value === "" ? null : moment ? Date.parse(node.value) / 1000 : node.value });

  const held = start[field];
  if (held) node.value = moment ? local(held) : held;
  return { node, read };
}

function local(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
