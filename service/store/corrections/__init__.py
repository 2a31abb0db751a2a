"""Corrections by people: applied, read, undone."""
