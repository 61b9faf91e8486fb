"""What neighbours say to an alert: where they saw it, whether it is true."""
