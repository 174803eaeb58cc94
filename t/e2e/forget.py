#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""forget - a mail program that sends and goes away: it logs in, sends all the rest at once, reads no
more, and closes TCP without close_notify.

    forget.py PROTOCOL PORT CA NAME PASSWORD SUBJECT HOW [PART]

PROTOCOL: smtp (a mail of 3 MB, and QUIT), imap (APPEND of it, LOGOUT), pop3 (DELE 1, QUIT).
HOW: close, fin (ends its output, and waits for the server's end), rst (a reset, once all is sent).
PART: "part": not all of it, so that nothing may come of it.
"""
import base64, fcntl, socket, ssl, struct, sys, termios, time

protocol, port, ca, name, password, subject, how = sys.argv[1:8]
part = sys.argv[8:] == ["part"]

raw = socket.create_connection(("127.0.0.1", int(port)), timeout=120)
raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
context = ssl.create_default_context(cafile=ca)
tls = context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=True)
lines = tls.makefile("rb")


def hear(*ends):
    while True:
        line = lines.readline()
        if not line:
            sys.exit("closed")
        if line.startswith(ends):
            return line


def say(text):
    tls.sendall(text.encode() + b"\r\n")


def must(line, start):
    if not line.startswith(start):
        sys.exit(repr(line))


line = "x" * 70 + "\r\n"
mail = (f"From: sender@example.org\r\nTo: alice@localhost\r\nSubject: {subject}\r\n\r\n"
        + line * (3 * 1024 * 1024 // len(line)))
if protocol == "smtp":
    must(hear(b"220 "), b"220")
    say("EHLO client.test")
    must(hear(b"250 "), b"250")
    say("AUTH PLAIN " + base64.b64encode(f"\0{name}\0{password}".encode()).decode())
    must(hear(b"2", b"4", b"5"), b"235")
    for command, reply in ("MAIL FROM:<sender@example.org>", b"250"), ("RCPT TO:<alice@localhost>", b"250"), ("DATA", b"354"):
        say(command)
        must(hear(b"2", b"3", b"4", b"5"), reply)
    rest = mail + ("" if part else ".\r\nQUIT\r\n")
elif protocol == "imap":
    must(hear(b"* "), b"* OK")
    say(f'a LOGIN "{name}" "{password}"')
    must(hear(b"a "), b"a OK")
    say(f"b APPEND INBOX {{{len(mail)}}}")
    must(hear(b"+", b"b "), b"+")
    rest = mail[:-100] if part else mail + "\r\nc LOGOUT\r\n"
else:
    must(hear(b"+", b"-"), b"+OK")
    for command in f"USER {name}", f"PASS {password}":
        say(command)
        must(hear(b"+", b"-"), b"+OK")
    rest = "DELE 1\r\n" + ("" if part else "QUIT\r\n")

tls.sendall(rest.encode())
if how == "fin":
    half = socket.socket(fileno=tls.detach())
    half.settimeout(120)
    half.shutdown(socket.SHUT_WR)
    try:
        while half.recv(65536):
            pass
    except ConnectionResetError:
        pass
elif how == "rst":
    end = time.time() + 120
    while struct.unpack("i", fcntl.ioctl(tls.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0] and time.time() < end:
        time.sleep(0.01)
    tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.socket(fileno=tls.detach()).close()
else:
    socket.socket(fileno=tls.detach()).close()
