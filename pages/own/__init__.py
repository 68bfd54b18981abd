"""Your own figures: a chart, its sentence and a link from a pasted column, without importing anything."""
