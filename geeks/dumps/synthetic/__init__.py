"""Made-up sites of any size for benchmarks: the same seed makes the same site.

`words` and `formulas` are the material, `texts` makes posts of it, `community` says who acts when, `threads` makes the
rows of a block of questions, `tables` stores rows in bulk, and `load` fills a site.
"""
