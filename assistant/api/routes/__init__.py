"""One file for each kind of route; they are thin and know each other only where one page shows
what another does.
"""
