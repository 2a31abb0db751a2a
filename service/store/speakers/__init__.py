"""Speakers in the store: found, read, written, merged."""
