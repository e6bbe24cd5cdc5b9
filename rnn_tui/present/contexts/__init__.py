"""Two contexts in words: sentences, tables, and the list of examples to compare with."""
