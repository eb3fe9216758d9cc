"""The answer sheet of MWS Cup 2017, task 3: from the graph, with every call quoted from the report itself."""
