"""The faces: command line, REST and exports, all over the same functions."""
