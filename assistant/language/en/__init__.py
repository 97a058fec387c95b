"""What the service knows about English: a file for each subject of `assistant.language.words`."""
