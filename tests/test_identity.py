"""Tickets in cookies; a server that others reach does not start without accounts; the first who manages."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.config import Config, load_config
from geodata.errors import StoreError
from geodata.store import sign_in
from geodata.store.people import Card
from geodata.store.sign_in import Ticket
from layers import identity
from tests.people import PASSWORD

Access = Callable[..., Config]


def test_a_ticket_comes_back_from_its_cookie(access: Access) -> None:
    access("accounts")
    ticket = Ticket(7, 3, "0123", "accounts")
    value = identity.seal(ticket)
    assert identity.unseal(value) == ticket
    assert identity.ticket_of({identity.cookie_name(): value, "other": "1"}) == ticket
    assert identity.ticket_of({"other": value}) is None
    assert identity.unseal(None) is None


def test_a_cookie_of_one_mode_is_worth_nothing_in_the_other(access: Access) -> None:
    access("local")
    local = identity.seal(Ticket(1, 0, "0123", "local"))
    access("accounts")
    accounts = identity.seal(Ticket(1, 0, "0123", "accounts"))
    assert identity.unseal(local) is None
    access("local")
    assert identity.unseal(accounts) is None
    assert identity.unseal(local) is not None


def test_two_installations_have_two_cookies_and_two_keys(
    access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access("local")
    ticket = Ticket(1, 0, "0123", "local")
    first = identity.cookie_name(), identity.seal(ticket)
    monkeypatch.setattr(identity, "settings", lambda: Config(data_folder=str(tmp_path / "other")))
    assert identity.cookie_name() != first[0]
    assert identity.unseal(first[1]) is None


def test_who_comes_in_is_settled_when_the_server_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the real ones
    identity.settings.cache_clear()
    assert identity.settings() == load_config()[0]
    monkeypatch.setattr(identity, "load_config", lambda: (Config(name="anders"), ()))
    assert identity.settings() == load_config()[0]


# starting


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1", "127.0.0.2"])
def test_mode_local_starts_for_this_computer(access: Access, address: str) -> None:
    access("local")
    assert identity.refusal(address) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [(None, "0.0.0.0"), ("", "0.0.0.0"), ("0.0.0.0", "0.0.0.0"), ("10.0.0.5", "10.0.0.5"), ("::", "::"),  # noqa: S104
     ("planning.office", "planning.office")],
)  # fmt: skip
def test_mode_local_starts_for_nobody_else(access: Access, address: str | None, said: str) -> None:
    access("local")
    assert identity.refusal(address) == (
        f"看板没有启动：服务地址是“{said}”，其他电脑可以访问，而 config.yaml 的 access.mode 为 local，不验证身份；"
        "请把 access.mode 改为 accounts，或把 .streamlit/config.toml 的 address 改回 localhost。"
    )
    access("accounts")
    assert identity.refusal(address) is None


# the first who manages


def _announced(caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.clear()
    with caplog.at_level(logging.WARNING, "layers.identity"):
        identity.announce()
    return [record.getMessage() for record in caplog.records]


@pytest.mark.usefixtures("cheap")
def test_the_terminal_says_how_the_first_one_comes_in(access: Access, caplog: pytest.LogCaptureFixture) -> None:
    access("local")
    assert _announced(caplog) == []
    access("accounts")
    code = identity.first_code()
    assert len(code) == 12
    sentence = f"还没有可以登录的管理人员：请打开看板，在“首次设置”页填写启动码 {code}。"
    assert _announced(caplog) == [sentence] == _announced(caplog)
    sign_in.found(identity.store(), Card("张三", "规划处"), PASSWORD)
    assert _announced(caplog) == []


def test_a_store_that_is_gone_is_said_at_the_start(
    access: Access, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    access("accounts")
    error = StoreError("数据库", "暂时无法使用", "请稍后重试")

    def gone(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(identity, "open_store", gone)
    assert _announced(caplog) == ["数据库：暂时无法使用，请稍后重试。"]
