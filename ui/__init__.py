"""The chat page: a Gradio app in Korean, Arabic and English that shows each reply's evidence.

It talks to the service over HTTP only. It imports `assistant.api.schemas` and nothing else of the
project; only the commands import it.
"""
