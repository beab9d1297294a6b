"""The pages: one file a noun, the same word as its folder in `templates/`. A view gets the thing the reader may see,
asks the model one thing, and answers."""
