"""How a committed event reaches every interested socket: commit, bus, order, local delivery."""
