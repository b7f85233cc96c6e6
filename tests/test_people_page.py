"""The page 人员 and who is named in the bar, through AppTest."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geodata.access import MASK
from geodata.config import Config
from geodata.errors import StoreError
from geodata.store import people, sign_in
from geodata.store.people import Card
from geodata.store.sign_in import Ticket
from layers import identity
from pages.ui import caches, person
from tests.page import Open, bar, html, listed, panel
from tests.people import PASSWORD, account, events, manager

pytestmark = pytest.mark.usefixtures("fresh", "cheap")

Access = Callable[..., Config]
PAGE = "people.py"


@pytest.fixture
def come_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Ticket | None], None]:
    """Let the browser have the cookie of a ticket."""

    def give(ticket: Ticket | None) -> None:
        kept = {identity.cookie_name(): identity.seal(ticket)} if ticket else {}
        monkeypatch.setattr(person, "cookies", lambda: kept)

    return give


ComeIn = Callable[[Ticket | None], None]


@pytest.fixture
def local(access: Access, come_in: ComeIn) -> Config:
    """Mode `local`, with 张三 who manages people."""
    config = access("local")
    come_in(sign_in.choose(identity.store(), "张三", "规划处"))
    return config


@pytest.fixture
def accounts(access: Access, come_in: ComeIn) -> Config:
    """Mode `accounts`: 张三, who manages, has come in; 李四 reports."""
    config = access("accounts")
    account(identity.store())
    people.reset(identity.store(), manager(identity.store()), 1, password=PASSWORD)
    come_in(sign_in.sign_in(identity.store(), "张三", PASSWORD, address=""))
    return config


def fill(at: AppTest, of: str, card: Card) -> None:
    """Fill a form in."""
    at.text_input(key=f"roster_name_{of}").set_value(card.name)
    at.text_input(key=f"roster_department_{of}").set_value(card.department)
    at.selectbox(key=f"roster_role_{of}").set_value(card.role)


def press(at: AppTest, label: str) -> AppTest:
    """Press the button with a label."""
    (button,) = [one for one in at.button if one.label == label]
    return button.click().run()


def select(at: AppTest, row: int) -> AppTest:
    """Select a row of the list."""
    at.session_state["roster"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return at.run()


# the bar


def test_the_bar_offers_a_name_where_none_is_chosen(access: Access, come_in: ComeIn, open_page: Open) -> None:
    access("local")
    come_in(None)
    at = open_page()
    assert not at.exception
    assert '<a class="who" href="/person" target="_self"><b>选择姓名</b><small>未认证（本机）</small></a>' in bar(at)
    assert people.everyone(identity.store()) == ()


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("page", ["", "layout.py", "projects.py", PAGE, "about.py"])
def test_the_bar_of_every_page_says_who_works_and_that_nobody_proved_it(open_page: Open, page: str) -> None:
    shown = bar(open_page(page))
    assert "<b>张三<span>规划处</span></b><small>管理 · 未认证（本机）</small>" in shown
    assert 'href="/person"' in shown
    assert "退出" not in shown


@pytest.mark.usefixtures("accounts")
def test_the_bar_of_mode_accounts_offers_the_way_out(open_page: Open) -> None:
    shown = bar(open_page())
    assert "<b>张三<span>规划处</span></b><small>管理</small>" in shown
    assert '<form method="post" action="/sign-out"><button class="out">退出</button></form>' in shown
    assert "未认证" not in shown


def test_a_hostile_name_shows_literally(access: Access, come_in: ComeIn, open_page: Open) -> None:
    access("local")
    come_in(sign_in.choose(identity.store(), "<img src=x onerror=1>", '"><script>'))
    shown = bar(open_page())
    assert "<img" not in shown
    assert "<script" not in shown


@pytest.mark.parametrize("kind", ["nobody", "signed out", "deactivated"])
@pytest.mark.usefixtures("accounts")
def test_whoever_is_signed_out_meanwhile_sees_nothing_more(come_in: ComeIn, open_page: Open, kind: str) -> None:
    store = identity.store()
    ticket = sign_in.sign_in(store, "李四", PASSWORD, address="")
    who = sign_in.holder(store, ticket)
    assert who is not None
    come_in(ticket)
    at = open_page()
    assert "<h2>一廊一心一城多组团</h2>" in panel(at)
    if kind == "nobody":
        come_in(None)
    elif kind == "signed out":
        sign_in.sign_out(store, who, ticket)
    else:
        people.activate(store, manager(store), who.id, active=False)
    at.run()
    assert not at.exception
    assert panel(at) == ""
    assert at.get("component_instance") == []
    assert "登录已失效。" in html(at)
    assert '<a href="/sign-in" target="_self">重新登录</a>' in html(at)


def test_a_store_that_is_gone_leaves_the_map_of_mode_local(
    local: Config, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert local.access.mode == "local"
    error = StoreError("数据库", "暂时无法使用", "请稍后重试")

    def gone() -> Any:
        raise error

    monkeypatch.setattr(identity, "store", gone)
    at = open_page()
    assert not at.exception
    assert "数据库：暂时无法使用，请稍后重试。" in html(at)
    assert "<h2>一廊一心一城多组团</h2>" in panel(at)


def test_a_store_that_is_gone_shows_nothing_in_mode_accounts(
    accounts: Config, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert accounts.access.mode == "accounts"
    error = StoreError("数据库", "暂时无法使用", "请稍后重试")

    def gone() -> Any:
        raise error

    monkeypatch.setattr(identity, "store", gone)
    at = open_page()
    assert panel(at) == ""
    assert "数据库：暂时无法使用，请稍后重试。" in html(at)


# the page


@pytest.mark.usefixtures("accounts")
def test_the_page_lists_everybody(open_page: Open) -> None:
    at = open_page(PAGE)
    assert not at.exception
    assert "<h1>人员与备份</h1>" in html(at)
    shown = listed(at).drop(columns="登记日期")
    pd.testing.assert_frame_equal(
        shown,
        pd.DataFrame(
            {"姓名": ["张三", "李四"], "部门": ["规划处", "建设处"], "权限": ["管理", "填报"],
             "状态": ["在用", "在用"], "口令": ["已设", "已设"]}
        ),
    )  # fmt: skip


@pytest.mark.parametrize("role", [None, "view", "report", "review"])
def test_who_does_not_manage_people_sees_no_list(
    access: Access, come_in: ComeIn, open_page: Open, role: str | None
) -> None:
    access("local")
    store = identity.store()
    people.add(store, manager(store), Card("李四", "建设处", role or "view"))  # type: ignore[arg-type]
    come_in(sign_in.choose(store, "李四") if role else None)
    at = open_page(PAGE)
    assert not at.exception
    assert len(at.dataframe) == len(at.text_input) == len(at.button) == 0
    assert ("还没有确定是谁在操作" if role is None else "请由“管理”以上权限的人员办理") in html(at)
    assert "张三" not in html(at)


@pytest.mark.usefixtures("local")
def test_a_person_is_added(open_page: Open) -> None:
    at = open_page(PAGE)
    fill(at, "new", Card("李四", "建设处", "review"))
    press(at, "添加")
    assert "已添加李四。" in html(at)
    assert list(listed(at)["姓名"]) == ["张三", "李四"]
    assert people.everyone(identity.store())[1].card == Card("李四", "建设处", "review")
    assert at.text_input(key="roster_name_new").value == ""
    assert [row.person for row in events(identity.store())][-1] == "张三"


@pytest.mark.usefixtures("local")
def test_a_person_who_cannot_be_added_is_said_and_the_form_stays(open_page: Open) -> None:
    at = open_page(PAGE)
    fill(at, "new", Card("张三", "建设处"))
    press(at, "添加")
    assert 'class="problem"' in html(at)
    assert "姓名：已经有名为“张三”的人员，请换一个写法，例如加上部门。" in html(at)
    assert at.text_input(key="roster_name_new").value == "张三"
    assert len(people.everyone(identity.store())) == 1


@pytest.mark.usefixtures("accounts")
def test_the_password_to_begin_with_is_shown_once_and_is_right(open_page: Open) -> None:
    at = open_page(PAGE)
    fill(at, "new", Card("王五", "建设处"))
    press(at, "添加")
    password = html(at).split("王五的口令：")[1].split("　")[0]
    assert sign_in.sign_in(identity.store(), "王五", password, address="").person == 3
    at.run()
    assert password not in html(at)
    assert password not in "".join(str(vars(row)) for row in events(identity.store()))


@pytest.mark.usefixtures("accounts")
def test_the_selected_person_is_changed_deactivated_and_given_a_new_password(open_page: Open) -> None:
    at = select(open_page(PAGE), 1)
    assert [at.text_input(key=f"roster_{field}_2").value for field in ("name", "department")] == ["李四", "建设处"]
    fill(at, "2", Card("李四四", "规划处", "review"))
    press(at, "保存修改")
    assert "已保存李四四。" in html(at)
    assert people.everyone(identity.store())[1].card == Card("李四四", "规划处", "review")
    press(at, "停用")
    assert "已停用李四四。" in html(at)
    assert list(listed(at)["状态"]) == ["在用", "停用"]
    press(at, "恢复")
    assert list(listed(at)["状态"]) == ["在用", "在用"]
    press(at, "重置口令")
    password = html(at).split("李四四的口令：")[1].split("　")[0]
    assert sign_in.sign_in(identity.store(), "李四四", password, address="").person == 2


@pytest.mark.usefixtures("local")
def test_mode_local_has_no_passwords(open_page: Open) -> None:
    at = select(open_page(PAGE), 0)
    assert "口令" not in listed(at).columns
    assert [one.label for one in at.button] == ["添加", "保存修改", "停用", "立即备份"]
    press(at, "停用")
    assert "人员：张三是唯一的“管理”人员，请先把另一人设为“管理”。" in html(at)


@pytest.mark.usefixtures("local")
def test_whoever_lost_the_right_meanwhile_changes_nothing(open_page: Open, come_in: ComeIn) -> None:
    store = identity.store()
    at = open_page(PAGE)
    fill(at, "new", Card("王五", "建设处", "manage"))
    people.add(store, manager(store), Card("李四", "建设处", "manage"))
    people.change(store, manager(store), 1, card=Card("张三", "规划处", "view"))
    press(at, "添加")
    assert [entry.card.name for entry in people.everyone(store)] == ["张三", "李四"]
    assert len(at.dataframe) == 0
    come_in(None)


# sensitive columns


def test_a_view_of_sensitive_columns_is_told_once_per_session(
    access: Access, come_in: ComeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    access("local")
    come_in(sign_in.choose(identity.store(), "张三", "规划处"))
    monkeypatch.setattr(st, "session_state", {})
    table = pd.DataFrame({"id": ["1"], "owner": ["某公司"]})
    for _ in range(3):
        assert list(person.seen(table, "parcels", 7)["owner"]) == ["某公司"]
    person.seen(table, "parcels", 8)
    person.seen(table[["id"]], "parcels", 9)
    told = [row.object_id for row in events(identity.store()) if row.action == "sensitive_viewed"]
    assert told == ["7", "8"]
    come_in(sign_in.choose(identity.store(), "李四", "建设处"))
    assert list(person.seen(table, "parcels", 7)["owner"]) == [MASK]
    come_in(None)
    assert list(person.seen(table, "parcels", 7)["owner"]) == [MASK]
    assert [row.object_id for row in events(identity.store()) if row.action == "sensitive_viewed"] == told


def test_the_pages_share_one_store(access: Access) -> None:
    access("local")
    assert caches.store() is identity.store() is caches.store()
