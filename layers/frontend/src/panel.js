// The side panel: trusted HTML from the server; a press on what names an act is sent back.

export default function panel({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".panel");
  if (root.dataset.html !== data.html) {
    root.dataset.html = data.html;
    root.innerHTML = data.html;
    root.closest("[data-testid=stColumn]")?.scrollTo(0, 0);
  }
  root.onclick = (event) => {
    const target = event.target.closest("[data-act]");
    if (target) setTriggerValue("act", { kind: target.dataset.act, id: target.dataset.id ?? "", n: Date.now() });
  };
}
