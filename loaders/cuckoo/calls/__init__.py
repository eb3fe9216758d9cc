"""What each API call says: one module for each area, and one table that maps API names to handlers."""
