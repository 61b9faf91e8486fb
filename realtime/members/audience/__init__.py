"""Who lives under some cells: whom an alert reaches, and who wants to be rung for every word."""
