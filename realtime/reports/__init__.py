"""What members report to the operator: kept with what it was about, as it stood."""
