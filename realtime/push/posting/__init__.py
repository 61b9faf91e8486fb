"""POSTs to push services: addresses, connections, and what is said on them."""
