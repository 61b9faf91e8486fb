"""Addresses: the gazetteer and its search, the geocoder beside it, where an IP address is."""
