"""From a follow-up to a question that stands alone. Imports prompting and the leaf files."""
