// The map without a mouse: arrows move it, plus and minus zoom, Enter is a click at the cross in its middle.

const HOW = "方向键平移，加号、减号缩放，回车键等于点击十字处；测量或绘制时在同一处再按一次回车即结束";

/** Let Enter be a click at the middle of a map that has the keyboard, and the middle be its pointer. */
export function addKeys(map) {
  const node = map.getContainer();
  node.setAttribute("role", "application");
  node.setAttribute("aria-label", "地图");
  node.setAttribute("aria-description", HOW);
  const middle = (kind, originalEvent) => map.fire(kind, { latlng: map.getCenter(), originalEvent });
  node.addEventListener("keydown", (event) => {
    if (event.target === node && event.key === "Enter") middle("click", event);
  });
  map.on("move", () => node.matches(":focus-visible") && middle("mousemove"));
}
