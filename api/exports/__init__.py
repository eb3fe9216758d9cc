"""Answers as files that others can open: each module here writes one format."""
