"""Lists, labels or moves messages by the library IMAPClient, which many scripts of administrators use.

usage: imapclient_mail.py list|label|move HOST PORT CA LOGIN FOLDER...   (the password in PASSWORD)
Of move, the folders are from where and to where; list and label mean what arrived before 2020.
"""

import datetime
import os
import ssl
import sys

from imapclient import IMAPClient

deed, host, port, ca, login, *folders = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
client = IMAPClient(host, port=int(port), ssl_context=context)
client.login(login, os.environ["PASSWORD"])
before = ["BEFORE", datetime.date(2020, 1, 1)]
fields = "BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID)]"
done = 0
if deed == "move":
    client.select_folder(folders[0])
    found = client.search("ALL")
    client.move(found, folders[1])
    done = len(found)
else:
    for folder in folders:
        client.select_folder(folder, readonly=deed == "list")
        found = client.search(before)
        if deed == "list":
            for uid, data in client.fetch(found, ["FLAGS", "INTERNALDATE", "RFC822.SIZE", fields]).items():
                print(folder, uid, data)
        else:
            client.add_flags(found, ["project"], silent=True)
        done += len(found)
client.logout()
assert done == 10_000, done
