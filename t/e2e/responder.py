#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""responder.py PORT COMMAND - an OCSP responder: writes each request to the file COMMAND.request,
runs COMMAND, and answers what that leaves in the file COMMAND.response. The client's user ID, as the
kernel has it, goes to the file COMMAND.uid."""
import http.server
import os
import subprocess
import sys

PORT, COMMAND = int(sys.argv[1]), sys.argv[2]


def uid_of(port):
    with open("/proc/net/tcp") as f:
        for line in f.readlines()[1:]:
            fields = line.split()
            if fields[1].endswith(":%04X" % port):
                return fields[7]
    return "nobody's"


class Responder(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        with open(COMMAND + ".request", "wb") as f:
            f.write(self.rfile.read(int(self.headers["Content-Length"])))
        with open(COMMAND + ".uid", "w") as f:
            f.write(uid_of(self.client_address[1]))
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
