"""The viewer: reads journals, whoever wrote them, and shows records, filtered, as a list or as the tree of a trace."""
