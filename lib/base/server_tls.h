/* SPDX-License-Identifier: ISC */
/* server_tls - when TLS starts on a connection to a mail server. PURE. */
#ifndef MW_SERVER_TLS_H
#define MW_SERVER_TLS_H

/* The values stand in messages. */
enum server_tls {
    SERVER_TLS_NONE = 0,     /* never: everything is sent in clear */
    SERVER_TLS_STARTTLS = 1, /* after STARTTLS or STLS (RFC 2595, 3207, 9051) */
    SERVER_TLS_IMPLICIT = 2, /* before the server's greeting (RFC 8314) */
};

#endif
