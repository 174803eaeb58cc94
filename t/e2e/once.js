// SPDX-License-Identifier: ISC
// once.js PORT LOGIN PASSWORD CA: what nodemailer knows of the SMTP server after a login, for which it asks
// once before, and whether a mail with DSN is taken, and one that is too large.
const fs = require('fs');
const SMTPConnection = require('nodemailer/lib/smtp-connection');

const [port, user, pass, ca] = process.argv.slice(2);
const c = new SMTPConnection({
    host: '127.0.0.1', port: Number(port), secure: true, tls: { ca: fs.readFileSync(ca) },
});
const done = text => { console.log(text); c.quit(); };
const from = 'alice@localhost', to = ['alice@localhost'];
c.on('error', e => { console.log('error ' + e.message); process.exit(1); });
c.connect(() => c.login({ user, pass }, error => {
    if (error) return done('login ' + error.responseCode);
    console.log('size', c._maxAllowedSize, c._supportedExtensions.filter(e => e !== 'STARTTLS').sort().join(' '));
    c.send({ from, to, size: c._maxAllowedSize + 1 }, 'x', tooLarge => {
        console.log('too large: ' + (tooLarge ? tooLarge.code + ' ' + (tooLarge.responseCode || '') : 'sent'));
        c.send({ from, to, dsn: { notify: ['FAILURE'], ret: 'HDRS', envid: 'x' } }, 'Subject: nodemailer\r\n\r\nx\r\n',
            (failed, info) => done(failed ? 'failed ' + failed.message : 'accepted ' + info.accepted.length));
    });
}));
