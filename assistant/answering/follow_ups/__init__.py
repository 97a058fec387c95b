"""What a question means in its conversation. Imports the leaf files."""
