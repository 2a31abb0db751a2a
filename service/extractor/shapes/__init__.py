"""Sentences as strings of tags, one letter a word."""
