"""The forms by which people come in and go out, and what the bar says of who works: plain HTML, no script."""

from collections.abc import Iterable

from markupsafe import Markup

from geodata.access import ROLES, Mode, Person
from geodata.store.passwords import LONGEST, SHORTEST
from layers import assets
from layers.text import html, joined

UNPROVEN = "未认证（本机）"
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {product}</title><link rel="icon" href="/favicon.png"><link rel="stylesheet" href="{style}"></head>
<body><header>{product}</header><main><h1>{title}</h1>{said}{body}</main></body></html>"""
_FIELD = (
    '<label>{label}<input name="{name}" type="{kind}" value="{value}" autocomplete="{fills}" required{focus}></label>'
)
_NAME = '<button name="name" value="{name}" aria-pressed="{pressed}"><b>{name}</b><small>{department}</small></button>'
_NOBODY = '<a class="who" href="/person" target="_self"><b>选择姓名</b><small>{how}</small></a>'
_FOCUS = Markup(" autofocus")
_NEXT = '<input type="hidden" name="next" value="{next}">'
_RULE = f"口令为 {SHORTEST} 至 {LONGEST} 个字符。"


def page(title: str, product: str, body: Markup, *, problem: str = "", note: str = "") -> Markup:
    """Put a form on a page of its own, with what went wrong or is to be known above it."""
    said = joined(
        (
            html('<p class="problem" role="alert">{text}</p>', text=problem) if problem else html(""),
            html('<p class="note">{text}</p>', text=note) if note else html(""),
        )
    )
    return html(_PAGE, title=title, product=product, style=assets.url("src/sign_in.css"), said=said, body=body)


def sign_in_form(onward: str, name: str = "") -> Markup:
    """Ask for name and password."""
    fields = joined(
        (
            _field("姓名", "name", name, fills="username", focus=not name),
            _field("口令", "password", fills="current-password", focus=bool(name)),
        )
    )
    return _form("/sign-in", onward, fields, "登录")


def first_form(onward: str, name: str = "", department: str = "") -> Markup:
    """Ask for what the first who manages must say."""
    fields = joined(
        (
            _field("启动码（显示在运行看板的终端窗口）", "code", focus=True),
            _field("姓名", "name", name, fills="username"),
            _field("部门", "department", department, fills="organization"),
            _new_password(),
        )
    )
    return _form("/first", onward, fields, "设立管理人员")


def names_form(names: Iterable[tuple[str, str]], current: Person | None, onward: str) -> Markup:
    """Offer the names that are known, one button each, and room for a new one."""
    buttons = joined(
        html(
            _NAME,
            name=name,
            department=department,
            pressed="true" if current and current.name == name else "false",
        )
        for name, department in names
    )
    known = html(
        '<form method="post" action="/person" class="names">{next}{buttons}</form><h2>不在其中</h2>',
        next=html(_NEXT, next=onward),
        buttons=buttons,
    )
    fields = joined(
        (
            _field("姓名", "name", fills="name"),
            _field("部门", "department", fills="organization"),
        )
    )
    return joined((known if buttons else html(""), _form("/person", onward, fields, "以此姓名继续"), _leave(current)))


def account_form(person: Person) -> Markup:
    """Let a person change their password, or end all their sign-ins."""
    told = html(
        '<p class="note">{name}，{department}，权限“{role}”。</p>',
        name=person.name,
        department=person.department,
        role=ROLES[person.role],
    )
    old = _field("原口令", "old", fills="current-password")
    change = _form("/account", "", joined((old, _new_password("新口令"))), "修改口令")
    out = html(
        '<h2>退出</h2><form method="post" action="/sign-out"><button class="plain">退出登录</button>'
        '<button class="plain" name="everywhere" value="1">在所有电脑上退出</button></form>'
    )
    return joined((told, change, out))


def chip(person: Person | None, mode: Mode) -> Markup:
    """Say in the bar who works; a click leads to where that is changed."""
    if person is None:
        return html(_NOBODY, how=UNPROVEN)
    how = ROLES[person.role] if person.authenticated else f"{ROLES[person.role]} · {UNPROVEN}"
    link = html(
        '<a class="who" href="{href}" target="_self" title="{name}，{department}，{how}。{hint}">'
        "<b>{name}<span>{department}</span></b><small>{how}</small></a>",
        href="/account" if mode == "accounts" else "/person",
        name=person.name,
        department=person.department,
        how=how,
        hint="点击修改口令" if mode == "accounts" else "点击切换人员",
    )
    if mode == "local":
        return link
    return joined((link, html('<form method="post" action="/sign-out"><button class="out">退出</button></form>')))


def _form(action: str, onward: str, fields: Markup, label: str) -> Markup:
    return html(
        '<form method="post" action="{action}">{next}{fields}<button class="primary">{label}</button></form>',
        action=action,
        next=html(_NEXT, next=onward) if onward else html(""),
        fields=fields,
        label=label,
    )


def _field(label: str, name: str, value: str = "", *, fills: str = "off", focus: bool = False) -> Markup:
    kind = "password" if fills.endswith("password") else "text"
    focused = _FOCUS if focus else ""
    return html(_FIELD, label=label, name=name, kind=kind, value=value, fills=fills, focus=focused)


def _new_password(label: str = "口令") -> Markup:
    return joined(
        (
            _field(label, "new", fills="new-password"),
            _field(f"再次输入{label}", "again", fills="new-password"),
            html('<p class="hint">{rule}</p>', rule=_RULE),
        )
    )


def _leave(current: Person | None) -> Markup:
    if current is None:
        return html("")
    return html('<form method="post" action="/sign-out"><button class="plain">不署名（只看不改）</button></form>')
