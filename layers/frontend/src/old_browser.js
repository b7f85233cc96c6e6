/* Written for browsers of any age: no module, no modern syntax. */
(function () {
  var known = window.Promise && window.ResizeObserver && window.structuredClone && Object.hasOwn && "noModule" in document.createElement("script");
  if (known) return;
  document.addEventListener("DOMContentLoaded", function () {
    document.body.innerHTML = '<p id="old-browser" style="font:20px sans-serif;margin:20vh auto;max-width:32em;line-height:1.8">' +
      "浏览器版本过旧，无法显示本看板，请改用 Edge、Chrome 或 Firefox 的近两年版本打开。</p>";
  });
})();
