"""The least that a first grant can be: SETACL on every folder, all sent before any reply is read.

usage: bare_stream.py HOST PORT CA USER PATTERN IDENTIFIER RIGHTS   (the password in PASSWORD)
Prints the seconds of the stream alone on the open connection, and of everything from the connect.
Nothing is read before, nothing is checked afterwards.
"""

import os
import socket
import ssl
import sys
import time

host, port, ca, user, pattern, identifier, rights = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)


def connect():
    connection = context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = connection.makefile("rb")
    lines.readline()
    command(connection, lines, f'LOGIN "{user}" "{os.environ["PASSWORD"]}"')
    return connection, lines


def command(connection, lines, text):
    connection.sendall(f"c {text}\r\n".encode())
    untagged = []
    while not (line := lines.readline()).startswith(b"c "):
        untagged.append(line.decode())
    assert line.startswith(b"c OK"), line
    return untagged


# The names are known beforehand: another connection asks for them.
listed = command(*connect(), f'LIST "" "{pattern}"')
# What follows the separator goes back as the server wrote it, quotes included.
folders = [line.strip().rsplit('" ', 1)[1] for line in listed if "\\Noselect" not in line]

begin = time.monotonic()
connection, lines = connect()
logged_in = time.monotonic()
stream = (f"t{n} SETACL {folder} {identifier} {rights}\r\n" for n, folder in enumerate(folders))
connection.sendall("".join(stream).encode())
left = len(folders)
while left:
    line = lines.readline()
    assert line, "the server hung up"
    if line.startswith(b"t"):
        assert line.split()[1] == b"OK", line
        left -= 1
end = time.monotonic()
print(end - logged_in, end - begin)
