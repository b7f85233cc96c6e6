"""All checks of a table in order: what must be changed, what should be, what passed, and what was not checked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import check_spatial
from geodata.check_scene import Against, Scene, reason
from geodata.check_spatial import Seen, Undone
from geodata.content import stated_areas
from geodata.findings import GROUPS, RULES, Finding, examples, of_column
from geodata.findings import finding as broken
from geodata.kinds import DATASETS
from geodata.places import places
from geodata.schema import examined
from geodata.watch import UNWATCHED, Watch

CHECKED: Mapping[str, str] = MappingProxyType(dict(GROUPS.items()) | {"passed": "通过", "skipped": "未检查"})
"""Groups of a report in the order they are shown."""

_NOTHING = Against()


@dataclass(frozen=True)
class Outcome:
    """What came of one rule, in one place of the table.

    Attributes
    ----------
    number, rule : str
        The rule and its name.
    group : str
        Key of CHECKED.
    sentence : str
        What is shown.
    finding : Finding, optional
        What is wrong; none for a rule that passed or was not checked.
    places : GeoDataFrame, optional
        Where, if it is elsewhere than in the rows themselves (`geodata.places.places`, rows = positions).
    """

    number: str
    rule: str
    group: str
    sentence: str
    finding: Finding | None = None
    places: gpd.GeoDataFrame | None = None

    @property
    def count(self) -> int:
        """Rows concerned."""
        return self.finding.count if self.finding else 0


@dataclass(frozen=True)
class Report:
    """All that was checked in a table.

    Attributes
    ----------
    kind : str
        Key of DATASETS.
    ids : Series of str
        What a row is called, by position: its id, or "第 n 行".
    shapes : GeoSeries or None
        Shapes by position, EPSG:4549; None where they cannot be placed.
    outcomes : tuple of Outcome
        By group in the order of CHECKED, then by rule.
    """

    kind: str
    ids: pd.Series
    shapes: gpd.GeoSeries | None
    outcomes: tuple[Outcome, ...]

    def group(self, name: str) -> tuple[Outcome, ...]:
        """Return the outcomes of one group of CHECKED."""
        return tuple(one for one in self.outcomes if one.group == name)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong or looks so: what is kept with a version."""
        return tuple(one.finding for one in self.outcomes if one.finding)

    @property
    def blocked(self) -> bool:
        """Whether something must be changed before the table can be taken in."""
        return bool(self.group("must"))

    def places(self, outcome: Outcome) -> gpd.GeoDataFrame:
        """Where an outcome is, to be lit up on a map: its own places, or the shapes of its rows that have one."""
        if outcome.places is not None:
            return outcome.places
        if self.shapes is None or outcome.finding is None:
            return places([], [])
        rows = np.array(outcome.finding.rows, int)
        rows = rows[~(self.shapes.isna() | self.shapes.is_empty).to_numpy()[rows]]
        return places([(row,) for row in rows.tolist()], self.shapes.to_numpy()[rows])


class Step(NamedTuple):
    """One step after the contract and the content: the share done before it, what it does, how it looks."""

    share: float
    label: str
    look: Callable[[Scene], Iterable[Seen | Undone]]


STEPS: tuple[Step, ...] = (
    Step(0.15, "查找重复的图形", check_spatial.tiling),
    Step(0.75, "查找狭长与细碎的图形", check_spatial.slivers),
    Step(0.8, "核对管辖范围", check_spatial.extents),
    Step(0.9, "接边检查", check_spatial.seams),
)


def check_all(table: pd.DataFrame, kind: str, *, against: Against = _NOTHING, watch: Watch = UNWATCHED) -> Report:
    """Check everything there is to check.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        Columns named as in the contract, values as people write them; shapes in EPSG:4549.
    kind : str
        Key of DATASETS.
    against : Against
        Scheme, parts, 管辖范围 and zone, as far as there are.
    watch : Watch
        Told of every step, asked whether to stop.

    Raises
    ------
    CancelledError
        Somebody stopped it.
    DatasetError
        管辖范围 or zone cannot be used.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["E1", "E1"], "synthetic": [True, True]})
    >>> report = check_all(table, "enterprises")
    >>> [one.sentence for one in report.group("must")], len(report.group("passed")), report.blocked
    (['企业的“编号”：2 行的编号重复（例如“E1”），请改为不重复的编号。'], 9, True)
    """
    watch.step(0.0, "核对字段、编码与面积")
    findings, frame = examined(table, kind, scheme=against.scheme)
    scene = Scene(DATASETS[kind], frame, replace(against, parts=_aligned(against.parts, table)), watch)
    seen: list[Seen | Undone] = [*map(Seen, findings), *_doubted(table, kind, against)]
    for step in STEPS:
        watch.step(step.share, step.label)
        seen += step.look(scene)
    watch.step(1.0, "检查完毕")
    order = list(CHECKED)
    outcomes = sorted(_outcomes(scene, seen), key=lambda one: (order.index(one.group), one.number))
    return Report(kind, _called(table, frame), scene.shapes.geometry if scene.placed else None, tuple(outcomes))


def _doubted(table: pd.DataFrame, kind: str, against: Against) -> Iterator[Seen]:
    """What was decided when the table was put together, as far as the rows are still there."""
    spec = DATASETS[kind]
    for doubt in against.doubts or ():
        at = np.flatnonzero(table.index.isin(doubt.written.index))
        if at.size:
            rows = pd.Series(table["id"].to_numpy()[at], at, dtype="string")
            told = examples(doubt.written[table.index[at]])
            yield Seen(broken(doubt.number, of_column(spec, doubt.column), rows, examples=told, scheme=doubt.scheme))


def _aligned(parts: pd.Series | None, table: pd.DataFrame) -> pd.Series | None:
    """Parts by position, as all checks count rows."""
    if parts is None:
        return None
    return (parts if parts.index.equals(table.index) else parts.loc[table.index]).reset_index(drop=True)


def _called(table: pd.DataFrame, frame: pd.DataFrame | None) -> pd.Series:
    """Ids, and "第 n 行" where there is none."""
    given = None if frame is None else frame.get("id")
    ids = pd.Series(None, range(len(table)), dtype=object) if given is None else given.astype(object)
    unnamed = ids.index[ids.isna()]
    ids[unnamed] = [f"第 {place + 1} 行" for place in unnamed]
    return ids


def _outcomes(scene: Scene, seen: list[Seen | Undone]) -> Iterator[Outcome]:
    """What was found, and what came of every other rule that concerns the table."""
    undone = {one.number: one.why for one in seen if isinstance(one, Undone)}
    found = [one for one in seen if isinstance(one, Seen)]
    for finding, spots in found:
        yield Outcome(finding.number, finding.rule, finding.group, finding.sentence, finding, spots)
    for number in RULES.keys() - {one.finding.number for one in found}:
        why = reason(number, scene)
        if why is not None:
            yield _unbroken(number, why or undone.get(number, ""), scene)


def _unbroken(number: str, why: str, scene: Scene) -> Outcome:
    name = RULES[number].name
    if why:
        return Outcome(number, name, "skipped", f"{scene.spec.label}：{why}。")
    said = stated_areas(scene.frame, scene.spec) if number == "K024" and scene.frame is not None else None
    more = f"，{said.sentence}" if said and said.sentence else ""
    return Outcome(number, name, "passed", f"{scene.spec.label}：没有发现“{name}”{more}。")
