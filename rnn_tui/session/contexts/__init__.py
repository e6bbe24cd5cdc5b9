"""Two contexts side by side: tokens aligned, where states part, what a word does in each."""
