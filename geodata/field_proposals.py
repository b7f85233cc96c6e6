"""Fields of foreign tables suggested for our columns, with the unit they are in: a person looks, and confirms."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geodata import units
from geodata.columns import Column
from geodata.field_similarity import shortened, similarity
from geodata.fields import UNTOLD, Synonyms, normal, words_of
from geodata.kinds import DATASETS

HOW: Mapping[str, str] = MappingProxyType(
    {
        "remembered": "沿用上次的对应",
        "exact": "与同义名一致",
        "shortened": "同义名被截短",
        "similar": "与同义名相近，请核对",
    }
)
"""How a suggestion came about, the surest first."""

Remembered = Mapping[str, tuple[str, str]]
"""Column -> field and unit that a person chose the last time; an empty field: none is to be suggested."""

_NOTHING: Remembered = MappingProxyType({})
_SURE = 100.0
_BRACKETS = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Proposal:
    """A field suggested for a column.

    Attributes
    ----------
    column, heading : str
        Our column, and the field as it is written.
    how : str
        Key of HOW.
    score : float
        0 to 100; below 100 a person should look twice.
    unit : str or None
        One of `geodata.units.choices`, "" for a column without unit; None: it matters, and the heading does not tell.
    """

    column: str
    heading: str
    how: str
    score: float
    unit: str | None


@dataclass(frozen=True)
class _Column:
    """A column with all words for it, and what a person chose for it the last time."""

    column: Column
    words: tuple[str, ...]
    chosen: tuple[str, str] | None


Ranked = tuple[float, int, str]
"""Score, place of the word among the column's words, field."""


def propose_fields(
    headings: Iterable[str], kind: str, synonyms: Mapping[str, Synonyms], *, remembered: Remembered = _NOTHING
) -> tuple[Proposal, ...]:
    """Suggest a field for every column that may have one.

    Parameters
    ----------
    headings : iterable of str
        Fields of the table.
    kind : str
        Key of DATASETS.
    synonyms : mapping of str to Synonyms
        From `geodata.fields.load_fields`.
    remembered : mapping of str to (str, str), optional
        Wins where the field is there again.

    Returns
    -------
    tuple of Proposal
        In the order of the columns; every column and every field once at most.

    Examples
    --------
    >>> from geodata.fields import load_fields
    >>> table, _ = load_fields()
    >>> found = propose_fields(["DKBH", "面积(亩)", "建筑密度上限值", "其他"], "plots", table)
    >>> [(one.column, one.heading, one.unit, round(one.score)) for one in found]
    [('id', 'DKBH', '', 100), ('area_stated_m2', '面积(亩)', '亩', 100), ('density_max', '建筑密度上限值', '比例', 92)]
    """
    spec, found = DATASETS[kind], dict[str, Proposal]()
    left = dict.fromkeys(headings)
    told = [_Column(one, words_of(one, kind, synonyms), remembered.get(one.name)) for one in spec.columns]
    for how, search in _SEARCHES.items():
        waiting = [one for one in told if one.column.name not in found and one.chosen != ("", "")]
        scored = [(ranked, one) for one in waiting for ranked in search(list(left), one)]
        for (score, _, heading), one in sorted(scored, key=lambda pair: (-pair[0][0], pair[0][1])):
            if heading in left and one.column.name not in found:
                left.pop(heading)
                found[one.column.name] = Proposal(one.column.name, heading, how, score, _unit(how, heading, one))
    return tuple(found[name] for name in spec.names if name in found)


def _unit(how: str, heading: str, told: _Column) -> str | None:
    choices = units.choices(told.column)
    if not choices:
        return ""
    if how == "remembered" and told.chosen and told.chosen[1] in choices:
        return told.chosen[1]
    known = units.told(heading, told.column).unit
    return known or (None if told.column.unit in UNTOLD else choices[0])


def _remembered(left: list[str], told: _Column) -> Iterator[Ranked]:
    chosen = normal(told.chosen[0]) if told.chosen else ""
    yield from ((_SURE, 0, heading) for heading in left if chosen and normal(heading) == chosen)


def _exact(left: list[str], told: _Column) -> Iterator[Ranked]:
    """Headings that are a word for the column, with or without a unit behind it."""
    ranks = {normal(word): rank for rank, word in reversed([*enumerate(told.words)])}
    for heading in left:
        for plain in (heading, units.told(heading, told.column).bare):
            if normal(plain) in ranks:
                yield _SURE, ranks[normal(plain)], heading


def _shortened(left: list[str], told: _Column) -> Iterator[Ranked]:
    for heading in left:
        yield from ((_SURE - 1, rank, heading) for rank, word in enumerate(told.words) if shortened(heading, word))


def _similar(left: list[str], told: _Column) -> Iterator[Ranked]:
    """Headings like a word for the column; what stands in brackets behind one may tell of it or not."""
    words = [normal(word) for word in told.words]
    for heading in left:
        bare = normal(units.told(heading, told.column).bare)
        score = max(similarity(plain, words) for plain in (bare, _BRACKETS.sub("", bare)))
        if score:
            yield min(score, _SURE - 1), 0, heading


_SEARCHES: Mapping[str, Callable[[list[str], _Column], Iterator[Ranked]]] = MappingProxyType(
    dict(zip(HOW, (_remembered, _exact, _shortened, _similar), strict=True))
)
