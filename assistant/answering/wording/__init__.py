"""What the assistant says in its own words. Imports no other step."""
