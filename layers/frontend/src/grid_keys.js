// A list whose rows are checked takes no arrow keys from who comes to it with Tab. Esc lets go of the rows; whoever
// comes anew then begins at the first cell.

const LIST = "[data-testid=data-grid-canvas]";

function begin({ key, target }) {
  const list = key === "Escape" && target.closest?.(LIST);
  if (list) setTimeout(() => [list.blur(), list.focus()]); // once the list itself has let go
}

document.addEventListener("keydown", begin, true); // the list passes no key on
