"""Rasa custom actions: thin wrappers that ask `signpost.dialogue` which entries speak."""
