"""Why any number has its value: addresses, and the arithmetic behind them."""
