"""Chance that can be repeated: a generator per stage, and smooth fields of it."""

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_WAVES = 24


def chance(seed: int, stage: str) -> np.random.Generator:
    """Make the generator of one stage, so that a change of one stage leaves the others as they are.

    Examples
    --------
    >>> int(chance(1, "streets").integers(1000)) == int(chance(1, "streets").integers(1000))
    True
    """
    return np.random.default_rng([seed, zlib.crc32(stage.encode())])


def waves(at: Floats, length: float, rng: np.random.Generator) -> Floats:
    """Evaluate a smooth random field: near places have near values, as a town's uses have.

    Parameters
    ----------
    at : array of shape (n, 2)
        Positions in metres.
    length : float
        Typical wavelength in metres.

    Returns
    -------
    array of shape (n,)
        Mean about 0, standard deviation about 1.

    Examples
    --------
    >>> field = waves(np.array([[0.0, 0.0], [1.0, 0.0], [5000.0, 0.0]]), 1000.0, np.random.default_rng(1))
    >>> bool(abs(field[0] - field[1]) < 0.1)
    True
    """
    turn, phase = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    number = 2 * np.pi / length * rng.uniform(0.5, 1.5, _WAVES)
    inner = at @ np.array([np.cos(turn), np.sin(turn)]) * number + phase
    return np.asarray(np.cos(inner).sum(axis=1) * np.sqrt(2 / _WAVES))
