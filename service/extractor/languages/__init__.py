"""A folder a language: its words, and its grammar in code."""
