"""Figures that others published of recurrent cells: the numbers that went in, and what came out.

A piece is a file of `data/figures/museum`. It says how its numbers are made (`recipes`), which
of them are weights, inputs, first states and gradients from above (`piece`), and what was printed.
The lines of our own cells run over them (`passes`), and what they make is compared (`checking`).
"""
