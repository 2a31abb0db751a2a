"""Documentation of the endpoints: shapes, paging and problem responses."""
