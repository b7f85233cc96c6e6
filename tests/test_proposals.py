"""Proposals: kept beside the land by one person, changed and taken back by the same, outdated by newer data."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from shapely import Point

from geodata import proposals
from geodata.access import Person
from geodata.errors import AccessError, ConflictError, DashboardError, DatasetError
from geodata.parks import Park, circle
from geodata.proposals import Draft
from geodata.store.engine import Store
from tests.people import events as log
from tests.people import manager, named

SHORE = Park("新1", "滨海园", "point", "G14", public=True, shape=circle(Point(624_000, 4_303_000), 3000))
DRAFT = Draft("方案甲", "沿海一侧", (SHORE,), {"green": "1.1"}, {"park500": 0})


@pytest.fixture
def zhang(store: Store) -> Person:
    """Give the manager."""
    return manager(store)


def test_a_proposal_is_kept_as_it_was_made(store: Store, zhang: Person) -> None:
    made = proposals.save(store, zhang, DRAFT)
    assert proposals.read(store) == (made,)
    assert (made.name, made.note, made.person, made.revision) == ("方案甲", "沿海一侧", "张三", 1)
    assert (made.versions, made.calibers) == ({"green": "1.1"}, {"park500": 0})
    assert made.parks == [SHORE.record]


def test_each_act_is_an_event(store: Store, zhang: Person) -> None:
    made = proposals.save(store, zhang, DRAFT)
    proposals.change(store, zhang, made.id, draft=replace(DRAFT, name="方案乙"), seen=1)
    proposals.withdraw(store, zhang, made.id, seen=2)
    proposals.restore(store, zhang, made.id, seen=3)
    told = [(one.action, one.object_id, one.before, one.after) for one in log(store)[-4:]]
    first, second = "方案甲：1 处（滨海园）。沿海一侧", "方案乙：1 处（滨海园）。沿海一侧"
    assert told == [
        ("propose", "1", "", first),
        ("proposal_changed", "1", first, second),
        ("proposal_withdrawn", "1", second, ""),
        ("proposal_restored", "1", "", second),
    ]
    assert proposals.read(store)[0].withdrawn_at is None


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (replace(DRAFT, name=" "), "方案名称：没有填写，请填写后再保存。"),
        (replace(DRAFT, name="长" * 81), "方案名称：超过 80 个字，请改短。"),
        (replace(DRAFT, note="长" * 501), "说明：超过 500 个字，请改短。"),
        (replace(DRAFT, parks=()), "方案“方案甲”：还没有新公园，请先在图上放一处公园，或选一处地块改为公园。"),
    ],
)
def test_what_cannot_be_kept_is_said(store: Store, zhang: Person, draft: Draft, said: str) -> None:
    with pytest.raises(DatasetError) as told:
        proposals.save(store, zhang, draft)
    assert str(told.value) == said
    assert proposals.read(store) == ()


def test_a_name_is_taken_while_its_proposal_is_there(store: Store, zhang: Person) -> None:
    first = proposals.save(store, zhang, DRAFT)
    with pytest.raises(ConflictError, match="方案“方案甲”：张三已有同名方案，请换一个名称。"):
        proposals.save(store, zhang, DRAFT)
    proposals.withdraw(store, zhang, first.id, seen=1)
    second = proposals.save(store, zhang, DRAFT)
    with pytest.raises(ConflictError, match="同名"):
        proposals.restore(store, zhang, first.id, seen=2)
    assert proposals.change(store, zhang, second.id, draft=DRAFT, seen=1).revision == 2


ACTS: dict[str, Callable[[Store, Person | None, int], object]] = {
    "change": lambda store, who, seen: proposals.change(store, who, 1, draft=DRAFT, seen=seen),
    "withdraw": lambda store, who, seen: proposals.withdraw(store, who, 1, seen=seen),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_who_made_it_changes_it_and_only_as_seen(store: Store, zhang: Person, act: str) -> None:
    proposals.save(store, zhang, DRAFT)
    refused: list[tuple[Person | None, int, type[DashboardError], str]] = [
        (None, 1, AccessError, "还没有确定是谁在操作"),
        (named(store, "王五", "view"), 1, AccessError, "请由“填报”以上权限的人员办理"),
        (
            named(store, "李四", "report"),
            1,
            AccessError,
            "方案“方案甲”：是由张三编制的，请由张三办理，或另存为新方案。",
        ),
        (zhang, 7, ConflictError, "请刷新页面"),
    ]
    for who, seen, kind, said in refused:
        with pytest.raises(kind, match=said):
            ACTS[act](store, who, seen)
    assert [one.revision for one in proposals.read(store)] == [1]


def test_what_is_not_there_or_not_withdrawn_is_said(store: Store, zhang: Person) -> None:
    with pytest.raises(ConflictError, match="方案 1：没有这个方案"):
        proposals.withdraw(store, zhang, 1, seen=1)
    proposals.save(store, zhang, DRAFT)
    with pytest.raises(ConflictError, match="请刷新页面"):
        proposals.restore(store, zhang, 1, seen=1)


def test_other_data_or_parameters_outdate_a_proposal(store: Store, zhang: Person) -> None:
    made = proposals.save(store, zhang, DRAFT)
    assert proposals.outdated(made, now({"park500": 0})) == ("绿地、公园",)
    untouched = replace(made, versions={proposals.OUTLINES: ""})
    assert proposals.outdated(untouched, now({"park500": 0, "walk5": 3})) == ()
    assert proposals.outdated(untouched, now({"park500": 1})) == ("指标口径",)
    assert proposals.outdated(untouched, now({}, "Z003 1.1 界1")) == ("单元界线",)


def now(calibers: dict[str, int], outlines: str = "") -> proposals.Now:
    """Nothing held, these parameters and outlines."""
    return proposals.Now({}, calibers, outlines)
