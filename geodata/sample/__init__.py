"""Demonstration land: a town that does not exist, for trying everything out before real data come."""

from geodata.sample.make import FEWEST, MOST, SEED, USUAL, sample

__all__ = ["FEWEST", "MOST", "SEED", "USUAL", "sample"]
