/* SPDX-License-Identifier: ISC */
/* limits - every size and count that input can reach, in one place. */
#ifndef MW_LIMITS_H
#define MW_LIMITS_H

/* The login, octets. */
#define LIMIT_LOGIN    1024 /* vpnuser:mailuser@server, whole */
#define LIMIT_NAME     512  /* one user name in it */
#define LIMIT_HOST     253  /* a server's name (RFC 1035) */
#define LIMIT_PASSWORD 8192 /* also a token in a password's place */

/* The dialogue before the login, octets and counts. */
#define LIMIT_AUTH_LINE    12288 /* RFC 4954 section 4 */
#define LIMIT_COMMAND_LINE 8192  /* IMAP's is the longest (RFC 9051 appendix: 8,000) */
#define LIMIT_LITERAL      8192  /* one literal before login */
#define LIMIT_BAD_COMMANDS 10    /* unknown or early commands before the connection ends */
#define LIMIT_COMMANDS     100   /* all commands before login */
#define LIMIT_CLIENT_IN    16384 /* unread client bytes that are held: one whole TLS record */
#define LIMIT_CLIENT_OUT   8192  /* one step's replies to the client */
#define LIMIT_TAG          128   /* an IMAP tag */
#define LIMIT_HELO         255   /* the argument of EHLO */

/* The mail server's side before the hand-over, octets and counts. */
#define LIMIT_SERVER_IN    16384
#define LIMIT_SERVER_OUT   24576 /* an AUTH line of the longest name and password */
#define LIMIT_CAPABILITY   2048  /* one list of capabilities */
#define LIMIT_SERVER_LINES 200   /* lines that a server may say before its login is done */

/* Descriptions from the policy. */
#define LIMIT_POLICY_FILE    1048576 /* the file itself, octets */
#define LIMIT_COMPLAINTS     500     /* about one file; the rest are only counted */
#define LIMIT_POLICY_NAME    64      /* a group policy's, group's or interface's name */
#define LIMIT_POLICY_COUNT   1000000 /* sessions, in a limit of them */
#define LIMIT_POLICY_MINUTES 525600  /* in a timeout: a year */
#define LIMIT_ANNOUNCE       512     /* smtps announce="" */
#define LIMIT_PATH           1024
#define LIMIT_SERVERS        64 /* allowed servers per protocol */
#define LIMIT_CERTIFICATES   16 /* chosen by SNI */

/* An appliance's running configuration that is imported, octets. */
#define LIMIT_IMPORT      16777216 /* the text */
#define LIMIT_IMPORT_ROOM 4194304  /* what is kept of it beside the text */
#define LIMIT_IMPORT_NOTE 512      /* one line of the report */

/* A message between mailwicket and mailwicket-verify, octets. */
#define LIMIT_MESSAGE     32768
#define LIMIT_CERTIFICATE 8192 /* a client's certificate, DER */
#define LIMIT_ISSUERS     8192 /* the certificates between it and its CA, all of them, DER */
#define LIMIT_CHAIN       8    /* certificates that a client may show */
#define LIMIT_TLS_NAME    64   /* "TLS1.3", "AES-256-GCM" */
#define LIMIT_STEP_NAME   32   /* a step of a trial */
#define LIMIT_STEP        1024 /* what came of it */
#define LIMIT_WHY         512  /* a reason for the log */
#define LIMIT_ADDRESS     64   /* an IP address as text, with its zone */

/* A VPN session, as its gateway says it. */
#define LIMIT_VPN_ID        64       /* the gateway's name for it, octets */
#define LIMIT_VPN_ADDRESSES 4        /* where the client comes from, and what was leased to it */
#define LIMIT_VPN_LIFETIME  31536000 /* s, a year */

/* The mail server is dialled. */
#define LIMIT_ADDRESSES  8     /* of one server name */
#define LIMIT_CONNECT_MS 5000  /* one address */
#define LIMIT_DIAL_MS    15000 /* all of them together */
#define LIMIT_DNS_MS     10000
#define LIMIT_BACKEND_MS 30000  /* greeting to login reply */
#define LIMIT_VERIFY_MS  150000 /* the helper's answer: three questions to AAA, DNS, dialling */
#define LIMIT_GOODBYE_MS 1000   /* what an evicted connection has to say goodbye */
#define LIMIT_FLUSH_MS   5000   /* what a closing peer has to take the rest */

/* The helper. */
#define LIMIT_WORKERS      32    /* processes that ask AAA or DNS, at once */
#define LIMIT_WORKERS_OF   12    /* of these, for one server group, or for DNS */
#define LIMIT_AAA_MS       30000 /* one question to a server group */
#define LIMIT_AAA_SERVERS  16    /* servers of a group */
#define LIMIT_AAA_SPARE_MS 1000  /* what is left of LIMIT_AAA_MS for the answer */
#define LIMIT_SECRET       256   /* a secret's or bind password's file, octets */
#define LIMIT_DNS_CACHE    64    /* server names whose addresses are remembered */
#define LIMIT_DNS_CACHE_MS 60000 /* for how long */
#define LIMIT_SWEEP_MS     60000 /* between two looks for entries whose process is gone */
#define LIMIT_FINISH_MS    5000  /* what logins under way have when the helper is told to go */
#define LIMIT_USERS_FILE   (16 * 1024 * 1024) /* octets of a users file */

/* The accounting spool. */
#define LIMIT_ACCOUNTING_MS  20000  /* telling servers, at one go */
#define LIMIT_SPOOL_DUE      100000 /* sessions that wait; the oldest are dropped */
#define LIMIT_SPOOL_AGE      604800 /* s that a session waits */
#define LIMIT_SPOOL_TORN     60     /* s until a file that is not whole is given up */
#define LIMIT_SPOOL_GRACE_MS 2000   /* between an entry's removal and the note of its end */

/* What AAA servers may say, octets. */
#define LIMIT_LDAP_LINE   4096    /* a DN or one value of an attribute, as text */
#define LIMIT_LDAP_ANSWER 1048576 /* all values of one entry's attribute */
#define LIMIT_HTTP_HEADER 32768   /* all header lines */
#define LIMIT_HTTP_BODY   65536   /* which isn't looked at */
#define LIMIT_CLASS       256     /* RADIUS: all Class attributes, each with its length */

/* What a RADIUS request can carry, octets. */
#define LIMIT_RADIUS_TEXT     253 /* one attribute's value (RFC 2865 section 5) */
#define LIMIT_RADIUS_PASSWORD 128 /* RFC 2865 section 5.2 */
#define LIMIT_RADCLI_PASSWORD 112 /* radcli cuts there without a word */

/* Defaults of the policy (policy.xml says the same). */
#define DEFAULT_OUTSTANDING    20
#define DEFAULT_LOGIN_ATTEMPTS 3
#define DEFAULT_TLS_TIMEOUT    30 /* s */
#define DEFAULT_LOGIN_TIMEOUT  60 /* s */
#define DEFAULT_SIMULTANEOUS   3
#define DEFAULT_IDLE_TIMEOUT   30 /* min */

#endif
