"""Tables -> files for other programs: one table of formats for every list and map (`formats.FORMATS`)."""
