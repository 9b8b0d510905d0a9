"""Keeping as little as possible: redaction before anything leaves the door."""
