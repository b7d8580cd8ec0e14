"""Send a text without end, for which a careless measure takes hours."""

import os
import struct

from aim import line

text = b'"' + b'\\"' * 499_990
os.write(line(), struct.pack(">I", len(text)))
while text:
    text = text[os.write(line(), text) :]
