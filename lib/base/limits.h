/* SPDX-License-Identifier: ISC */
/* limits - every size and count that input can reach, in one place; and deadlines. */
#ifndef MW_LIMITS_H
#define MW_LIMITS_H

/* The login, octets. */
#define LIMIT_LOGIN    1024 /* vpnuser:mailuser@server, whole */
#define LIMIT_NAME     512  /* one user name in it */
#define LIMIT_HOST     253  /* a server's name (RFC 1035) */
#define LIMIT_PASSWORD 8192 /* long enough for a token instead of a password */

/* The dialogue before the login, octets and counts. */
#define LIMIT_AUTH_LINE    12288 /* one line, of any kind (RFC 4954 section 4) */
#define LIMIT_LITERAL      8192  /* one literal before login */
#define LIMIT_SKIPPED      65536 /* one that is too long, and is read and dropped */
#define LIMIT_BAD_COMMANDS 10    /* errors after which the connection ends */
#define LIMIT_COMMANDS     100   /* lines before login, of any kind */
#define LIMIT_CLIENT_IN    16384 /* unread bytes from the client: one whole TLS record */
#define LIMIT_CLIENT_OUT   26624 /* unsent replies to the client */
#define LIMIT_TAG          128   /* an IMAP tag */
#define LIMIT_HELO         255   /* the argument of EHLO */

/* The dialogue with the mail server, octets and counts. */
#define LIMIT_SERVER_IN    16384 /* unread bytes from the server */
#define LIMIT_SERVER_OUT   24576 /* an AUTH line with the longest name and password */
#define LIMIT_CAPABILITY   8192  /* a list of capabilities */
#define LIMIT_ALERT        512   /* what an IMAP server wants the user to be shown, all together */
#define LIMIT_ALERTS       4     /* of these */
#define LIMIT_OFFER        8192  /* what a server offers before the login, cleaned (offer.h) */
#define LIMIT_OFFER_WORDS  400   /* words of it */
#define LIMIT_OFFERS       200   /* servers whose offers are remembered */
#define LIMIT_SERVER_LINES 1000  /* lines from the server until the login is done */

/* The policy. */
#define LIMIT_POLICY_FILE    1048576 /* the file itself, octets */
#define LIMIT_COMPLAINTS     500     /* about one file; any more are only counted */
#define LIMIT_POLICY_NAME    64      /* the name of a group policy, server group or interface */
#define LIMIT_POLICY_COUNT   1000000 /* the greatest limit on sessions or connections */
#define LIMIT_POLICY_MINUTES 525600  /* the longest timeout: a year */
#define LIMIT_ANNOUNCE       512     /* announce="" */
#define LIMIT_PATH           1024
#define LIMIT_SERVERS        64 /* allowed servers of a protocol */
#define LIMIT_CERTIFICATES   16 /* to choose from by SNI */

/* The import of an appliance's running configuration, octets. */
#define LIMIT_IMPORT      16777216 /* the configuration's text */
#define LIMIT_IMPORT_ROOM 4194304  /* everything that is read from it */
#define LIMIT_IMPORT_NOTE 512      /* one line of the report */

/* A message between the filter and the helper, octets. */
#define LIMIT_MESSAGE     32768
#define LIMIT_CERTIFICATE 8192 /* a client's certificate, DER */
#define LIMIT_ISSUERS     8192 /* all certificates between it and its CA together, DER */
#define LIMIT_CHAIN       8    /* certificates that a client may send */
#define LIMIT_TLS_NAME    64   /* "TLS1.3", "AES-256-GCM" */
#define LIMIT_STEP_NAME   32   /* a step of a trial */
#define LIMIT_STEP        1024 /* its outcome */
#define LIMIT_WHY         512  /* a reason for the log */
#define LIMIT_ADDRESS     64   /* an IP address as text, with its zone */

/* A VPN session, as the gateway describes it. */
#define LIMIT_VPN_ID        64       /* the gateway's name for it, octets */
#define LIMIT_VPN_ADDRESSES 4        /* the client's own, and those leased to it */
#define LIMIT_VPN_LIFETIME  31536000 /* s, a year */

/* A login's deadlines. */
#define LIMIT_ADDRESSES  8      /* of one server name (a count) */
#define LIMIT_CONNECT_MS 5000   /* to connect to one address */
#define LIMIT_DIAL_MS    15000  /* to connect to a server, all addresses together */
#define LIMIT_DNS_MS     10000  /* for DNS to answer */
#define LIMIT_BACKEND_MS 30000  /* from the mail server's greeting to its login reply */
#define LIMIT_PROBE_MS   60000  /* to ask a server what it offers: DNS, dialling, dialogue */
#define LIMIT_CHECK_MS   10000  /* the same, or an AAA server: mailwicketctl check --probe */
#define LIMIT_LEARN_MS   60000  /* between two attempts at that */
#define LIMIT_VERIFY_MS  150000 /* for the helper's answer: three questions to AAA, DNS, dialling */
#define LIMIT_GOODBYE_MS 1000   /* for an evicted connection to say goodbye */
#define LIMIT_FLUSH_MS   5000   /* for a closing peer to take the rest */
#define LIMIT_DELIVER_MS 60000  /* for a peer to take some more of what the lost one had sent */

/* The helper. */
#define LIMIT_WORKERS      32    /* processes that ask AAA or DNS at the same time */
#define LIMIT_WORKERS_OF   12    /* of these for one server group, or for DNS */
#define LIMIT_AAA_MS       30000 /* for one question to a server group */
#define LIMIT_AAA_SERVERS  16    /* servers of a group */
#define LIMIT_AAA_SPARE_MS 1000  /* of LIMIT_AAA_MS, kept back to pass the answer on */
#define LIMIT_SECRET       256   /* the file of a secret or bind password, octets */
#define LIMIT_DNS_CACHE    64    /* server names in the DNS cache */
#define LIMIT_DNS_CACHE_MS 60000 /* how long an address stays in it */
#define LIMIT_LACK_LOG_MS  60000 /* between two log lines about a lack of descriptors or memory */
#define LIMIT_HELLO_MS     10000 /* for a filter to begin its conversation with the helper */
#define LIMIT_NOTES        100   /* that one filter may log through the helper */
#define LIMIT_MUTE         32    /* conversations of one process that have not begun */
#define LIMIT_SWEEP_MS     60000 /* between two sweeps for entries whose process is gone */
#define LIMIT_FINISH_MS    5000  /* for logins under way when the helper is told to stop */
#define LIMIT_USERS_FILE   (16 * 1024 * 1024) /* octets of a users file */

/* The accounting spool. */
#define LIMIT_ACCOUNTING_MS  20000  /* for one round of messages to the servers */
#define LIMIT_SPOOL_DUE      100000 /* sessions that wait; beyond that the oldest are dropped */
#define LIMIT_SPOOL_AGE      604800 /* s that a session may wait */
#define LIMIT_SPOOL_TORN     60     /* s until an incomplete file is given up */
#define LIMIT_SPOOL_GRACE_MS 2000   /* between an entry's removal and the note of its end */

/* Answers of AAA servers, octets. */
#define LIMIT_LDAP_LINE   4096    /* a DN or one value of an attribute, as text */
#define LIMIT_LDAP_TEXT   200     /* of the diagnostic message with a result code */
#define LIMIT_LDAP_ANSWER 1048576 /* all values of one entry's attribute */
#define LIMIT_HTTP_HEADER 32768   /* all header lines */
#define LIMIT_HTTP_BODY   65536   /* read and ignored */
#define LIMIT_CLASS       256     /* RADIUS: all Class attributes, each with its length */

/* RADIUS requests, octets. */
#define LIMIT_RADIUS_TEXT     253 /* one attribute's value (RFC 2865 section 5) */
#define LIMIT_RADIUS_PASSWORD 128 /* RFC 2865 section 5.2 */

#define DEFAULT_OUTSTANDING 20 /* the appliance's default, and the policy's */

#endif
