// The side panel: trusted HTML from the server; a press on what names an act is sent back.

const nameOf = (details) => details.querySelector("summary [data-id]")?.dataset.id ?? details.querySelector("summary").textContent;

/** New content, but what was open stays open and the focus stays where it was. */
function replace(root, html) {
  const opened = new Set([...root.querySelectorAll("details[open]")].map(nameOf));
  const { act, id } = root.contains(document.activeElement) ? document.activeElement.dataset : {};
  root.innerHTML = html;
  for (const details of root.querySelectorAll("details")) if (opened.has(nameOf(details))) details.open = true;
  const again = act && root.querySelector(`[data-act="${act}"][data-id="${CSS.escape(id ?? "")}"]`);
  if (again) again.focus();
  else root.closest("[data-testid=stColumn]")?.scrollTo(0, 0);
}

export default function panel({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".panel");
  if (root.dataset.html !== data.html) {
    root.dataset.html = data.html;
    replace(root, data.html);
  }
  root.onclick = (event) => {
    const target = event.target.closest("[data-act]");
    const at = new URLSearchParams(location.search).get("at") ?? ""; // the map wrote it there
    if (target) setTriggerValue("act", { kind: target.dataset.act, id: target.dataset.id ?? "", at, n: Date.now() });
  };
}
