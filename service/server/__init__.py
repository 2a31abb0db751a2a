"""gunicorn as this service runs it: configuration, worker, socket, body and log."""
