"""The way by hand: Python's imaplib, one connection, one GETACL after the other.

usage: read_one_by_one.py HOST PORT CA USER PATTERN   (the password in PASSWORD)
Prints how many folders it read.
"""

import imaplib
import os
import ssl
import sys

host, port, ca, user, pattern = sys.argv[1:]
connection = imaplib.IMAP4_SSL(host, int(port), ssl_context=ssl.create_default_context(cafile=ca))
connection.login(user, os.environ["PASSWORD"])
_, lines = connection.list('""', f'"{pattern}"')
# What follows the separator goes back as the server wrote it, quotes included.
folders = [line.decode().rsplit('" ', 1)[1] for line in lines if b"\\Noselect" not in line]
entries = [connection.getacl(folder) for folder in folders]
assert all(status == "OK" for status, _ in entries)
connection.logout()
print(len(entries))
