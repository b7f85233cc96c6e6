"""口径: versions of parameters, which one holds on a day, who may adopt and take back, and what cannot be used."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from geodata import calibers
from geodata.access import Person
from geodata.calibers import Adoption
from geodata.errors import AccessError, ConflictError, DashboardError, MeasureError
from geodata.indicators import load_indicators
from geodata.parameters import thresholds
from geodata.store.engine import Store
from geodata.store.models import CaliberRow
from tests.people import events as log
from tests.people import manager, named

TABLE = load_indicators()[0]
DAY = date(2026, 11, 24)
NEARER = Adoption("park500", [{"least_m2": 400, "distance_m": 400}], DAY, "局务会第 12 号纪要", 0)


def farther(metres: float, *, day: date = DAY, seen: int = 0) -> Adoption:
    """Want another distance from a day on, having seen the versions up to a number."""
    return replace(NEARER, bands=[{"least_m2": 400, "distance_m": metres}], effective_from=day, seen=seen)


@pytest.fixture
def zhang(store: Store) -> Person:
    """Give the manager."""
    return manager(store)


def known(store: Store) -> calibers.Calibers:
    """Read all versions, none of which is wrong."""
    found, problems = calibers.read(store, TABLE)
    assert problems == ()
    return found


def test_without_versions_the_table_holds(store: Store) -> None:
    found = known(store)
    assert found.indicators(DAY) == TABLE
    assert found.in_force("park500", DAY).label == "口径 0（指标表，随看板）"
    assert found.history("park500") == (found.in_force("park500", DAY),)
    assert found.unheeded("park500") == ()


def test_an_own_row_of_the_table_is_called_so(store: Store) -> None:
    own = TABLE["park500"].model_copy(update={"definition": "本单位的定义"})
    assert calibers.read(store, {"park500": own})[0].in_force("park500", DAY).label == "口径 0（本单位指标表）"


def test_an_adopted_version_holds_from_its_day_on(store: Store, zhang: Person) -> None:
    made = calibers.adopt(store, zhang, NEARER, table=TABLE)
    assert made.label == "口径 1（2026-11-24 起，张三：局务会第 12 号纪要）"
    found = known(store)
    assert found.in_force("park500", DAY) == made
    assert found.in_force("park500", DAY - timedelta(1)).number == 0
    assert found.indicators(DAY)["park500"].name == "400米见园"
    assert found.indicators(DAY)["walk5"] == TABLE["walk5"]


def test_each_adoption_is_an_event(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    last = log(store)[-1]
    assert (last.action, last.object_kind, last.object_id, last.person) == (
        "adopt_caliber",
        "caliber",
        "park500.1",
        "张三",
    )
    assert last.before == "400 平方米以上 500 米"
    assert last.after == "400 平方米以上 400 米，2026-11-24 起"
    assert last.reason == "局务会第 12 号纪要"


def test_a_future_version_waits(store: Store, zhang: Person) -> None:
    later = DAY + timedelta(40)
    calibers.adopt(store, zhang, farther(400, day=later), table=TABLE)
    found = known(store)
    assert found.in_force("park500", later - timedelta(1)).number == 0
    assert found.in_force("park500", later).number == 1
    assert [one.number for one in found.history("park500")] == [1, 0]


def test_figures_of_a_moment_were_computed_by_what_had_been_adopted(store: Store, zhang: Person) -> None:
    long_ago = date(2020, 1, 1)
    calibers.adopt(store, zhang, farther(400, day=long_ago), table=TABLE)
    calibers.adopt(store, zhang, farther(300, day=date(2999, 1, 1), seen=1), table=TABLE)
    found, now = known(store), datetime.now(UTC)
    assert found.in_force("park500", date(2020, 1, 2)).number == 1
    assert found.before("park500", now - timedelta(1)).number == 0
    assert found.before("park500", now + timedelta(1)).number == 1
    assert found.before("park500", datetime(2999, 1, 3, tzinfo=UTC)).number == 2


def test_the_table_of_then_is_kept(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    changed = TABLE["park500"].model_copy(update={"target": 0.9, "target_source": "本单位"})
    found, _ = calibers.read(store, {**TABLE, "park500": changed})
    assert found.first("park500").row == TABLE["park500"]
    assert found.in_force("park500", DAY).row.target is None
    assert found.unheeded("park500") == ("目标值：无 → 0.9", "目标值的依据：无 → 本单位")
    calibers.adopt(store, zhang, farther(300, seen=1), table=found.table)
    again, _ = calibers.read(store, found.table)
    assert again.in_force("park500", DAY).row.target == 0.9
    assert again.unheeded("park500") == ()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (replace(NEARER, reason="  "), "采用新口径：没有填写理由，请写明依据的文件或会议。"),
        (replace(NEARER, reason="长" * 501), "采用新口径：理由超过 500 个字，请改短。"),
        (replace(NEARER, indicator="gone"), "采用新口径：指标表中没有“gone”，请刷新页面后另选指标。"),
        (
            replace(NEARER, indicator="park_per_person", bands=[]),
            "采用新口径：这个指标没有面积与距离可改，请在指标表中修改。",
        ),
        (farther(500), "采用“500米见园”的新口径：与口径 0 相同，请先改动面积或距离。"),
    ],
)
def test_what_cannot_be_adopted_is_said(store: Store, zhang: Person, wanted: Adoption, sentence: str) -> None:
    with pytest.raises(DashboardError) as caught:
        calibers.adopt(store, zhang, wanted, table=TABLE)
    assert str(caught.value) == sentence
    assert known(store).kept == {}


def test_parameters_out_of_range_are_refused(store: Store, zhang: Person) -> None:
    with pytest.raises(MeasureError, match="距离须在 1 至 20,000 米之间"):
        calibers.adopt(store, zhang, farther(0), table=TABLE)


def test_no_version_begins_before_the_last(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    with pytest.raises(ConflictError) as caught:
        calibers.adopt(store, zhang, farther(300, day=DAY - timedelta(1), seen=1), table=TABLE)
    what = "启用日期 2026-11-23 早于口径 1 的启用日期 2026-11-24"
    assert str(caught.value) == f"采用“300米见园”的新口径：{what}，请改用不早于它的日期。"
    assert calibers.adopt(store, zhang, farther(300, seen=1), table=TABLE).number == 2
    assert known(store).in_force("park500", DAY).number == 2


def test_what_somebody_else_has_adopted_since_is_said(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    with pytest.raises(ConflictError) as caught:
        calibers.adopt(store, named(store, "王五", "review"), farther(300), table=TABLE)
    assert str(caught.value) == "采用“300米见园”的新口径：张三已采用口径 1，请刷新页面，核对后再办理。"
    calibers.withdraw(store, zhang, "park500", number=1)
    with pytest.raises(ConflictError, match="口径 1 已被撤回，请刷新页面"):
        calibers.adopt(store, zhang, farther(300, seen=1), table=TABLE)


def test_who_fills_in_may_not_adopt(store: Store) -> None:
    with pytest.raises(AccessError, match="采用新口径：李四的权限是“填报”，请由“审核”以上权限的人员办理"):
        calibers.adopt(store, named(store, "李四", "report"), NEARER, table=TABLE)
    with pytest.raises(AccessError, match="还没有确定是谁在操作"):
        calibers.withdraw(store, None, "park500", number=1)


def test_whoever_adopted_takes_back_and_the_number_is_not_given_again(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    calibers.withdraw(store, zhang, "park500", number=1, reason="日期有误")
    found = known(store)
    assert found.in_force("park500", DAY).number == 0
    assert [(one.number, one.kept.withdrawn if one.kept else "") for one in found.history("park500")] == [
        (1, "张三"),
        (0, ""),
    ]
    last = log(store)[-1]
    assert (last.action, last.object_id, last.reason) == ("caliber_withdrawn", "park500.1", "日期有误")
    assert calibers.adopt(store, zhang, NEARER, table=TABLE).number == 2
    assert thresholds(known(store).first("park500").row) == "400 平方米以上 500 米"


def test_nobody_takes_back_what_another_adopted(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    with pytest.raises(AccessError, match="口径 1：是由张三采用的，请由张三撤回，或另行采用新口径"):
        calibers.withdraw(store, named(store, "王五", "review"), "park500", number=1)


def test_only_the_last_version_is_taken_back(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    calibers.adopt(store, zhang, farther(300, seen=1), table=TABLE)
    with pytest.raises(ConflictError, match="口径 1：张三已采用口径 2，请刷新页面"):
        calibers.withdraw(store, zhang, "park500", number=1)
    for number in (2, 1):
        calibers.withdraw(store, zhang, "park500", number=number)
    with pytest.raises(ConflictError, match="口径 1：已被撤回"):
        calibers.withdraw(store, zhang, "park500", number=1)


def test_versions_of_an_indicator_that_is_gone_are_said(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    rest = {key: row for key, row in TABLE.items() if key != "park500"}
    found, (problem,) = calibers.read(store, rest)
    assert found.kept == {}
    what = "指标表中已没有这个指标，请在指标表中恢复该行，或不再使用这一口径"
    assert str(problem) == f"指标 park500 的口径 1：{what}。"


def test_a_version_that_no_longer_fits_is_left_out_and_said(store: Store, zhang: Person) -> None:
    calibers.adopt(store, zhang, NEARER, table=TABLE)
    with store.writing() as session:
        session.execute(update(CaliberRow).values(parameters={"name": "旧"}))
    found, (problem,) = calibers.read(store, TABLE)
    assert found.in_force("park500", DAY).number == 0
    assert "内容与本版本程序的指标表不符，未采用，请重新采用新口径" in str(problem)
