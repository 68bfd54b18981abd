"""Who is looking, and the desk they work at."""
