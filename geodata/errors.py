"""What can be wrong, as one small tree.

DashboardError
├── ConfigError     config.yaml or a table of settings
├── LayerError      a layer file, a feature, a row of the plan's tables
├── LinkError       a link that names what does not exist
├── FrontendError   the browser's libraries are missing
├── AccessError     nobody is named, or the role is too low
├── StoreError      the database cannot be used, or refuses
│   ├── ConflictError   what is written contradicts what is there (a name that is taken)
│   └── NewerError      a newer version of the program made it
├── DatasetError    a table that does not keep its contract
├── MeasureError    a table or number that cannot be measured with
└── FileError       a foreign file that cannot be read, or was read with a reservation

`str(error)` is one Chinese sentence: where it is, what is wrong, what to do. Loaders do not stop at an
error of one part: they collect these and go on with the rest.
"""


class DashboardError(Exception):
    """Any fault that a user can mend.

    Parameters
    ----------
    where : str
        File, key or feature, in Chinese.
    what : str
        What is wrong.
    remedy : str
        What to do about it.

    Examples
    --------
    >>> str(ConfigError("config.yaml 的 nam", "没有这个设置项", "请删除或改正"))
    'config.yaml 的 nam：没有这个设置项，请删除或改正。'
    """

    def __init__(self, where: str, what: str, remedy: str) -> None:
        self.where, self.what, self.remedy = where, what, remedy
        super().__init__(f"{where}：{what}，{remedy}。")

    def __reduce__(self) -> tuple[type["DashboardError"], tuple[str, str, str]]:
        """Go from one process to another in its three parts."""
        return type(self), (self.where, self.what, self.remedy)


class ConfigError(DashboardError):
    """A setting that cannot be used."""


class LayerError(DashboardError):
    """A layer, feature or row that cannot be used."""


class LinkError(DashboardError):
    """A link that names what does not exist."""


class FrontendError(DashboardError):
    """The browser's libraries are not there."""


class AccessError(DashboardError):
    """Something a person may not do."""


class StoreError(DashboardError):
    """A database that cannot be used, or a change it refuses."""


class ConflictError(StoreError):
    """A change that contradicts what is there."""


class NewerError(StoreError):
    """A database that a newer version of the program made."""


class DatasetError(DashboardError):
    """A table that does not keep the contract of its kind."""


class FileError(DashboardError):
    """A foreign file, or a part of one, that cannot be read or was read with a reservation."""


class MeasureError(DashboardError):
    """A table or a number that a measure refuses."""
