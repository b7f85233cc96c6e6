"""What a user can read, and which Latin words may be among it."""

import re

from playwright.sync_api import Frame, Page

READABLE = """() => {
    const words = window === window.top ? [document.title] : [];
    const attributes = ["title", "aria-label", "aria-description", "placeholder", "alt"];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const holder = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        const silent = ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE"].includes(holder.tagName);
        const icon = holder.closest("[data-testid^=stIcon], [translate=no]");
        if (silent || icon || !holder.checkVisibility({visibilityProperty: true})) continue;
        if (node.nodeType === Node.TEXT_NODE) words.push(node.data);
        else attributes.forEach((name) => words.push(node.getAttribute(name) ?? ""));
    }
    return words.filter((word) => word.trim());
}"""

ALLOWED = {
    *("CGCS", "EPSG", "GCJ", "BD", "GIS", "CID", "CBD"),  # coordinates and the plan's own names
    *("OpenStreetMap", "ODbL", "PyPI", "roaring", "landmask", "CC", "BY"),  # sources and licences
    *("AR", "VR", "AI", "IT", "IP", "IPv", "NB", "IoT", "GDP", "PCT", "R", "D", "BIM", "CIM", "PPP", "EPC", "SOHO"),
    *(
        "CSV",
        "Excel",
        "GeoPackage",
        "GeoJSON",
        "Shapefile",
        "FileGDB",
        "GBK",
        "UTF",
        "Shift",
        "Esc",
    ),  # file formats and keys
    *("km", "kV", "kW", "MW", "GW", "m", "hm", "ha"),  # units
}
_WORD = re.compile(r"[A-Za-z]+")


def english(texts: list[str]) -> dict[str, str]:
    """Latin words that no user should meet, each with a text it stands in."""
    found: dict[str, str] = {}
    for text in texts:
        for word in _WORD.findall(text):
            if len(word) > 1 and word not in ALLOWED:
                found.setdefault(word, text.strip()[:80])
    return found


def english_on(*where: Page | Frame) -> dict[str, str]:
    """Latin words that can be read on a page or in its map."""
    return english([text for one in where for text in one.evaluate(READABLE)])
