"""Words as the store compares them, and the query language."""
