"""Differences between figures: taken of what is shown, so that they add up on the screen."""


def apart(before: float, after: float, *, digits: int) -> float:
    """How far two figures lie apart as they are shown: what a reader subtracts is what stands there.

    Examples
    --------
    >>> apart(85.44, 67.65, digits=1), apart(0.2, 0.2, digits=0)
    (-17.7, 0.0)
    """
    return round(round(after, digits) - round(before, digits), digits)


def signed(number: float, digits: int) -> str:
    """Write a difference.

    Examples
    --------
    >>> signed(1234.5, 1), signed(-2.0, 0), signed(0.0, 1)
    ('+1,234.5', '−2', '0')
    """
    return f"{number:+,.{digits}f}".replace("-", "−") if number else "0"
