/* SPDX-License-Identifier: ISC */
/* client_address - how a mail server is told the client's address. PURE. */
#ifndef MW_CLIENT_ADDRESS_H
#define MW_CLIENT_ADDRESS_H

/* The values stand in messages. */
enum client_address {
    CLIENT_ADDRESS_NONE = 0,
    CLIENT_ADDRESS_ID = 1,       /* IMAP ID with x-originating-ip, x-originating-port */
    CLIENT_ADDRESS_XCLIENT = 2,  /* POP3 and SMTP XCLIENT */
    CLIENT_ADDRESS_PROXY_V2 = 3, /* a PROXY protocol header, version 2, before anything else */
};

#endif
