"""The chat page: a Gradio app in Korean, Arabic and English that shows each reply's evidence.

It talks to the service over HTTP only, through `assistant.client`. Beside it, it imports the API's
schemas and how events are written; only the commands import it.
"""
