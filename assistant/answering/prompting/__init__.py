"""What the generator is told, and the script that it keeps to. Imports no other step."""
