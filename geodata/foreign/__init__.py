"""Files of other programs -> tables: recognised by content, read in a process of their own with limits.

Choose a file -> `reading.inspect` -> a layer -> `reading.read` -> `crs_recognition.candidates` -> match fields -> check
-> take in. This file imports nothing: every child process passes it.
"""
