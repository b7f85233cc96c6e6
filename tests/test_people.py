"""People: who manages them, names, roles, the last one who manages; each change is in the log."""

from collections.abc import Callable

import pytest

from geodata.access import Person
from geodata.errors import AccessError
from geodata.store import passwords, people, sign_in
from geodata.store.engine import Store
from geodata.store.people import Card
from tests.people import PASSWORD, events, manager, named

Attempts = tuple[Callable[[], object], ...]

HASHER = passwords.hasher
"""As it is where it was not made cheap."""
NOBODY = "管理人员：还没有确定是谁在操作，请先在页面右上角选择姓名或登录。"

pytestmark = pytest.mark.usefixtures("cheap")


def test_the_first_of_all_manages_and_the_next_reports(store: Store) -> None:
    first = sign_in.holder(store, sign_in.choose(store, "张三", "规划处"))
    second = sign_in.holder(store, sign_in.choose(store, "李四", "建设处"))
    assert first == Person(1, "张三", "规划处", "manage", authenticated=False)
    assert second == Person(2, "李四", "建设处", "report", authenticated=False)


def test_the_list_is_in_the_order_they_came(store: Store) -> None:
    acting = manager(store)
    people.add(store, acting, Card("李四", "建设处", "view"))
    gone = people.add(store, acting, Card("王五", "建设处"), password=PASSWORD)
    people.activate(store, acting, gone.id, active=False)
    assert [(one.card.name, one.active, one.has_password) for one in people.everyone(store)] == [
        ("张三", True, False), ("李四", True, False), ("王五", False, True),
    ]  # fmt: skip
    assert [one.card.name for one in people.everyone(store, active=True)] == ["张三", "李四"]
    assert [one.card.name for one in people.everyone(store, active=False)] == ["王五"]


def test_every_change_is_in_the_log_with_from_and_to(store: Store) -> None:
    acting = manager(store)
    entry = people.add(store, acting, Card("李四", "建设处"))
    people.change(store, acting, entry.id, card=Card("李四四", "规划处", "review"))
    people.activate(store, acting, entry.id, active=False)
    people.activate(store, acting, entry.id, active=True)
    people.reset(store, acting, entry.id, password=PASSWORD)
    assert [(row.action, row.field, row.before, row.after) for row in events(store)[2:]] == [
        ("person_added", "", "", "建设处，填报"),
        ("person_changed", "姓名", "李四", "李四四"),
        ("person_changed", "部门", "建设处", "规划处"),
        ("role_changed", "权限", "填报", "审核"),
        ("person_deactivated", "", "", "李四四"),
        ("person_activated", "", "", "李四四"),
        ("password_reset", "", "", "李四四"),
    ]
    assert {(row.person, row.object_kind, row.object_id) for row in events(store)[2:]} == {("张三", "person", "2")}


def test_what_stays_as_it_is_makes_no_event(store: Store) -> None:
    acting = manager(store)
    before = len(events(store))
    people.change(store, acting, acting.id, card=Card("张三", "规划处", "manage"))
    people.activate(store, acting, acting.id, active=True)
    assert len(events(store)) == before


@pytest.mark.parametrize("role", ["view", "report", "review"])
def test_who_does_not_manage_changes_nothing(store: Store, role: str) -> None:
    acting = named(store, "李四", role)
    before = len(events(store)), people.everyone(store)
    attempts: Attempts = (
        lambda: people.add(store, acting, Card("王五", "规划处")),
        lambda: people.change(store, acting, acting.id, card=Card("李四", "规划处", "manage")),
        lambda: people.activate(store, acting, 1, active=False),
        lambda: people.reset(store, acting, 1, password=PASSWORD),
    )
    for attempt in attempts:
        with pytest.raises(AccessError, match="请由“管理”以上权限的人员办理"):
            attempt()
    assert (len(events(store)), people.everyone(store)) == before


def test_nobody_changes_nothing(store: Store) -> None:
    with pytest.raises(AccessError) as refused:
        people.add(store, None, Card("王五", "规划处"))
    assert str(refused.value) == NOBODY


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        (Card("", "规划处"), "姓名：应为 1 至 40 个字，请改正后重试。"),
        (Card("　 ", "规划处"), "姓名：应为 1 至 40 个字，请改正后重试。"),
        (Card("张" * 41, "规划处"), "姓名：应为 1 至 40 个字，请改正后重试。"),
        (Card("王五", ""), "部门：应为 1 至 80 个字，请改正后重试。"),
        (Card("王\u200b五", "规划处"), "姓名：含有看不见的字符，请改正后重试。"),
        (Card("王五", "规\x00划"), "部门：含有看不见的字符，请改正后重试。"),
        (Card("系统", "规划处"), "姓名：“系统”由程序自己使用，请换一个姓名。"),
        (Card("张三", "规划处"), "姓名：已经有名为“张三”的人员，请换一个写法，例如加上部门。"),
        (Card(" 张三 ", "规划处"), "姓名：已经有名为“张三”的人员，请换一个写法，例如加上部门。"),
        (Card("王五", "规划处", "boss"), "权限：没有“boss”这一级，请选择查看、填报、审核、管理。"),  # type: ignore[arg-type]  # from a form
    ],
)
def test_a_card_that_cannot_be_kept_is_refused(store: Store, card: Card, sentence: str) -> None:
    acting = manager(store)
    with pytest.raises(AccessError) as refused:
        people.add(store, acting, card)
    assert str(refused.value) == sentence
    assert len(people.everyone(store)) == 1


def test_a_name_that_is_taken_is_not_given_by_a_change(store: Store) -> None:
    acting = manager(store)
    entry = people.add(store, acting, Card("李四", "建设处"))
    with pytest.raises(AccessError, match="已经有名为“张三”的人员"):
        people.change(store, acting, entry.id, card=Card("张三", "建设处"))


def test_the_last_who_manages_stays(store: Store) -> None:
    acting = manager(store)
    attempts: Attempts = (
        lambda: people.change(store, acting, acting.id, card=Card("张三", "规划处", "view")),
        lambda: people.activate(store, acting, acting.id, active=False),
    )
    for attempt in attempts:
        with pytest.raises(AccessError) as refused:
            attempt()
        assert str(refused.value) == "人员：张三是唯一的“管理”人员，请先把另一人设为“管理”。"
    people.add(store, acting, Card("李四", "建设处", "manage"))
    assert people.change(store, acting, acting.id, card=Card("张三", "规划处", "view")).card.role == "view"


@pytest.mark.parametrize("who", [0, 99])
def test_a_person_who_is_not_there_is_said(store: Store, who: int) -> None:
    acting = manager(store)
    attempts: Attempts = (
        lambda: people.change(store, acting, who, card=Card("王五", "规划处")),
        lambda: people.activate(store, acting, who, active=False),
        lambda: people.reset(store, acting, who, password=PASSWORD),
    )
    for attempt in attempts:
        with pytest.raises(AccessError, match=f"人员：没有编号 {who} 的人员，请刷新页面后重新选择。"):
            attempt()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "口令：应为 10 至 200 个字符，请换一个口令。"),
        ("x" * 201, "口令：应为 10 至 200 个字符，请换一个口令。"),
        ("aaaaaaaaaaaa", "口令：太容易被猜到（含有本人姓名，或重复的字符太多），请换一个口令。"),
        ("abcdefg李四1234", "口令：太容易被猜到（含有本人姓名，或重复的字符太多），请换一个口令。"),
    ],
)
def test_a_weak_password_is_refused_everywhere(store: Store, password: str, sentence: str) -> None:
    acting = manager(store)
    entry = people.add(store, acting, Card("李四四", "建设处"))
    attempts: Attempts = (
        lambda: people.add(store, acting, Card("李四", "建设处"), password=password),
        lambda: sign_in.found(store, Card("李四", "建设处"), password),
    )
    for attempt in attempts:
        with pytest.raises(AccessError) as refused:
            attempt()
        assert str(refused.value) == sentence
    people.change(store, acting, entry.id, card=Card("李四", "建设处"))
    with pytest.raises(AccessError, match=sentence[:5]):
        people.reset(store, acting, entry.id, password=password)
    assert not any(one.has_password for one in people.everyone(store))


def test_a_password_is_kept_as_a_salted_hash_alone(store: Store) -> None:
    acting = manager(store)
    for name in ("李四", "王五"):
        people.add(store, acting, Card(name, "建设处"), password=PASSWORD)
    with store.engine.connect() as connection:
        kept = [row[0] for row in connection.exec_driver_sql("SELECT password_hash FROM people WHERE id > 1")]
    assert all(one.startswith("$argon2id$") for one in kept)
    assert len(set(kept)) == 2
    assert PASSWORD not in "".join(str(vars(row)) for row in events(store))


def test_the_cost_of_a_hash_is_that_of_the_standard() -> None:
    assert (HASHER().memory_cost, HASHER().time_cost) == (65536, 3)


def test_a_proposed_password_may_be_taken_and_is_never_the_same() -> None:
    made = {passwords.proposal() for _ in range(50)}
    assert len(made) == 50
    assert all(passwords.checked(one, "张三") == one for one in made)
