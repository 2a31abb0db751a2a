"""Subjects and cues, read from the shape of a clause."""
