"""Makes the helpers beside this file (`hand_tables.py`, `needs_by_hand.py`) importable from every test below it."""
