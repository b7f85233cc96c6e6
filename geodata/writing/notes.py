"""What is said of the rows, beside them: as text, as XML that ArcGIS shows, as JSON."""

import json
import re
from typing import Final
from xml.etree import ElementTree as ET

from geodata.writers import Metadata

LIMITS: Final = ("声明", "地图审核", "使用范围")
"""What ArcGIS shows as limits of use."""

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLACES = {"标题": "dataIdInfo/idCitation/resTitle", "来源": "dataIdInfo/idCredit"}


def lines(metadata: Metadata) -> str:
    r"""Write one line "key：value" each.

    Examples
    --------
    >>> lines({"来源": "某局\n某处"})
    '来源：某局 某处\r\n'
    """
    return "".join(f"{key}：{' '.join(str(value).split())}\r\n" for key, value in metadata.items())


def as_text(metadata: Metadata) -> bytes:
    """Write a text that Notepad opens in Chinese."""
    return f"\ufeff{lines(metadata)}".encode()


def as_json(metadata: Metadata, **more: object) -> bytes:
    """Write an object that programs read."""
    return json.dumps({**metadata, **more}, ensure_ascii=False, indent=2).encode()


def as_xml(metadata: Metadata) -> str:
    """Write metadata in the form ArcGIS keeps beside a layer: title, abstract, credits, limits, and every item.

    Examples
    --------
    >>> text = as_xml({"标题": "地块", "声明": "a<b"})
    >>> "<resTitle>地块</resTitle>" in text, "<useLimit>声明：a&lt;b</useLimit>" in text
    (True, True)
    """
    root = ET.Element("metadata", {"xml:lang": "zh"})
    for key, path in _PLACES.items():
        _put(root, path, metadata.get(key, ""))
    _put(root, "dataIdInfo/idAbs", lines(metadata))
    limits = (f"{key}：{metadata[key]}" for key in LIMITS if metadata.get(key))
    _put(root, "dataIdInfo/resConst/Consts/useLimit", "；".join(limits))
    items = ET.SubElement(root, "items")
    for key, value in metadata.items():
        ET.SubElement(items, "item", {"name": clean(key)}).text = clean(value)
    return ET.tostring(root, encoding="unicode")


def _put(root: ET.Element, path: str, text: str) -> None:
    """Put a text at a path, making what is missing of it."""
    here = root
    for name in path.split("/"):
        found = here.find(name)
        here = ET.SubElement(here, name) if found is None else found
    here.text = clean(text)


def clean(text: str) -> str:
    """Replace what must not stand in XML."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(text))
