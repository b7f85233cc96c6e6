"""Which functions write to the store, read off the source: by themselves, or through others, in any module."""

import ast
from collections.abc import Iterator, Mapping

_WRITES = {"add", "add_all", "merge", "delete"}
_OF_A_SESSION = {"session", "connection", "source", "target"}
"""Names under which a session goes: `found.add(...)` of a set is no write."""
_STATEMENTS = {"record", "insert", "update", "delete"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> dict[str, Function]:
    """Functions at the top of a module, and methods of its classes as "Class.name"."""
    tree = ast.parse(source)
    found = {node.name: node for node in tree.body if isinstance(node, Function)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}": one for one in node.body if isinstance(one, Function)}
    return found


def writing(sources: Mapping[str, str]) -> set[str]:
    """Names ("module.function") of all that write, themselves or through another.

    Parameters
    ----------
    sources : mapping
        Name of a module -> its text.
    """
    found = {f"{module}.{name}": node for module, text in sources.items() for name, node in functions(text).items()}
    imported = {module: _imported(text) for module, text in sources.items()}
    called = {name: _called(node, name.split(".")[0], imported) for name, node in found.items()}
    writers = {name for name, node in found.items() if any(_writes(call) for call in _calls(node))}
    while more := {name for name in found if called[name] & writers} - writers:
        writers |= more
    return writers


def names_who(node: Function) -> bool:
    """Whether a function takes `person` and has no value for it in case nobody is named."""
    of = node.args
    plain = [*of.posonlyargs, *of.args]
    with_default = {one.arg for one in plain[len(plain) - len(of.defaults) :]}
    with_default |= {one.arg for one, value in zip(of.kwonlyargs, of.kw_defaults, strict=True) if value is not None}
    return "person" in {one.arg for one in (*plain, *of.kwonlyargs)} - with_default


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def _writes(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in _STATEMENTS
    if not isinstance(call.func, ast.Attribute):
        return False
    of, name = call.func.value, call.func.attr
    named = of.id if isinstance(of, ast.Name) else getattr(of, "attr", "")
    return name == "writing" or (named == "events" and name == "record") or (named in _OF_A_SESSION and name in _WRITES)


def _imported(source: str) -> dict[str, str]:
    """Name in a module -> "module.name" or "module" it stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            of = node.module.rpartition(".")[2]
            found |= {one.asname or one.name: f"{of}.{one.name}" for one in node.names}
    return found


def _called(node: Function, module: str, imported: Mapping[str, Mapping[str, str]]) -> set[str]:
    """Functions of the walked modules it calls, or hands to another."""
    found: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(imported[module].get(one.id, f"{module}.{one.id}"))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            of = imported[module].get(one.value.id, one.value.id)
            found.add(f"{of.rpartition('.')[2]}.{one.attr}")
    return found
