"""Who it is: the signed cookie, and the settings of access as they were when the server started.

config.yaml may change while the server runs; who may come in does not change with it before the next start.
"""

import hashlib
import hmac
import ipaddress
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from itsdangerous import BadData, URLSafeTimedSerializer

from geodata.access import Mode, Person
from geodata.config import Config, load_config
from geodata.errors import StoreError
from geodata.store import sign_in
from geodata.store.engine import Store, open_store
from geodata.store.sign_in import Ticket
from layers.secret_key import secret_key

LIFETIME_S: Mapping[Mode, int] = MappingProxyType({"accounts": 12 * 3600, "local": 365 * 24 * 3600})
"""How long a cookie counts."""

_CODE = 12


@cache
def settings() -> Config:
    """Return the settings as they were at the start."""
    return load_config()[0]


def mode() -> Mode:
    """Return how people come in."""
    return settings().access.mode


def store() -> Store:
    """Open the store, once.

    Raises
    ------
    StoreError
        The database cannot be reached.
    """
    return open_store(settings())


def cookie_name() -> str:
    """Name of the cookie, another for each installation: they may share a host name."""
    return f"person-{hashlib.sha256(str(settings().data_path.resolve()).encode()).hexdigest()[:8]}"


def seal(ticket: Ticket) -> str:
    """Write a ticket as the value of a cookie, signed."""
    return str(_signer(_key_file()).dumps(vars(ticket)))


def unseal(value: str | None) -> Ticket | None:
    """Read the value of a cookie: None where it is forged, too old or of the other mode."""
    if not value:
        return None
    try:
        ticket = Ticket(**_signer(_key_file()).loads(value, max_age=LIFETIME_S[mode()]))
    except (BadData, TypeError):
        return None
    return ticket if ticket.mode == mode() else None


def ticket_of(cookies: Mapping[str, str]) -> Ticket | None:
    """Find the ticket among the cookies of a browser."""
    return unseal(cookies.get(cookie_name()))


def person_of(cookies: Mapping[str, str]) -> Person | None:
    """Find who it is by the cookies of a browser; the store says whether they still may act.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    ticket = ticket_of(cookies)
    return sign_in.holder(store(), ticket) if ticket else None


def refusal(address: str | None) -> str | None:
    """Say why the server must not start: it listens to other computers and asks nobody for a password.

    Parameters
    ----------
    address : str or None
        Where the server listens; nothing means everywhere.

    Examples
    --------
    >>> refusal("localhost") is None
    True
    """
    if mode() == "accounts" or (address and is_here(address)):
        return None
    return (
        f"看板没有启动：服务地址是“{address or '0.0.0.0'}”，其他电脑可以访问，而 config.yaml 的 access.mode 为 local，"  # noqa: S104 - said, not bound
        "不验证身份；请把 access.mode 改为 accounts，或把 .streamlit/config.toml 的 address 改回 localhost。"
    )


def is_here(host: str) -> bool:
    """Whether a host is this computer itself.

    Examples
    --------
    >>> [is_here(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "localhost.example")]
    [True, True, True, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def first_code() -> str:
    """Return what the terminal shows and the first who manages must type: it proves access to the machine."""
    return hmac.new(secret_key(_key_file()), b"first", hashlib.sha256).hexdigest()[:_CODE]


def announce() -> None:
    """Say on the terminal, where nobody can sign in yet, how the first one does; or that the store cannot be used."""
    log = logging.getLogger(__name__)
    try:
        if mode() == "accounts" and not sign_in.founded(store()):
            log.warning("还没有可以登录的管理人员：请打开看板，在“首次设置”页填写启动码 %s。", first_code())
    except StoreError as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence says it


def _key_file() -> Path:
    return settings().data_path / "secret.key"


@cache
def _signer(path: Path) -> URLSafeTimedSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(secret_key(path), salt="person", signer_kwargs=how)
