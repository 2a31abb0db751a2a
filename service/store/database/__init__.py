"""The database under the store: engine, tables, keys, partitions, errors."""
