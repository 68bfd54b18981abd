"""Databases of others, read with one SELECT and never written to."""
