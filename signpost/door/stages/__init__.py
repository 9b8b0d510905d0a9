"""The six stages, in order: receive, assess, redact, ask, render, deliver."""
