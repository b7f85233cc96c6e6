"""Cookies that are worth nothing, each for another reason."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import itsdangerous

from geodata.store import people, sign_in
from geodata.store.sign_in import Ticket
from layers import identity
from layers.secret_key import secret_key
from tests.people import PASSWORD, holder, manager


def _tampered(ticket: Ticket) -> str:
    mine, other = identity.seal(ticket), identity.seal(replace(ticket, person=3 - ticket.person))
    assert mine != other
    return ".".join([other.rsplit(".", 2)[0], *mine.rsplit(".", 2)[1:]])


def _cut(ticket: Ticket) -> str:
    return identity.seal(ticket).rpartition(".")[0]


def _of_another_key(ticket: Ticket) -> str:
    other = itsdangerous.URLSafeTimedSerializer(b"x" * 64, salt="person", signer_kwargs=_how())
    return str(other.dumps(vars(ticket)))


def _of_another_purpose(ticket: Ticket) -> str:
    key = secret_key(identity.settings().data_path / "secret.key")
    other = itsdangerous.URLSafeTimedSerializer(key, salt="proposal", signer_kwargs=_how())
    return str(other.dumps(vars(ticket)))


def _of_another_form(ticket: Ticket) -> str:
    return str(identity._signer(identity._key_file()).dumps({**vars(ticket), "role": "manage"}))


def _local(ticket: Ticket) -> str:
    return identity.seal(replace(ticket, mode="local"))


def _of_a_name_that_was_picked(_ticket: Ticket) -> str:
    return identity.seal(sign_in.choose(identity.store(), "李四"))


def _deactivated(ticket: Ticket) -> str:
    people.activate(identity.store(), manager(identity.store()), ticket.person, active=False)
    return identity.seal(ticket)


def _reset(ticket: Ticket) -> str:
    people.reset(identity.store(), manager(identity.store()), ticket.person, password=PASSWORD)
    return identity.seal(ticket)


def _signed_out(ticket: Ticket) -> str:
    sign_in.sign_out(identity.store(), holder(identity.store(), ticket), ticket)
    return identity.seal(ticket)


def _of_a_stranger(ticket: Ticket) -> str:
    return identity.seal(replace(ticket, person=99))


def _how() -> dict[str, Any]:
    return {"key_derivation": "hmac", "digest_method": hashlib.sha256}


WRONG: dict[str, Callable[[Ticket], str]] = {
    "empty": lambda _: "",
    "forged": lambda _: "eyJwZXJzb24iOjF9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "no text": lambda _: "\x00\xff",
    "long": lambda _: "x" * 100_000,
    "tampered": _tampered,
    "cut": _cut,
    "of another key": _of_another_key,
    "of another purpose": _of_another_purpose,
    "of another form": _of_another_form,
    "of mode local": _local,
    "of a name that was picked": _of_a_name_that_was_picked,
    "deactivated": _deactivated,
    "password reset": _reset,
    "signed out": _signed_out,
    "of a stranger": _of_a_stranger,
}
"""Kind -> ticket of somebody who came in by password -> value of a cookie."""
