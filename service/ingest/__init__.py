"""Articles into the store: extracted and saved, one or many at a time."""
