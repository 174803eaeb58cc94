#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""once.py pop3|imap|smtp|big PORT LOGIN PASSWORD CA: a mail program that asks for capabilities once,
before it logs in, and uses then what was offered: as JavaMail 1.6 does by POP3, and as Python's own
imaplib and smtplib do. Prints what it used and what came of it, without what differs from one
connection to the next: the same at the mail server itself and through Mailwicket."""
import imaplib
import poplib
import smtplib
import ssl
import sys

what, port, login, password, ca = sys.argv[1:]
tls = ssl.create_default_context(cafile=ca)
host = 'localhost'


def pop3():
    m = poplib.POP3_SSL(host, int(port), context=tls, timeout=120)
    offered = m.capa()
    m.user(login)
    m.pass_(password)
    for word, use in (('TOP', lambda: m.top(1, 0)), ('UIDL', m.uidl)):
        print(word, use()[0][:3].decode() if word in offered else 'not offered')
    if 'PIPELINING' in offered:
        m.sock.sendall(b'NOOP\r\nNOOP\r\n')
        print('PIPELINING', m._getresp()[:3].decode(), m._getresp()[:3].decode())
    else:
        print('PIPELINING not offered')
    m.quit()


def imap():
    m = imaplib.IMAP4_SSL(host, int(port), ssl_context=tls)
    m.login(login, password)
    for capability in ('CONDSTORE', 'UTF8=ACCEPT'):
        try:
            print('enable', capability, m.enable(capability)[0])
        except imaplib.IMAP4.error as e:
            print('enable', capability, str(e).split(':')[0])
    m.select('INBOX')
    if 'IDLE' in m.capabilities:
        tag = m._new_tag()
        m.send(tag + b' IDLE\r\n')
        print('IDLE', m.readline()[:1].decode())
        m.send(b'DONE\r\n')
        while not (line := m.readline()).startswith(tag):
            pass
        print('IDLE', line.split()[1].decode())
    else:
        print('IDLE not offered')
    for word in ('LITERAL+', 'ID', 'SASL-IR', 'STARTTLS', 'LOGINDISABLED'):
        print(word, word in m.capabilities)
    m.logout()


def smtp(size=0):
    m = smtplib.SMTP_SSL(host, int(port), context=tls, timeout=120, local_hostname='client.test')
    m.login(login, password)
    options = ['BODY=8BITMIME'] if m.has_extn('8bitmime') else []
    recipient = ['NOTIFY=FAILURE'] if m.has_extn('dsn') else []
    print('size', m.esmtp_features.get('size', 'not offered'), options, recipient)
    for word in ('pipelining', 'chunking', 'smtputf8', 'starttls', 'xclient'):
        print(word, m.has_extn(word))
    try:
        text = b'Subject: once\r\n\r\n' + b'x' * 70 + b'\r\n'
        m.sendmail('alice@localhost', ['alice@localhost'], text + b'y' * size + b'\r\n', options, recipient)
        print('sent')
    except smtplib.SMTPSenderRefused as e:
        print('refused before it was sent', e.smtp_code)
    except smtplib.SMTPException as e:
        print('failed', type(e).__name__)
    m.quit()


{'pop3': pop3, 'imap': imap, 'smtp': smtp, 'big': lambda: smtp(2 << 20)}[what]()
