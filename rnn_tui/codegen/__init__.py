"""An experiment written out as a program: plain NumPy, or PyTorch. Only what it needs is in it."""

from rnn_tui.codegen.numpy_program import numpy_program
from rnn_tui.codegen.torch_program import torch_program

__all__ = ["numpy_program", "torch_program"]
