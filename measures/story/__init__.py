"""One person's story: every record in its order, who was involved, what it cost, and what was wanted and received.

`told.story` puts it together for one person; each other file computes one part of it from that person's records.
"""
