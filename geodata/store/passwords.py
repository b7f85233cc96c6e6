"""Passwords: argon2 hashes, what a password must be like, and one to begin with."""

import secrets
from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geodata.errors import AccessError

SHORTEST = 10
LONGEST = 200

_WHERE = "口令"
_AT_ONCE = Semaphore(2)
"""A check takes 64 MiB: a flood of them must not take all memory."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What cannot be misread when it is copied by hand."""
_GROUPS, _GROUP = 4, 4


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the cost of RFC 9106 for machines short of memory."""
    return PasswordHasher()


def hashed(password: str) -> str:
    """Hash a password, salted anew each time."""
    with _AT_ONCE:
        return hasher().hash(password)


def right(password: str, stored: str | None) -> bool:
    """Whether a password is the one that was hashed.

    Where nothing is stored a hash is checked all the same: the answer takes as long, so that nobody can tell by the
    time whether a name is known.
    """
    try:
        with _AT_ONCE:
            return hasher().verify(stored or _nobodys(), password[: LONGEST + 1]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return hasher().check_needs_rehash(stored)


def checked(password: str, name: str) -> str:
    """Return a password that may be taken.

    Raises
    ------
    AccessError
        It is too short, too long, the name or one sign over and over.

    Examples
    --------
    >>> checked("海边有一座新的科学城呢", "张三")
    '海边有一座新的科学城呢'
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccessError(_WHERE, f"应为 {SHORTEST} 至 {LONGEST} 个字符", "请换一个口令")
    if len(set(password)) < SHORTEST // 2 or (name and name.lower() in password.lower()):
        raise AccessError(_WHERE, "太容易被猜到（含有本人姓名，或重复的字符太多）", "请换一个口令")
    return password


def proposal() -> str:
    """Make a password to begin with, easy to copy by hand."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


@cache
def _nobodys() -> str:
    return hasher().hash(secrets.token_hex())
