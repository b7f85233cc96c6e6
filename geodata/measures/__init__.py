"""Measures: pure functions, table in, Series or DataFrame on the same index out, in metres of EPSG:4549."""
