// What scrolls as a whole is reached with Tab, and then scrolled by keys.

const SCROLLED = ':is(.st-key-sheet, .st-key-sheetbox):not([tabindex="0"])';

function reach() {
  for (const box of document.querySelectorAll(SCROLLED)) box.tabIndex = 0;
}

reach();
new MutationObserver(reach).observe(document.documentElement, { subtree: true, childList: true });
