"""The command line, ``trilogue …``: one file for each group of commands. The last layer."""
