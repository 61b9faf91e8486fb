"""Several nodes, beside what others join theirs with."""
