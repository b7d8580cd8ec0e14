"""Call the system through the door for programs of 32 bits, which a filter of numbers does not know."""

import ctypes
import mmap
import platform

from aim import breach

if platform.machine() == "x86_64":
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x02\x00\x00\x00\xcd\x80\xc3")  # mov eax, 2 (fork); int 0x80; ret
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    child = call()
    if child == 0:
        ctypes.CDLL(None)._exit(0)
    if child > 0:
        breach("a process by int 0x80")
