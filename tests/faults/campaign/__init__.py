"""A neighbourhood under fire: real nodes, databases, clients and cables; faults; a judge."""
