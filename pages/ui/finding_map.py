"""What a measure found, on the map."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd

from layers import drawings, results
from layers.legend import base_rows
from layers.results import Found
from layers.text import joined
from pages.ui import caches
from pages.ui.dataset_map import Focus, marked
from pages.ui.map_view import Dataset


def dataset(
    scene: caches.Scene,
    found: Found,
    read: Callable[[], gpd.GeoDataFrame],
    *,
    focus: Focus | None = None,
    marks: Mapping[str, str] = MappingProxyType({}),
) -> Dataset:
    """Make a finding ready to be drawn over a faint plan.

    Parameters
    ----------
    scene : Scene
    found : Found
    read : callable
        Gives what is drawn: `name`, `coverage`, geometry, on its ids; called only if need be.
    focus : Focus, optional
        The classes that stand out; the others are faint.
    marks : mapping of str to str
        Id of what stands out by itself, whatever its class -> its colour.

    Raises
    ------
    MeasureError, DatasetError, StoreError
        It cannot be measured, or the files for the browser cannot be written.
    """
    prepared = results.prepare(found, read, scene.config)
    signs = results.signs(prepared.summary, scene.styles, found.labels)
    online = scene.config.base_map is not None
    legend = drawings.legend(found.title, signs, synthetic=found.synthetic)
    drawing = results.drawing(prepared, found, scene.styles)
    if focus:
        drawing = drawings.focused(drawing, *focus)
    if marks:
        drawing |= {"marks": marked(found.base(scene.config.data_path), marks)}
    rows = joined((legend, base_rows(scene.styles, online=online)))
    return Dataset(drawing, rows, lambda _at: None)
