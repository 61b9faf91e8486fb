"""A town to try Palier in: real streets of Rennes, invented house numbers."""
