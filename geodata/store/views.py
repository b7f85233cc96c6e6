"""Views of 敏感 fields: whoever may see them is in the log for having done so."""

from geodata.access import AUDIENCES, Person, require, visible_columns
from geodata.kinds import DATASETS
from geodata.store.engine import Store
from geodata.store.events import Change, record


def viewed(store: Store, person: Person | None, kind: str, *, dataset: int) -> tuple[str, ...]:
    """Record that a person is shown the 敏感 columns of a dataset; the caller does it once per session and dataset.

    Parameters
    ----------
    kind : str
        Key of geodata.schema.DATASETS.
    dataset : int
        Row of the datasets table.

    Returns
    -------
    tuple of str
        The columns; none, and no event, where the kind has none.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low to see them.
    """
    acting = require(person, "read_sensitive")
    columns = tuple(name for name in visible_columns(kind, acting.role) if name in DATASETS[kind].sensitive)
    if columns:
        labels = "、".join(DATASETS[kind].column(name).label for name in columns)
        change = Change("dataset", str(dataset), AUDIENCES["sensitive"], after=labels)
        with store.writing() as session:
            record(session, acting, "sensitive_viewed", change)
    return columns
