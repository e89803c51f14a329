// The fields of a form: what stands in them, and what is wrong with it.

export const CONTROLS = "input, textarea, select, button";
const REQUIRED = "Please complete this field.";

// valuesOf reads fields, a Map from block id to {block, answers}, in the shape of Slack's view.state.values.
export function valuesOf(fields) {
  const read = ({ answers }) => Object.fromEntries([...answers].map(([id, answer]) => [id, answer.read()]));
  return Object.fromEntries([...fields].map(([id, field]) => [id, read(field)]));
}

// problemsOf says what a client would not send: {block id: sentence}.
export function problemsOf(fields) {
  const told = [...fields].map(([id, field]) => [id, problemOf(field)]);
  return Object.fromEntries(told.filter(([, problem]) => problem !== ""));
}

function problemOf({ block, answers }) {
  for (const { read, problem } of answers.values()) {
    if (problem() !== "") return problem();
    if (block.type === "input" && !block.optional && isEmpty(read())) return REQUIRED;
  }
  return "";
}

function isEmpty({ type, ...held }) {
  return Object.values(held).every((value) => !value || value.length === 0);
}

// tellProblems writes each problem at its field, and takes away what is solved.
export function tellProblems(root, problems) {
  for (const field of root.querySelectorAll("[data-block-id]")) {
    const line = field.querySelector(":scope > .problem");
    const text = problems[field.dataset.blockId] ?? "";
    if (line.textContent !== text) line.textContent = text; // an alert is read out with every change
    line.hidden = text === "";
    for (const control of field.querySelectorAll("input, textarea")) mark(control, text && line.id);
  }
}

function mark(control, problem) {
  control.toggleAttribute("aria-invalid", Boolean(problem));
  if (problem) control.setAttribute("aria-errormessage", problem);
  else control.removeAttribute("aria-errormessage");
}

// firstProblem is the control to go to.
export function firstProblem(root) {
  return root.querySelector(":is(input, textarea)[aria-invalid]");
}
