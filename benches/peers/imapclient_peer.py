"""The same by the library IMAPClient, which many scripts of administrators use.

usage: imapclient_peer.py read|grant HOST PORT CA PATTERN MEMBER RIGHTS < LOGINS   (the password in PASSWORD)
For each login of standard input reads or sets the entries of every folder; prints how many.
"""

import os
import ssl
import sys

from imapclient import IMAPClient

deed, host, port, ca, pattern, member, rights = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
done = 0
for login in sys.stdin.read().split():
    client = IMAPClient(host, port=int(port), ssl_context=context)
    client.login(login, os.environ["PASSWORD"])
    folders = [name for flags, _, name in client.list_folders("", pattern) if b"\\Noselect" not in flags]
    for folder in folders:
        if deed == "read":
            client.getacl(folder)
        else:
            client.setacl(folder, member, rights)
        done += 1
    client.logout()
print(done)
