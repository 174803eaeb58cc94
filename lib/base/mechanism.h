/* SPDX-License-Identifier: ISC */
/* mechanism - how a client logs in. PURE. */
#ifndef MW_MECHANISM_H
#define MW_MECHANISM_H

/* The values stand in messages. */
enum mechanism {
    MECHANISM_PASSWORD = 0, /* by name and password: USER/PASS, LOGIN, AUTH PLAIN, AUTH LOGIN */
    MECHANISM_EXTERNAL = 1, /* SMTP: by certificate, with AUTH EXTERNAL (RFC 4422 appendix A) */
    MECHANISM_IMPLICIT = 2, /* SMTP: by certificate, with a mail command instead of AUTH */
};

#endif
