"""The import, from the choice of files to the take-in: a draft is a value, and nothing of it is in the store.

model.py says what a draft is; ground.py surveys what it is held against; opening, placing, review and taking are its
steps in order; room.py is where its files lie meanwhile.
"""
