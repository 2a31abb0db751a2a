"""What whoever runs the service sees of it: a line of log for each request, and counts for Prometheus."""
