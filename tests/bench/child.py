"""Runs one program and writes its exit status, wall seconds, processor seconds and peak memory (KiB) into a file.

A process of its own and small, because Linux counts the memory of whoever starts a program into the program's peak.
"""

import os
import sys
import time

begun = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - begun
with open(sys.argv[1], "w", encoding="ascii") as figures:
    figures.write(f"{os.waitstatus_to_exitcode(status)} {seconds} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
