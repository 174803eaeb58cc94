#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""responder.py PORT COMMAND - an OCSP responder: writes each request to the file COMMAND.request,
runs COMMAND, and answers what that leaves in the file COMMAND.response."""
import http.server
import os
import subprocess
import sys

PORT, COMMAND = int(sys.argv[1]), sys.argv[2]


class Responder(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        with open(COMMAND + ".request", "wb") as f:
            f.write(self.rfile.read(int(self.headers["Content-Length"])))
        if os.path.exists(COMMAND + ".response"):
            os.unlink(COMMAND + ".response")
        subprocess.run(["sh", COMMAND], check=True)
        with open(COMMAND + ".response", "rb") as f:
            body = f.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/ocsp-response")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.HTTPServer(("127.0.0.1", PORT), Responder).serve_forever()
