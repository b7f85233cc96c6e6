"""What AppTest shows of a page: its panels, its map, its list; and whether the land is as it was."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from geodata.access import Person
from geodata.land import Land
from geodata.versions import Version
from pages.ui import exports

Open = Callable[..., AppTest]
Take = Callable[..., Version]
WorkAs = Callable[[Person], None]
Session = dict[str, Any]

_WANTED = "window.wanted = "
_WHO = 'class="who"'
_FIRST = 'class="note first"'


class Query(dict[str, str]):
    """A link that writes through to a plain dict."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.values_of_test = values

    def to_dict(self) -> dict[str, str]:
        """Return a copy of the link."""
        return dict(self)

    def from_dict(self, values: dict[str, str]) -> None:
        """Replace the whole link."""
        for store in (self, self.values_of_test):
            store.clear()
            store.update(values)


def components(at: AppTest) -> list[dict[str, Any]]:
    """Give what the page handed to its own elements: panels and the search box."""
    return [dict(json.loads(element.proto.json)) for element in at.get("bidi_component")]


def panel(at: AppTest) -> str:
    """Give the HTML of all panels, in the order of the page."""
    return "".join(str(told["html"]) for told in components(at) if "html" in told)


def drawn_map(at: AppTest) -> dict[str, Any]:
    """Give what the one map of the page was told."""
    (found,) = at.get("component_instance")
    return dict(json.loads(found.proto.json_args))


def drawn_dataset(at: AppTest) -> dict[str, Any]:
    """Give what the map was told of the dataset, or the finding, on it."""
    text = next(text for text in drawn_map(at).values() if isinstance(text, str) and _WANTED in text)
    wanted, _ = json.JSONDecoder().raw_decode(text, text.index(_WANTED) + len(_WANTED))
    return dict(wanted["dataset"])


def html(at: AppTest) -> str:
    """Give the HTML beside the panels, the bar and the first question: sheets, and what failed."""
    return "".join(body for body in _bodies(at) if _WHO not in body and _FIRST not in body)


def asked(at: AppTest) -> str:
    """Give what the first start asks."""
    return "".join(body for body in _bodies(at) if _FIRST in body)


def bar(at: AppTest) -> str:
    """Give the HTML that says who works."""
    return "".join(body for body in _bodies(at) if _WHO in body)


def _bodies(at: AppTest) -> list[str]:
    return [str(element.proto.body) for element in at.get("html")]


def downloads(at: AppTest) -> list[str]:
    """Give the addresses of the files that are offered."""
    return re.findall(r'<a href="([^"]*)" download>', panel(at).replace("&amp;", "&"))


def fetched(link: str) -> Response:
    """Follow a link to an export of the plan."""
    path, _, query = link.partition("?")
    _, _, sheet, ending = path.split("/")
    params = {"sheet": sheet, "ending": ending}
    scope = {"type": "http", "query_string": query.encode(), "path_params": params, "headers": []}
    return exports.export(Request(scope))


def switch(at: AppTest) -> ButtonGroup[str]:
    """Give the first row of buttons of the page."""
    found = at.get("button_group")[0]
    assert isinstance(found, ButtonGroup)
    return found


def listed(at: AppTest) -> pd.DataFrame:
    """Give the one list of the page."""
    (found,) = at.dataframe
    return found.value


def query(at: AppTest) -> dict[str, str]:
    """Give the link of the page."""
    return {key: value if isinstance(value, str) else value[0] for key, value in at.query_params.items()}


def fingerprint(land: Land) -> str:
    """Hash all tables of a land."""
    digest = hashlib.sha256()
    for table in (land.items, *land.base.values()):
        digest.update(table.to_wkb().to_csv().encode())
    for frame in (land.targets, land.links, land.defects):
        digest.update(frame.to_csv().encode())
    digest.update(repr((sorted(land.sources.items()), sorted(land.facts.items()), sorted(land.outlines))).encode())
    return digest.hexdigest()
