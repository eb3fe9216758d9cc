"""The graph: its kinds, its identities, how it is built and where it is kept."""
