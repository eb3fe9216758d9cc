"""What makes Neo4j Browser a workplace for this graph: favourites, a style sheet and a guide, as texts."""
