"""What is around every request: errors, limits of what waits, logs, metrics, traces."""
