"""Where each event goes in the graph: one module for each area, one small function for each event."""
