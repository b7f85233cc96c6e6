"""What a check looks at, which rules concern it, and which of them could not be checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from geodata.columns import Kind
from geodata.content import ORDERED, POINTERS, STATED, is_metric
from geodata.findings import Doubt
from geodata.landuse_codes import LANDUSE_COLUMNS
from geodata.seams import CLASSES
from geodata.topology import TILINGS, TOLERANCES, Tiling, Tolerances
from geodata.watch import UNWATCHED, Watch

_FREE = Tiling("")
_SEVERAL = 2


@dataclass(frozen=True)
class Against:
    """What a table is checked against.

    Attributes
    ----------
    scheme : str, optional
        分类标准 of all codes, where the rows do not say their own.
    parts : Series, optional
        On the table's index: label of the part each row came with.
    boundary : GeoDataFrame, optional
        管辖范围 (a table of the kind boundaries, or areas), EPSG:4549.
    zone : GeoDataFrame, optional
        The plan's outline of the zone, EPSG:4549; `accuracy_m` says how far it may be off.
    doubts : tuple of Doubt, optional
        What was decided for the rows when the table was put together; None where it was not.
    tolerances : Tolerances
    """

    scheme: str | None = None
    parts: pd.Series | None = None
    boundary: gpd.GeoDataFrame | None = None
    zone: gpd.GeoDataFrame | None = None
    doubts: tuple[Doubt, ...] | None = None
    tolerances: Tolerances = TOLERANCES


@dataclass(frozen=True)
class Scene:
    """A table while it is checked.

    Attributes
    ----------
    spec : Kind
    frame : DataFrame or None
        Typed columns, numbered from 0; None where the table cannot be read column by column.
    against : Against
        `parts` on the frame's index.
    watch : Watch
    """

    spec: Kind
    frame: pd.DataFrame | None
    against: Against
    watch: Watch = UNWATCHED

    @property
    def tiling(self) -> Tiling:
        """What rows of this kind may do to each other."""
        return TILINGS.get(self.spec.key, _FREE)

    @property
    def placed(self) -> bool:
        """Whether there are shapes that can be measured."""
        return self.frame is not None and is_metric(self.frame)

    @property
    def shapes(self) -> gpd.GeoDataFrame:
        """Shapes of all rows, numbered from 0; only where they are `placed`."""
        return gpd.GeoDataFrame(self.frame, geometry="geometry")

    @property
    def parts(self) -> pd.Series | None:
        """Label of the part each row came with; None where all came in one."""
        given = self.against.parts
        return given if given is not None and given.nunique() >= _SEVERAL else None


Why = Callable[[Scene], str]
"""Why a rule could not be checked in a scene; "" where it was."""

Scope = tuple[Callable[[Scene], bool], Why]
"""Whether a rule concerns the table at all, and why it could not be checked."""


def reason(number: str, scene: Scene) -> str | None:
    """Say why a rule was not checked: "" if it was, None if it does not concern the table."""
    concerns, why = SCOPES[number]
    return why(scene) if concerns(scene) else None


def applies(number: str, scene: Scene) -> bool:
    """Whether a rule concerns the table, and everything it needs is there."""
    return reason(number, scene) == ""


def _put_together(scene: Scene) -> bool:
    return scene.against.doubts is not None


def _converted(scene: Scene) -> bool:
    return any(one.number in ("K040", "K041") for one in scene.against.doubts or ())


def _always(_scene: Scene) -> bool:
    return True


def _with_shapes(scene: Scene) -> bool:
    return bool(scene.spec.geometry)


def _must_be_placed(scene: Scene) -> bool:
    return bool(scene.spec.geometry) and scene.spec.placed


def _bound(what: str) -> Callable[[Scene], bool]:
    """Make: some column of the kind is bound in this way."""
    return lambda scene: any(getattr(column, what) not in (None, "") for column in scene.spec.columns)


def _named(*names: str) -> Callable[[Scene], bool]:
    """Make: the kind has one of these columns."""
    return lambda scene: any(name in scene.spec.names for name in names)


def _coded(scene: Scene) -> bool:
    return scene.spec.key in LANDUSE_COLUMNS


def _coded_as_one(scene: Scene) -> bool:
    return _coded(scene) and "scheme" not in scene.spec.names


def _ordered(number: str) -> Callable[[Scene], bool]:
    return lambda scene: any(rule == number for rule, *_ in ORDERED.get(scene.spec.key, ()))


def _points_elsewhere(scene: Scene) -> bool:
    return scene.spec.key in POINTERS


def _tiled(what: str, value: object = None) -> Callable[[Scene], bool]:
    """Make: the kind's tiling says so."""
    return lambda scene: getattr(scene.tiling, what) == value if value else bool(getattr(scene.tiling, what))


def _at_a_seam(what: Callable[[Scene], bool]) -> Callable[[Scene], bool]:
    return lambda scene: scene.parts is not None and what(scene)


def _classed(scene: Scene) -> bool:
    return scene.spec.key in CLASSES


def _of_lines(scene: Scene) -> bool:
    return scene.spec.geometry == ("LineString",)


# —— why not ——


def _checked(_scene: Scene) -> str:
    return ""


def _read(scene: Scene) -> str:
    return "" if scene.frame is not None else "列名重复，无法逐列检查"


def _there(*names: str) -> Why:
    """Make: one of these columns is in the table."""

    def why(scene: Scene) -> str:
        columns = [scene.spec.column(name) for name in names if name in scene.spec.names]
        if scene.frame is None or any(column.name in scene.frame.columns for column in columns):
            return _read(scene)
        return f"没有“{'”或“'.join(column.label for column in columns)}”列"

    return why


def _in_order(number: str) -> Why:
    def why(scene: Scene) -> str:
        pairs = [(low, high) for rule, low, high in ORDERED.get(scene.spec.key, ()) if rule == number]
        there = scene.frame is not None and any({low, high} <= set(scene.frame.columns) for low, high in pairs)
        return "" if there else _read(scene) or "没有可以互相核对的列"

    return why


def _codes(scene: Scene) -> str:
    columns = [code for code, _ in LANDUSE_COLUMNS[scene.spec.key]]
    if "scheme" not in scene.spec.names and not scene.against.scheme:
        return "没有说明分类标准"
    return _there(*columns)(scene)


def _code_names(scene: Scene) -> str:
    return _codes(scene) or _there(*(name for _, name in LANDUSE_COLUMNS[scene.spec.key]))(scene)


def _scheme_chosen(scene: Scene) -> str:
    return "" if scene.against.scheme else "没有为整个数据集选定分类标准"


def _measurable(scene: Scene) -> str:
    return "" if scene.placed else _read(scene) or "没有图形，或坐标系不能量算"


def _drawn(scene: Scene) -> str:
    return "" if scene.frame is not None and "geometry" in scene.frame.columns else _read(scene) or "没有图形"


def _classes(scene: Scene) -> str:
    return _measurable(scene) or _there(CLASSES[scene.spec.key])(scene)


def _stated(scene: Scene) -> str:
    return _measurable(scene) or _there(STATED)(scene)


def _bounded(scene: Scene) -> str:
    return "没有选用管辖范围" if scene.against.boundary is None else _measurable(scene)


def _zoned(scene: Scene) -> str:
    return "没有高新区范围" if scene.against.zone is None else _measurable(scene)


SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        **dict.fromkeys(("K001", "K002", "K007", "K008", "K009"), (_always, _read)),
        **dict.fromkeys(("K003", "K004"), (_always, _checked)),
        "K005": (_must_be_placed, _checked),
        "K006": (_with_shapes, _checked),
        "K010": (_bound("values"), _read),
        "K011": (_bound("minimum"), _read),
        "K012": (_bound("pattern"), _read),
        "K013": (_must_be_placed, _drawn),
        "K014": (_with_shapes, _drawn),
        "K015": (_with_shapes, _drawn),
        "K016": (_with_shapes, _measurable),
        "K017": (_coded_as_one, _read),
        "K018": (_named("scheme"), _scheme_chosen),
        "K019": (_coded, _codes),
        "K020": (_coded, _code_names),
        "K021": (_ordered("K021"), _in_order("K021")),
        "K022": (_ordered("K022"), _in_order("K022")),
        "K023": (_points_elsewhere, _read),
        "K024": (_named(STATED), _stated),
        "K025": (_named("credit_code"), _there("credit_code")),
        "K026": (_named(STATED), _stated),
        "K027": (_tiled("twins", "K027"), _measurable),
        "K028": (_tiled("twins", "K028"), _measurable),
        "K029": (_tiled("overlaps"), _measurable),
        "K030": (_tiled("gap_m2"), _measurable),
        "K031": (_tiled("overlaps"), _measurable),
        "K032": (_with_shapes, _bounded),
        "K033": (_with_shapes, _bounded),
        "K034": (_with_shapes, _zoned),
        "K035": (_at_a_seam(_tiled("gap_m2")), _measurable),
        "K036": (_at_a_seam(_tiled("overlaps")), _measurable),
        "K037": (_at_a_seam(_classed), _classes),
        "K038": (_at_a_seam(_of_lines), _measurable),
        "K039": (_put_together, _read),
        **dict.fromkeys(("K040", "K041"), (_converted, _read)),
    }
)
"""Rule -> its scope."""
