// The map without a mouse: arrows move it, plus and minus zoom, Enter is a click at the cross in its middle.

const HOW = "方向键平移，加号、减号缩放，回车键等于点击十字处；测量或绘制时在同一处再按一次回车即结束";

const MODIFIER = /^(Alt|Control|Meta|Shift)$/;
const OWN = /^(Arrow.*|[-+=]|Enter)$/; // other keys are the page's: a presenter's remote shows no cross

/** Let Enter be a click at the middle of a map that has the keyboard, and the middle be its pointer. */
export function addKeys(map) {
  const node = map.getContainer();
  node.setAttribute("role", "application");
  node.setAttribute("aria-label", "地图");
  node.setAttribute("aria-description", HOW);
  const middle = (kind, originalEvent) => map.fire(kind, { latlng: map.getCenter(), originalEvent });
  const used = usedByKeyboard(node);
  node.addEventListener("keydown", (event) => {
    if (event.target === node && event.key === "Enter") middle("click", event);
  });
  map.on("move", () => used() && middle("mousemove"));
}

/** Mark a map that is used by keyboard; a browser takes it for that after a click, too, as leaflet gives it the focus. */
function usedByKeyboard(node) {
  const mark = (on) => node.classList.toggle("keyboard", on);
  let pointed = false; // since the frame was entered, and no key was pressed after it
  addEventListener("pointerdown", () => { pointed = true; mark(false); }, true);
  addEventListener("keydown", ({ key }) => { if (!MODIFIER.test(key)) pointed = false; }, true);
  addEventListener("blur", () => { if (parent.document.hasFocus()) pointed = false; }); // to the page, not to another program
  node.addEventListener("focus", () => mark(!pointed));
  node.addEventListener("blur", () => mark(false));
  node.addEventListener("keydown", ({ target, key }) => target === node && OWN.test(key) && mark(true), true);
  return () => node.classList.contains("keyboard");
}
