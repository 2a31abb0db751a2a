"""Logs and metrics for operators: a line for each request, and counts for Prometheus."""
