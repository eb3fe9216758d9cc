"""Logs become events: one small loader per format, chosen by content."""
