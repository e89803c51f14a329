// The switch for Enterprise Grid: whether people come from the workspace of the organization that is their home.

// makeGrid binds the switch. turn(on) resolves to {ok, error}. show({grid}) draws what the state says.
export function makeGrid(label, turn) {
  const box = label.querySelector("input");
  box.addEventListener("change", () => turn(box.checked));

  function show({ grid }) {
    label.hidden = !grid;
    if (!grid) return;
    box.checked = grid.on;
    label.querySelector("span").textContent = `People of ${grid.enterprise} come from their home workspaces`;
  }

  return { show };
}
