#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""web.py LOG PORT [CERTIFICATE KEY]: a web server that knows who is who, on 127.0.0.1.

Users come from the environment: WEB_USERS is name, tab, password a line. The path says how it answers.
LOG gets a line for each request: method, path, content type, body (passwords as PASSWORD)."""
import base64
import http.server
import os
import socketserver
import ssl
import sys
import time
import urllib.parse

USERS = dict(line.split('\t') for line in os.environ['WEB_USERS'].splitlines())
GROUPS = {'vpn1': 'Staff', 'long': 'x' * 65, 'two': 'Staff two'}
log = open(sys.argv[1], 'a', buffering=1)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def note(self, body=''):
        for password in USERS.values():
            body = body.replace(urllib.parse.quote(password, safe=''), 'PASSWORD')
        print(self.command, self.path, self.headers.get('Content-Type'), body, file=log)

    def reply(self, status, body=b'', headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def judge(self, user, password):
        group = [('X-Group-Policy', GROUPS[user])] if user in GROUPS else []
        if user in USERS and password in (None, USERS[user]):
            self.reply(200, b'welcome', group)
        else:
            self.reply(403 if user == 'banned' else 401, b'no', [('X-Group-Policy', 'Staff')])

    def do_GET(self):
        self.note()
        if self.path == '/basic':
            kind, _, text = self.headers.get('Authorization', '').partition(' ')
            user, _, password = base64.b64decode(text).decode().partition(':')
            self.judge(user if kind == 'Basic' else '', password)
        else:
            self.reply(200, b'a page that anybody may see')

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()
        self.note(body)
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        path = self.path.partition('?')[0]
        if path == '/form':
            self.judge(form.get('user name'), form.get('pass&word'))
        elif path == '/302':
            self.reply(302, headers=[('Location', '/page')])
        elif path.startswith('/status/'):
            self.reply(int(path[8:]))
        elif path == '/huge':
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b'x' * 65536)
        elif path == '/headers':
            self.send_response(200)
            for i in range(90):
                self.send_header('X-Long-%d' % i, 'y' * 1000)
            self.end_headers()
        elif path == '/twice':
            self.reply(200, b'', [('X-Group-Policy', 'Staff'), ('x-group-policy', 'Admins')])
        elif path == '/cut':
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort')
        elif path == '/cut-header':
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Le')
        elif path == '/early':
            self.wfile.write(b'HTTP/1.1 103 Early Hints\r\nX-Group-Policy: Admins\r\n\r\n')
            self.reply(200)
        elif path == '/slow':
            self.rfile.read(1)  # until who asked has gone
        elif path == '/drip':
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
            for _ in range(1000):
                self.wfile.write(b'.')
                time.sleep(0.2)
        self.close_connection = True


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass


server = Server(('127.0.0.1', int(sys.argv[2])), Handler)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
