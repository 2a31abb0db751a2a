"""Names in a text, and an index of the people they belong to."""
