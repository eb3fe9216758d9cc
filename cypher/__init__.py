"""Stored queries and rules: Cypher as data, with what is needed to check, run and derive."""
