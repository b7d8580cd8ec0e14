"""Crash the interpreter: an address that is nobody's."""

import ctypes

ctypes.string_at(1)
