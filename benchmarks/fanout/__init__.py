"""Fan-out to many sockets, beside the servers we compare ourselves with."""
