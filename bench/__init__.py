"""Measures the service; `make bench` runs it.  Requests go to servers started here, on the loopback."""
