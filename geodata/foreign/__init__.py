"""Files of other programs -> tables: recognised by content, read in a process of their own with limits.

Choose a file -> `inspect` -> a layer -> `read` -> `crs_recognition.candidates` -> match fields -> check -> take in.
"""

from geodata.foreign.model import FORMATS, LIMITS, Choice, Inspection, Layer, Limits
from geodata.foreign.reading import inspect, read

__all__ = ["FORMATS", "LIMITS", "Choice", "Inspection", "Layer", "Limits", "inspect", "read"]
