"""Tell the system not to end it with its parent, ignore every signal, and stay."""

import ctypes
import signal
import time

ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    time.sleep(0.2)
