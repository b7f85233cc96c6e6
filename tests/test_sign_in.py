"""Coming in and going out: by name, by password; what slows down, what ends a ticket, what the log says."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from geodata.access import Person
from geodata.errors import AccessError
from geodata.store import attempts, passwords, people, sign_in
from geodata.store.engine import Store
from geodata.store.people import Card
from tests.people import PASSWORD, account, events, holder, manager, named

pytestmark = pytest.mark.usefixtures("cheap")

WRONG = "登录：姓名或口令不对，请核对后重试；忘记口令请联系管理员。"
HERE = "10.0.0.7"
WRONG_ONE = "wrong wrong"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def move(self, **by: float) -> None:
        """Move it on."""
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the time."""
    stopped = Clock()
    monkeypatch.setattr(attempts, "_now", lambda: stopped.now)
    return stopped


def refused(store: Store, name: str, password: str = WRONG_ONE, address: str = HERE) -> str:
    """Try to come in and give the sentence."""
    with pytest.raises(AccessError) as said:
        sign_in.sign_in(store, name, password, address=address)
    return str(said.value)


# by name


def test_a_known_name_is_picked_and_nothing_of_it_changes(store: Store) -> None:
    manager(store)
    again = holder(store, sign_in.choose(store, " 张三 ", "别的部门"))
    assert (again.id, again.department, again.role) == (1, "规划处", "manage")
    assert len(people.everyone(store)) == 1


def test_the_log_says_that_a_name_was_picked_without_a_password(store: Store) -> None:
    manager(store)
    assert [(row.action, row.person, row.authenticated) for row in events(store)] == [
        ("person_added", "张三", False),
        ("signed_in", "张三", False),
    ]


def test_a_name_that_acts_no_longer_cannot_be_picked(store: Store) -> None:
    acting = manager(store)
    gone = people.add(store, acting, Card("李四", "建设处"))
    people.activate(store, acting, gone.id, active=False)
    with pytest.raises(AccessError) as said:
        sign_in.choose(store, "李四")
    assert str(said.value) == "李四：已停用，请选择其他姓名，或由管理人员恢复。"


def test_a_new_name_needs_a_department(store: Store) -> None:
    with pytest.raises(AccessError, match="部门：应为 1 至 80 个字"):
        sign_in.choose(store, "张三")
    assert people.everyone(store) == ()


# by password


def test_the_right_password_lets_in_and_the_log_says_so(store: Store) -> None:
    entry = account(store)
    person = holder(store, sign_in.sign_in(store, " 李四 ", PASSWORD, address=HERE))
    assert person == Person(entry.id, "李四", "建设处", "report", authenticated=True)
    last = events(store)[-1]
    assert (last.action, last.person, last.authenticated) == ("signed_in", "李四", True)


@pytest.mark.parametrize("name", ["李四", "王五", "赵六", "", "x" * 5000, "\0", "李四\0\u200b", "李四' OR 1=1 --"])
def test_whatever_is_wrong_is_said_in_one_and_the_same_sentence(store: Store, name: str) -> None:
    account(store)
    people.add(store, manager(store), Card("赵六", "建设处"))  # has no password
    assert refused(store, name) == WRONG


def test_who_acts_no_longer_gets_the_same_sentence(store: Store) -> None:
    entry = account(store)
    people.activate(store, manager(store), entry.id, active=False)
    assert refused(store, "李四", PASSWORD) == WRONG


def test_an_empty_password_is_never_right(store: Store) -> None:
    account(store)
    assert refused(store, "李四", "") == WRONG
    assert refused(store, "张三", "") == WRONG


def test_a_hash_is_checked_whether_the_name_is_known_or_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    account(store)
    costs: list[tuple[str, ...]] = []
    verify = passwords.hasher().verify

    class Counting:
        def hash(self, password: str) -> str:
            return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)

        def verify(self, stored: str, password: str) -> bool:
            costs.append(tuple(stored.split("$")[1:4]))
            return verify(stored, password)

    monkeypatch.setattr(passwords, "hasher", Counting)
    for name in ("李四", "王五", "张三"):  # known, unknown, known without a password
        refused(store, name)
    assert len(costs) == 3
    assert len(set(costs)) == 1


def test_what_was_typed_as_a_name_is_not_in_the_log(store: Store) -> None:
    account(store)
    refused(store, "my-secret-password")
    refused(store, "李四")
    assert "my-secret-password" not in "".join(str(vars(row)) for row in events(store))
    assert [(row.person, row.object_id, row.after) for row in events(store) if row.action == "refused"] == [
        ("系统", "", HERE),
        ("系统", "2", HERE),
    ]
    with store.engine.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM attempts").all())
    assert "my-secret-password" not in kept


def test_a_hash_of_an_older_cost_is_renewed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    account(store)
    stronger = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: stronger)
    sign_in.sign_in(store, "李四", PASSWORD, address=HERE)
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM people WHERE id = 2").scalar_one()
    assert "t=2" in kept
    assert holder(store, sign_in.sign_in(store, "李四", PASSWORD, address=HERE)).name == "李四"


# slowing down


@pytest.mark.parametrize("name", ["李四", "王五"])
def test_wrong_passwords_slow_down_more_and_more(store: Store, clock: Clock, name: str) -> None:
    account(store)
    waits = []
    for _ in range(14):
        while (said := refused(store, name)) != WRONG:
            waits.append(int("".join(sign for sign in said if sign.isdigit())))
            assert said == f"登录：错误次数较多，请等 {waits[-1]} 秒后重试。"
            clock.move(seconds=waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


def test_the_right_password_waits_too(store: Store, clock: Clock) -> None:
    account(store)
    for _ in range(4):
        refused(store, "李四")
    assert refused(store, "李四", PASSWORD) == "登录：错误次数较多，请等 2 秒后重试。"
    clock.move(seconds=2)
    assert holder(store, sign_in.sign_in(store, "李四", PASSWORD, address=HERE)).name == "李四"


def test_waiting_is_said_without_a_line_in_the_log(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    for _ in range(4):
        refused(store, "李四")
    before = len(events(store))
    for _ in range(5):
        refused(store, "李四")
    assert len(events(store)) == before


def test_the_right_password_forgets_the_wrong_ones(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    account(store)
    for _ in range(5):
        for _ in range(3):
            assert refused(store, "李四") == WRONG
        sign_in.sign_in(store, "李四", PASSWORD, address=HERE)


def test_a_reset_ends_the_waiting(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    account(store)
    for _ in range(8):
        refused(store, "李四")
    people.reset(store, manager(store), 2, password=PASSWORD)
    assert holder(store, sign_in.sign_in(store, "李四", PASSWORD, address="10.0.0.8")).name == "李四"


def test_another_address_does_not_help(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    account(store)
    for number in range(4):
        assert refused(store, "李四", address=f"10.0.0.{number}") == WRONG
    assert refused(store, "李四", address="10.0.0.99").startswith("登录：错误次数较多")


def test_another_name_does_not_help(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    for number in range(21):
        assert refused(store, f"王{number}") == WRONG
    assert refused(store, "王99").startswith("登录：错误次数较多")
    assert refused(store, "王99", address="10.0.0.8") == WRONG


def test_signing_in_under_a_name_of_ones_own_does_not_free_the_address(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    account(store)
    for number in range(21):
        refused(store, f"王{number}")
        if number < 20:
            sign_in.sign_in(store, "李四", PASSWORD, address=HERE)
    assert refused(store, "王99").startswith("登录：错误次数较多")


def test_addresses_of_one_ipv6_network_are_one(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    for number in range(21):
        refused(store, f"王{number}", address=f"2001:db8:1:2::{number:x}")
    assert refused(store, "王99", address="2001:db8:1:2:ffff::1").startswith("登录：错误次数较多")
    assert refused(store, "王99", address="2001:db8:1:3::1") == WRONG
    for number in range(21):
        refused(store, f"赵{number}", address=f"::ffff:10.1.1.{number}")
    assert refused(store, "赵99", address="::ffff:10.1.1.99") == WRONG


def test_after_a_day_all_is_forgotten(store: Store, clock: Clock) -> None:
    for _ in range(4):
        refused(store, "李四")
    clock.move(hours=24, seconds=1)
    for _ in range(4):
        assert refused(store, "李四") == WRONG
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one() == 2


def test_many_at_once_gain_nothing(store: Store, clock: Clock) -> None:
    assert clock.now.tzinfo
    account(store)
    with ThreadPoolExecutor(16) as threads:
        said = list(threads.map(lambda _: refused(store, "李四"), range(16)))
    assert said.count(WRONG) == 4
    assert said.count("登录：错误次数较多，请等 2 秒后重试。") == 12


# tickets


@pytest.fixture
def ticket(store: Store) -> sign_in.Ticket:
    """Come in by password."""
    account(store)
    return sign_in.sign_in(store, "李四", PASSWORD, address=HERE)


def test_a_ticket_follows_its_person(store: Store, ticket: sign_in.Ticket) -> None:
    people.change(store, manager(store), 2, card=Card("李四四", "规划处", "review"))
    assert sign_in.holder(store, ticket) == Person(2, "李四四", "规划处", "review", authenticated=True)


def test_going_out_ends_this_ticket_alone(store: Store, ticket: sign_in.Ticket) -> None:
    other = sign_in.sign_in(store, "李四", PASSWORD, address=HERE)
    sign_in.sign_out(store, holder(store, ticket), ticket)
    assert sign_in.holder(store, ticket) is None
    assert sign_in.holder(store, other) is not None


def test_going_out_everywhere_ends_all_tickets(store: Store, ticket: sign_in.Ticket) -> None:
    other = sign_in.sign_in(store, "李四", PASSWORD, address=HERE)
    sign_in.sign_out(store, holder(store, ticket), ticket, everywhere=True)
    assert sign_in.holder(store, ticket) is None
    assert sign_in.holder(store, other) is None
    last = events(store)[-1]
    assert (last.action, last.person, last.object_id, last.after) == (
        "signed_out", "李四", ticket.session, "在所有电脑上",
    )  # fmt: skip


def test_a_reset_ends_all_tickets_and_only_the_new_password_is_right(store: Store, ticket: sign_in.Ticket) -> None:
    people.reset(store, manager(store), 2, password="又一个很长很长的口令吧")  # noqa: S106
    assert sign_in.holder(store, ticket) is None
    assert refused(store, "李四", PASSWORD) == WRONG
    assert sign_in.sign_in(store, "李四", "又一个很长很长的口令吧", address=HERE).generation == 1


def test_who_is_deactivated_holds_no_ticket(store: Store, ticket: sign_in.Ticket) -> None:
    people.activate(store, manager(store), 2, active=False)
    assert sign_in.holder(store, ticket) is None


@pytest.mark.parametrize("change", [{"person": 99}, {"generation": 1}, {"generation": -1}])
def test_a_ticket_of_another_person_or_time_is_nobodys(
    store: Store, ticket: sign_in.Ticket, change: dict[str, int]
) -> None:
    assert sign_in.holder(store, replace(ticket, **change)) is None  # type: ignore[arg-type]  # numbers alone


# one's own password


def test_ones_own_password_changes_and_all_tickets_end(store: Store, ticket: sign_in.Ticket) -> None:
    person, new = holder(store, ticket), "又一个很长很长的口令吧"
    sign_in.change_password(store, person, old=PASSWORD, new=new, address=HERE)
    assert sign_in.holder(store, ticket) is None
    assert refused(store, "李四", PASSWORD) == WRONG
    sign_in.sign_in(store, "李四", new, address=HERE)
    assert [row.action for row in events(store)[-3:]] == ["password_changed", "refused", "signed_in"]


def test_a_wrong_old_password_changes_nothing_and_slows_down(
    store: Store, ticket: sign_in.Ticket, clock: Clock
) -> None:
    assert clock.now.tzinfo
    person, new = holder(store, ticket), "又一个很长很长的口令吧"
    said = []
    for _ in range(5):
        with pytest.raises(AccessError) as error:
            sign_in.change_password(store, person, old=WRONG_ONE, new=new, address=HERE)
        said.append(str(error.value))
    assert said[:4] == ["原口令：不对，请核对后重试；忘记口令请联系管理员。"] * 4
    assert said[4] == "登录：错误次数较多，请等 2 秒后重试。"
    assert sign_in.holder(store, ticket) is not None


def test_nobody_and_who_is_gone_change_no_password(store: Store, ticket: sign_in.Ticket) -> None:
    person, new = holder(store, ticket), "又一个很长很长的口令吧"
    people.activate(store, manager(store), 2, active=False)
    for acting in (person, None):
        with pytest.raises(AccessError, match=r"已停用|还没有确定是谁"):
            sign_in.change_password(store, acting, old=PASSWORD, new=new, address=HERE)
        with pytest.raises(AccessError, match="已停用"):
            sign_in.sign_out(store, person, ticket, everywhere=True)


# the first who manages


def test_the_first_who_manages_makes_themself(store: Store) -> None:
    assert not sign_in.founded(store)
    person = holder(store, sign_in.found(store, Card("张三", "规划处"), PASSWORD))
    assert person == Person(1, "张三", "规划处", "manage", authenticated=True)
    assert sign_in.founded(store)
    assert [row.action for row in events(store)] == ["person_added", "signed_in"]


def test_somebody_of_mode_local_becomes_the_first_who_signs_in(store: Store) -> None:
    old = sign_in.choose(store, "张三", "规划处")
    named(store, "李四", "report")
    person = holder(store, sign_in.found(store, Card("李四", "别的部门"), PASSWORD))
    assert (person.id, person.department, person.role) == (2, "建设处", "manage")
    assert sign_in.holder(store, old) is not None
    assert [(row.action, row.reason) for row in events(store)[-2:]] == [
        ("password_reset", "首次设置管理人员"), ("signed_in", ""),
    ]  # fmt: skip


def test_there_is_no_second_first(store: Store) -> None:
    sign_in.found(store, Card("张三", "规划处"), PASSWORD)
    for name in ("张三", "李四"):
        with pytest.raises(AccessError) as error:
            sign_in.found(store, Card(name, "规划处"), PASSWORD)
        assert str(error.value) == "首次设置：已经有管理人员，请登录，或由管理人员添加。"
    assert len(people.everyone(store)) == 1


def test_of_two_at_once_one_is_the_first(store: Store) -> None:
    def attempt(number: int) -> bool:
        try:
            return bool(sign_in.found(store, Card(f"张{number}", "规划处"), PASSWORD))
        except AccessError:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(8))) == 1
    assert len(people.everyone(store)) == 1
