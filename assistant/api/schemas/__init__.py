"""Requests, replies and events: all that clients need to know, the page and the evals included."""
