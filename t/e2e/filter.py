#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""filter.py SOCKET PROTOCOL MECHANISM LOGIN PASSWORD [CERTIFICATE.pem [ISSUER.pem ...]]

For the tests: plays a filter that lies. Connects to the helper's SOCKET, says HELLO with a client's
connection of its own making, then VERIFY with that certificate as if a handshake had proven it, and
prints the answer: GRANT, "DENY refused" ... MECHANISM is password, external or implicit. A
certificate is all PEM files named, the first one the client's; "@FILE" is FILE's octets as they are.
"""
import os
import socket
import ssl
import struct
import sys

HELLO, VERIFY = 1, 3
ANSWERS = {5: "GRANT", 6: "DENY", 8: "GOODBYE"}
DENIALS = {1: "refused", 2: "temporary", 3: "limit", 4: "admin"}
PROTOCOLS = {"pop3s": 0, "imap4s": 1, "smtps": 2}
MECHANISMS = {"password": 0, "external": 1, "implicit": 2}


def octets(name):
    if name.startswith("@"):
        with open(name[1:], "rb") as f:
            return f.read()
    with open(name) as f:
        return ssl.PEM_cert_to_DER_cert(f.read())


def string(s):
    return struct.pack("!H", len(s)) + s


def main():
    path, protocol, mechanism, login, password = sys.argv[1:6]
    shown = [octets(name) for name in sys.argv[6:]]
    listener = socket.create_server(("127.0.0.1", 0))
    program = socket.create_connection(listener.getsockname())
    client, _ = listener.accept()

    talk = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    talk.settimeout(120)
    talk.connect(path)
    socket.send_fds(talk, [bytes([1, HELLO, PROTOCOLS[protocol], 0])], [client.fileno()])
    talk.send(bytes([1, VERIFY, MECHANISMS[mechanism]]) + string(login.encode()) +
              string(password.encode()) + string(b"liar.test") + string(b"".join(shown[:1])) +
              string(b"".join(shown[1:])) + string(b"TLS1.3") + string(b"AES-256-GCM"))
    answer, fds, _, _ = socket.recv_fds(talk, 65536, 4)
    for fd in fds:
        os.close(fd)
    said = ANSWERS.get(answer[1] if len(answer) > 1 else 0, "the end")
    print(said, DENIALS[answer[2]] if said == "DENY" else "", flush=True)
    program.close()


main()
