"""The import on page 数据: its steps in the right column, the draft on the map at the left.

desk.py holds the draft of a session, flow.py the way through the steps; each step has a file of its own.
"""
