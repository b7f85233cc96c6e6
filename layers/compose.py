"""(land, View) -> the folium map, the same for every view, and the one feature group that says what to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template
from markupsafe import Markup

from geodata import crs, outlines
from geodata.config import Config
from geodata.land import Land
from layers import assets, catalog
from layers.publish import address, place, publish
from layers.style import OF_DATASET, Style
from layers.text import html, joined, script_json
from layers.view import ZOOMS, View

METRIC = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"
"""EPSG:4549 as proj4 in the browser needs it."""

_FILL = "<style>#map_div {height: 100vh !important; width: 100% !important}</style>"
"""In the head, not in map.css: the map must have its size before the stylesheet has come."""


class _Start(MacroElement):
    """Hands the map to src/main.js."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        window.kit = import("{{ this.module }}").then((main) =>
            main.start({{ this._parent.get_name() }}, {{ this.options }}).then((kit) => ({main, kit})));
        {% endmacro %}
    """)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is typed in part
        self._name = "Start"
        self.module = assets.url(assets.MAP)
        self.options = script_json(options)


class _Apply(MacroElement):
    """Says what to show; streamlit-folium runs it again whenever it changes, and never clears its own list."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        window.feature_group = [];
        window.wanted = {{ this.state }};
        window.kit.then(({main, kit}) => main.apply(kit, window.wanted));
        {% endmacro %}
    """)

    def __init__(self, state: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is typed in part
        self._name = "Apply"
        self.state = script_json(state)


def options(land: Land, styles: Mapping[str, Style], config: Config) -> dict[str, Any]:
    """Publish the layers and say all that the map never changes afterwards."""
    zone = crs.degrees(land.placed[land.placed["role"] == "zone"])
    credited = dict.fromkeys(source.credit for source in land.sources.values() if source.credit)
    base_map = config.base_map
    return {
        "layers": [
            {"key": row.key, "group": row.group, "url": _published(row, land, config)}
            for row in catalog.LAYERS
            if not (base_map and row.replaced)
        ],
        "styles": {
            role: style.model_dump(exclude_none=True) for role, style in styles.items() if OF_DATASET not in role
        },
        "window": crs.WINDOW,
        "maxZoom": ZOOMS[1],
        "home": tuple(zone.total_bounds) if len(zone) else crs.WINDOW,
        "proj4Url": assets.url(assets.PROJ4),
        "geoman": {"script": assets.url(assets.GEOMAN), "style": assets.url(assets.GEOMAN_CSS)},
        "metric": METRIC,
        "tiles": {"url": base_map.url.replace("{key}", base_map.key)} if base_map else None,
        "foot": "　｜　".join(
            (foot(land), "底图 " + "、".join((*credited, *((base_map.credit,) if base_map else ()))))
        ),
    }


def _published(row: catalog.Layer, land: Land, config: Config) -> str:
    """Publish a layer for those who may see the official outlines in it."""
    used = land.outlines if row.outlined else {}
    audience = outlines.audience(used)
    return address(publish(row.table(land), place(config, audience), of=outlines.digests(used)), audience)


def foot(land: Land) -> str:
    """What stands under every map of a plan."""
    return f"依据{land.title}绘制，示意，非法定规划"


def base(fixed: Mapping[str, Any]) -> folium.Map:
    """Make the map from `options`; its script is the same for every View."""
    west, south, east, north = crs.WINDOW
    drawn = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=11,
        tiles=None,
        height="100%",
        prefer_canvas=True,
        zoom_control=False,
        zoom_snap=0,
        attribution_control=False,
    )
    drawn.default_js = [("leaflet", assets.url(assets.LEAFLET))]
    drawn.default_css = [("leaflet_css", assets.url(assets.LEAFLET_CSS)), ("map", assets.url(assets.MAP_CSS))]
    page: Any = drawn.get_root()
    page.header.add_child(Element(_FILL))
    page.header.add_child(Element(_ahead(fixed)))
    drawn.add_child(_Start(fixed))
    return drawn


def _ahead(fixed: Mapping[str, Any]) -> Markup:
    """Ask for the layers at once, before our script asks for them."""
    return joined(
        html('<link rel="preload" as="fetch" crossorigin href="{url}">', url=layer["url"]) for layer in fixed["layers"]
    )


@dataclass(frozen=True)
class Doing:
    """What a session does beside its View.

    Attributes
    ----------
    move : mapping or None
        {"n": counter, "box": (west, south, east, north)} or {"n": counter, "at": (longitude, latitude, zoom)}: to
        bring something into sight, once per n.
    measured : mapping or None
        {"of": name of the map's event, "text": what the shape drawn then measures}.
    written : int
        How often the link was written: the map then puts its position back into it, of which the server knows an old
        one or none.
    beside : tuple of str
        Ids of what is shown beside the theme's: what is inside the chosen unit.
    """

    move: Mapping[str, Any] | None = None
    measured: Mapping[str, str] | None = None
    written: int = 0
    beside: tuple[str, ...] = ()


def dynamic(
    view: View,
    rows: Markup,
    *,
    only: Iterable[str] | None = None,
    doing: Doing = Doing(),
    dataset: Mapping[str, Any] | None = None,
) -> folium.FeatureGroup:
    """Make the group that says what a View shows.

    Parameters
    ----------
    view : View
    rows : Markup
        The legend.
    only : iterable of str, optional
        Ids to show instead of the theme's.
    doing : Doing
    dataset : mapping, optional
        What is drawn of a dataset, from `layers.datasets.drawing`.
    """
    state = {
        "theme": view.theme,
        "only": list(only) if only is not None else None,
        "beside": doing.beside,
        "selected": view.selection,
        "legend": rows,
        "at": view.at,
        "move": doing.move,
        "measured": doing.measured,
        "written": doing.written,
        "dataset": dataset,
    }
    group = folium.FeatureGroup(name="view", control=False)
    group.add_child(_Apply(state))
    return group
