"""The child process that runs the user's graph, and the words in which it speaks. Imports nothing by itself."""
