"""口径: the parameters an indicator has on a day, those of the table or those a person has put into force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache

from pydantic import ValidationError
from sqlalchemy.orm import Session

from geodata.access import Person, require
from geodata.errors import AccessError, ConflictError, DashboardError, MeasureError
from geodata.indicators import Indicator, load_indicators
from geodata.parameters import differences, thresholds, with_bands
from geodata.store import calibers, events
from geodata.store.calibers import Kept
from geodata.store.engine import Store
from geodata.store.events import Change

LONGEST_REASON = 500
Table = Mapping[str, Indicator]


@dataclass(frozen=True)
class Caliber:
    """One version of an indicator's parameters.

    Attributes
    ----------
    number : int
        0 is the row of the table.
    row : Indicator
        All that the version says.
    kept : Kept or None
        Since when, by whom, why; None for the table.
    own : bool
        Whether the row of the table is the office's own.
    """

    number: int
    row: Indicator
    kept: Kept | None = None
    own: bool = False

    @property
    def label(self) -> str:
        """How a figure names it.

        Examples
        --------
        >>> Caliber(0, load_indicators()[0]["park500"]).label
        '口径 0（指标表，随看板）'
        """
        if self.kept is None:
            return f"口径 {self.number}（{'本单位指标表' if self.own else '指标表，随看板'}）"
        return f"口径 {self.number}（{self.kept.effective_from} 起，{self.kept.person}：{self.kept.reason}）"

    @property
    def since(self) -> datetime | None:
        """From when on figures were computed by it: not before it was adopted."""
        if self.kept is None:
            return None
        first = datetime.combine(self.kept.effective_from, time()).astimezone(UTC)
        return max(first, self.kept.created_at)


@dataclass(frozen=True)
class Adoption:
    """What a person wants to hold from a day on.

    Attributes
    ----------
    indicator : str
        Its key.
    bands : sequence of mapping
        `least_m2`, `distance_m` of each band.
    seen : int
        Number of the last version the person was shown.
    """

    indicator: str
    bands: Sequence[Mapping[str, object]]
    effective_from: date
    reason: str
    seen: int


@dataclass(frozen=True)
class Calibers:
    """The table of indicators and the versions that stand above it, as of one moment."""

    table: Table
    kept: Mapping[str, tuple[Caliber, ...]]

    def in_force(self, key: str, day: date) -> Caliber:
        """The version that holds on a day.

        Raises
        ------
        KeyError
            The table has no such indicator.
        """
        held = (one for one in reversed(self._living(key)) if one.kept and one.kept.effective_from <= day)
        return next(held, None) or self._zero(key)

    def last(self, key: str) -> Caliber:
        """The version adopted last, whether it holds already or waits."""
        return self.in_force(key, date.max)

    def before(self, key: str, moment: datetime) -> Caliber:
        """The version figures were computed by just before a moment."""
        held = (one for one in reversed(self._living(key)) if one.since and one.since < moment)
        return next(held, None) or self.first(key)

    def first(self, key: str) -> Caliber:
        """The row of the table as it was before the first version."""
        living = self._living(key)
        if not living or living[0].kept is None:
            return self._zero(key)
        row = Indicator.model_validate(living[0].kept.from_table)
        return Caliber(0, row, own=_own(key, row))

    def history(self, key: str) -> tuple[Caliber, ...]:
        """All versions, the newest first, those withdrawn too, down to the table."""
        return (*reversed(self.kept.get(key, ())), self.first(key))

    def indicators(self, day: date) -> Table:
        """The rows of the table as they hold on a day."""
        return {key: self.in_force(key, day).row for key in self.table}

    def unheeded(self, key: str) -> tuple[str, ...]:
        """What the table says otherwise than when the last version was adopted: it does not count by itself."""
        living = self._living(key)
        if not living or living[-1].kept is None:
            return ()
        return differences(Indicator.model_validate(living[-1].kept.from_table), self.table[key])

    def _living(self, key: str) -> tuple[Caliber, ...]:
        return tuple(one for one in self.kept.get(key, ()) if one.kept and not one.kept.withdrawn)

    def _zero(self, key: str) -> Caliber:
        return Caliber(0, self.table[key], own=_own(key, self.table[key]))


def read(store: Store, table: Table) -> tuple[Calibers, tuple[DashboardError, ...]]:
    """Read all versions; one that no longer fits the contract, or whose indicator is gone, is left out and said.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    with store.reading() as session:
        return _built(table, calibers.everything(session))


def adopt(store: Store, person: Person | None, wanted: Adoption, *, table: Table) -> Caliber:
    """Let other parameters hold from a day on; what held before stays and can be computed again.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    MeasureError
        Parameters out of range, no reason, no such indicator, or one without sizes and distances.
    ConflictError
        Somebody has changed the versions since, the day lies before that of the last one, or nothing would change.
    """
    acting = require(person, "adopt_caliber")
    row = _wanted(wanted, table)
    with store.writing() as session:
        known, _ = _built(table, calibers.everything(session, wanted.indicator))
        last = known.last(wanted.indicator)
        _refuse(wanted, row, last)
        return _add(session, acting, wanted, rows=(row, table[wanted.indicator], last.row))


def withdraw(store: Store, person: Person | None, key: str, *, number: int, reason: str = "") -> None:
    """Take the last version of an indicator back, as whoever adopted it; the one before holds again.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or somebody else has adopted it.
    ConflictError
        There is no such version, or it is not the last one.
    """
    acting = require(person, "adopt_caliber")
    with store.writing() as session:
        kept = _last(session, key, number=number)
        if kept.person_id != acting.id:
            where, what = f"口径 {number}", f"是由{kept.person}采用的"
            raise AccessError(where, what, f"请由{kept.person}撤回，或另行采用新口径")
        calibers.withdraw(session, acting, kept)
        before = thresholds(Indicator.model_validate(kept.parameters))
        about = Change("caliber", f"{key}.{number}", before=before, reason=reason)
        events.record(session, acting, "caliber_withdrawn", about)


def _last(session: Session, key: str, *, number: int) -> Kept:
    living = [one for one in calibers.everything(session, key) if not one.withdrawn]
    if living and living[-1].number == number:
        return living[-1]
    where = f"口径 {number}"
    what = f"{living[-1].person}已采用口径 {living[-1].number}" if living else "已被撤回"
    raise ConflictError(where, what, "请刷新页面，核对后再办理")


def _built(table: Table, versions: Iterable[Kept]) -> tuple[Calibers, tuple[DashboardError, ...]]:
    found: dict[str, list[Caliber]] = {}
    problems: list[DashboardError] = []
    for kept in versions:
        where = f"指标 {kept.indicator} 的口径 {kept.number}"
        if kept.indicator not in table:
            problems.append(MeasureError(where, "指标表中已没有这个指标", "请在指标表中恢复该行，或不再使用这一口径"))
            continue
        try:
            row = Indicator.model_validate(kept.parameters)
            Indicator.model_validate(kept.from_table)
        except ValidationError:
            problems.append(MeasureError(where, "内容与本版本程序的指标表不符，未采用", "请重新采用新口径"))
            continue
        found.setdefault(kept.indicator, []).append(Caliber(kept.number, row, kept))
    return Calibers(table, {key: tuple(held) for key, held in found.items()}), tuple(problems)


def _wanted(wanted: Adoption, table: Table) -> Indicator:
    """The table's row with the parameters that are wanted."""
    where = "采用新口径"
    if wanted.indicator not in table:
        raise MeasureError(where, f"指标表中没有“{wanted.indicator}”", "请刷新页面后另选指标")
    if not table[wanted.indicator].sources.bands:
        raise MeasureError(where, "这个指标没有面积与距离可改", "请在指标表中修改")
    if not wanted.reason.strip():
        raise MeasureError(where, "没有填写理由", "请写明依据的文件或会议")
    if len(wanted.reason) > LONGEST_REASON:
        raise MeasureError(where, f"理由超过 {LONGEST_REASON} 个字", "请改短")
    return with_bands(table[wanted.indicator], wanted.bands)


def _refuse(wanted: Adoption, row: Indicator, last: Caliber) -> None:
    where = f"采用“{row.name}”的新口径"
    if last.number != wanted.seen:
        what = f"{last.kept.person}已采用口径 {last.number}" if last.kept else f"口径 {wanted.seen} 已被撤回"
        raise ConflictError(where, what, "请刷新页面，核对后再办理")
    if last.kept and wanted.effective_from < last.kept.effective_from:
        what = f"启用日期 {wanted.effective_from} 早于口径 {last.number} 的启用日期 {last.kept.effective_from}"
        raise ConflictError(where, what, "请改用不早于它的日期")
    if row == last.row:
        raise ConflictError(where, f"与口径 {last.number} 相同", "请先改动面积或距离")


def _add(session: Session, person: Person, wanted: Adoption, *, rows: tuple[Indicator, ...]) -> Caliber:
    row, from_table, before = rows
    kept = calibers.add(
        session,
        person,
        indicator=wanted.indicator,
        parameters=row.model_dump(mode="json"),
        from_table=from_table.model_dump(mode="json"),
        effective_from=wanted.effective_from,
        reason=wanted.reason.strip(),
    )
    told = {"before": thresholds(before), "after": f"{thresholds(row)}，{kept.effective_from} 起"}
    about = Change("caliber", f"{wanted.indicator}.{kept.number}", **told, reason=kept.reason)
    events.record(session, person, "adopt_caliber", about)
    return Caliber(kept.number, row, kept)


def _own(key: str, row: Indicator) -> bool:
    return _shipped().get(key) != row


@cache
def _shipped() -> Table:
    return load_indicators()[0]
