"""The debugger: one cursor over one program, any moment of which can be gone back to."""
