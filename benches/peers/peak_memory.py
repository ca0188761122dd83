"""Runs a command and prints the most memory that it held at any time, in KiB.

usage: peak_memory.py COMMAND…
Less than what this script itself takes, some 10 MiB, cannot be told.
"""

import os
import subprocess
import sys

process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
assert os.waitstatus_to_exitcode(status) == 0
print(usage.ru_maxrss)
