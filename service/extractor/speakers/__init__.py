"""Resolves each mention to a speaker."""
