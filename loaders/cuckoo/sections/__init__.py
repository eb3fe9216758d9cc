"""The sections of a report beside the calls, one module for each."""
