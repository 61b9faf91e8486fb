"""Pet cards, prepared before any loss: an alert in two taps."""
