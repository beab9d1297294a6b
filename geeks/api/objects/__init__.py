"""Objects made from rows: `of_questions(ids, filter)` and its like give the items of a page, each in a fixed number of
queries."""
