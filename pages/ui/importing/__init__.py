"""The import on page 数据: its steps in the right column, the draft on the map at the left.

desk.py is what a session works on, kept.py what the server keeps of it beyond the session, flow.py the way through the
steps; each step has a file of its own.
"""
