#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""hold.py PORT CA USER PASSWORD: many IMAP sessions over TLS in one process.

Standard input is commands, standard output one answer line each:
  open N    opens N sessions, eight at a time, and logs in:        "open GOOD"
  ask       says NOOP in every one of them:                        "alive GOOD of N"
  stream    starts a stream of sessions, each a login, a NOOP, a logout, until "settle":  "streaming"
  settle    ends the stream:        "stream GOOD of N", and why the others failed
  count     how many the stream has done so far:                   "count N"
  close     logs out of all:                                       "closed N"
"""
import collections
import concurrent.futures
import os
import socket
import ssl
import sys
import threading

PORT, CA, USER, PASSWORD = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
STREAMERS = 3
context = ssl.create_default_context(cafile=CA)


class Session:
    def __init__(self):
        raw = socket.create_connection(("127.0.0.1", PORT), timeout=300)
        self.socket = context.wrap_socket(raw, server_hostname=os.environ.get("HOLD_NAME", "localhost"))
        self.file = self.socket.makefile("rb")
        self.expect(b"* OK")

    def expect(self, begin):
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError("closed")
            if line.startswith(begin):
                return
            if line.startswith((b"* BYE", b"a NO", b"a BAD")):
                raise OSError(line.decode(errors="replace").strip())

    def command(self, text):
        self.socket.sendall(b"a " + text.encode() + b"\r\n")
        self.expect(b"a OK")

    def login(self):
        self.command(f'LOGIN "{USER}" "{PASSWORD}"')
        return self


sessions, streamers = [], []
results, stopping = collections.Counter(), threading.Event()


def attempt(work):
    """None, or why not."""
    try:
        return work() and None
    except (OSError, EOFError) as e:
        return f"{type(e).__name__}: {e}"


def open_one(_):
    try:
        return Session().login()
    except (OSError, EOFError) as e:
        print(f"{type(e).__name__}: {e}", file=sys.stderr)
        return None


def one_of_the_stream():
    s = Session().login()
    s.command("NOOP")
    s.socket.sendall(b"a LOGOUT\r\n")
    s.file.read()
    s.socket.close()


def stream():
    while not stopping.is_set():
        results[attempt(one_of_the_stream)] += 1


def answer(word, argument):
    if word == "open":
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            new = [s for s in pool.map(open_one, range(int(argument))) if s]
        sessions.extend(new)
        return f"open {len(new)}"
    if word == "ask":
        why = [attempt(lambda s=s: s.command("NOOP")) for s in sessions]
        return f"alive {why.count(None)} of {len(why)} {set(why) - {None} or ''}"
    if word == "stream":
        stopping.clear()
        results.clear()
        streamers[:] = [threading.Thread(target=stream) for _ in range(STREAMERS)]
        for t in streamers:
            t.start()
        return "streaming"
    if word == "settle":
        stopping.set()
        for t in streamers:
            t.join()
        bad = {k: v for k, v in results.items() if k}
        return f"stream {results[None]} of {sum(results.values())} {bad or ''}"
    if word == "count":
        return f"count {sum(results.values())}"
    for s in sessions:
        attempt(lambda s=s: s.command("LOGOUT"))
        s.socket.close()
    n = len(sessions)
    sessions.clear()
    return f"closed {n}"


for line in sys.stdin:
    words = line.split()
    print(answer(words[0], words[1] if len(words) > 1 else ""), flush=True)
