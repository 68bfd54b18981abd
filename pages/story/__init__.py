"""A person's story: every record of one person, what it cost, what they wanted, and what the report prints of it."""
