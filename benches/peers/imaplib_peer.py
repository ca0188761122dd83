"""The way by hand: Python's imaplib, one connection at a time, one command after the other.

usage: imaplib_peer.py read|grant HOST PORT CA PATTERN MEMBER RIGHTS < LOGINS   (the password in PASSWORD)
For each login of standard input reads or sets the entries of every folder; prints how many.
"""

import imaplib
import os
import ssl
import sys

deed, host, port, ca, pattern, member, rights = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
done = 0
for login in sys.stdin.read().split():
    connection = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
    connection.login(login, os.environ["PASSWORD"])
    _, lines = connection.list('""', f'"{pattern}"')
    # What follows the separator goes back as the server wrote it, quotes included.
    folders = [line.decode().rsplit('" ', 1)[1] for line in lines if b"\\Noselect" not in line]
    for folder in folders:
        if deed == "read":
            status, _ = connection.getacl(folder)
        else:
            status, _ = connection.setacl(folder, member, rights)
        assert status == "OK", folder
        done += 1
    connection.logout()
print(done)
