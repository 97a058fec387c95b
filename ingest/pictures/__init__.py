"""Pictures of the pages of PDFs, with a quote marked, for whoever wants to see where it stands.

`quote_marks` finds the letters of a quote on a page, `page_picture` draws the page and marks them
in a worker process, `picture_workers` is what the service calls. May import the readers.
"""
