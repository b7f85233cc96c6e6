"""What pages share: the map, the URL, problems, caches."""
