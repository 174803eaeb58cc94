#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""without.py PORT SERVER WORD …: stands in front of the mail server on port SERVER of 127.0.0.1 and
takes these words out of the lines of EHLO's replies: a server that lacks an extension."""
import socket
import socketserver
import sys
import threading

port, server, words = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


class Between(socketserver.StreamRequestHandler):
    def handle(self):
        with socket.create_connection(('127.0.0.1', server)) as s:
            def up():
                while data := self.connection.recv(65536):
                    s.sendall(data)
                s.shutdown(socket.SHUT_WR)
            threading.Thread(target=up, daemon=True).start()
            for line in s.makefile('rb'):
                if not (line.startswith(b'250-') and line[4:].split()[0].decode() in words):
                    self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(('127.0.0.1', port), Between) as s:
    print('listening', flush=True)
    s.serve_forever()
