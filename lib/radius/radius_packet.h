/* SPDX-License-Identifier: ISC */
/*
 * radius_packet - RADIUS packets (RFC 2865, RFC 2866): builds requests, judges and reads answers, and
 * cuts a stream into packets (RFC 6613). PURE.
 *
 * An Access-Request or Status-Server carries Message-Authenticator (RFC 3579 section 3.2) as its
 * first attribute, and the caller may require it in answers to the former: without it, anyone on the
 * way to the server can forge the Response Authenticator (CVE-2024-3596).
 *
 * Nothing is allocated. Spans point into what the caller handed in.
 */
#ifndef MW_RADIUS_PACKET_H
#define MW_RADIUS_PACKET_H

#include <stdint.h>

#include "limits.h"
#include "span.h"

#define RADIUS_HEADER        20   /* octets: code, id, length, authenticator */
#define RADIUS_PACKET        4096 /* octets at most, with the header */
#define RADIUS_AUTHENTICATOR 16   /* octets */

enum radius_code {
    RADIUS_ACCESS_REQUEST = 1,
    RADIUS_ACCESS_ACCEPT = 2,
    RADIUS_ACCESS_REJECT = 3,
    RADIUS_ACCOUNTING_REQUEST = 4,
    RADIUS_ACCOUNTING_RESPONSE = 5,
    RADIUS_ACCESS_CHALLENGE = 11,
    RADIUS_STATUS_SERVER = 12,
};

/* An attribute's type: RFC 2865 section 5, RFC 2866, RFC 2869, RFC 3162. */
enum radius_type {
    RADIUS_USER_NAME = 1,
    RADIUS_USER_PASSWORD = 2, /* goes out hidden with the secret */
    RADIUS_NAS_IP_ADDRESS = 4,
    RADIUS_SERVICE_TYPE = 6,
    RADIUS_FRAMED_PROTOCOL = 7,
    RADIUS_FILTER_ID = 11,
    RADIUS_REPLY_MESSAGE = 18,
    RADIUS_STATE = 24,
    RADIUS_CLASS = 25,
    RADIUS_VENDOR_SPECIFIC = 26,
    RADIUS_SESSION_TIMEOUT = 27,
    RADIUS_IDLE_TIMEOUT = 28,
    RADIUS_CALLED_STATION_ID = 30,
    RADIUS_CALLING_STATION_ID = 31,
    RADIUS_NAS_IDENTIFIER = 32,
    RADIUS_PROXY_STATE = 33,
    RADIUS_ACCT_STATUS_TYPE = 40,
    RADIUS_ACCT_DELAY_TIME = 41,
    RADIUS_ACCT_INPUT_OCTETS = 42,
    RADIUS_ACCT_OUTPUT_OCTETS = 43,
    RADIUS_ACCT_SESSION_ID = 44,
    RADIUS_ACCT_SESSION_TIME = 46,
    RADIUS_ACCT_TERMINATE_CAUSE = 49,
    RADIUS_ACCT_INPUT_GIGAWORDS = 52,
    RADIUS_ACCT_OUTPUT_GIGAWORDS = 53,
    RADIUS_EVENT_TIMESTAMP = 55,
    RADIUS_NAS_PORT_TYPE = 61,
    RADIUS_PORT_LIMIT = 62,
    RADIUS_EAP_MESSAGE = 79,
    RADIUS_MESSAGE_AUTHENTICATOR = 80,
    RADIUS_NAS_IPV6_ADDRESS = 95,
};
#define RADIUS_LOGIN          1  /* a Service-Type */
#define RADIUS_AUTHORIZE_ONLY 17 /* a Service-Type, RFC 5176 section 3.2 */
#define RADIUS_VIRTUAL        5  /* a NAS-Port-Type */

#define RADIUS_VENDOR              3076 /* the VPN appliances' vendor number, and its attributes: */
#define RADIUS_ACCESS_HOURS        1
#define RADIUS_SIMULTANEOUS_LOGINS 2
#define RADIUS_GROUP_POLICY        25
#define RADIUS_SESSION_TYPE        151
#define RADIUS_EMAIL_PROXY         4 /* a session type */

/* One attribute of a request or of an answer. */
struct radius_attribute {
    unsigned type, vendor; /* enum radius_type, or with a vendor that vendor's own number */
    struct span text;      /* at most LIMIT_RADIUS_TEXT octets; p NULL: number is the value */
    uint32_t number;
};

/* --- requests
 * ----------------------------------------------------------------------------------- */

enum radius_kind {
    RADIUS_AUTHENTICATION,
    RADIUS_ACCOUNTING,
    RADIUS_STATUS,            /* Status-Server (RFC 5997), to the port for authentication */
    RADIUS_STATUS_ACCOUNTING, /* the same, to the port for accounting */
};

/* A request's attributes, in their order. All zero is an Access-Request without any. */
#define RADIUS_ATTRIBUTES 64
struct radius_request {
    enum radius_kind kind;
    size_t count;
    bool overflow; /* too many attributes, or a text too long: packet_build fails */
    struct radius_attribute attributes[RADIUS_ATTRIBUTES];
};
/* An empty text adds nothing: an attribute has at least one octet. */
void radius_text(struct radius_request *r, unsigned type, struct span text);
void radius_number(struct radius_request *r, unsigned type, uint32_t number);
void radius_vendor_number(struct radius_request *r, unsigned type, uint32_t number);

struct radius_packet {
    size_t size; /* octets */
    unsigned char p[RADIUS_PACKET];
};

/* What tells one request from another. Accounting doesn't use random (RFC 2866 section 3). */
struct radius_salt {
    unsigned char id, random[RADIUS_AUTHENTICATOR];
};

/* false: overflow, a password of more than LIMIT_RADIUS_PASSWORD octets, or more than RADIUS_PACKET
 * octets in all. The password is in the packet, hidden (RFC 2865 section 5.2). */
bool packet_build(struct radius_packet *out, const struct radius_request *r,
                  const struct radius_salt *salt, const char *secret);

/* --- answers
 * ------------------------------------------------------------------------------------ */

/* From good to bad. */
enum packet_verdict {
    PACKET_GOOD,
    PACKET_FOREIGN,  /* a packet, but no answer to this request */
    PACKET_BROKEN,   /* not a packet: a length or an attribute's length is wrong */
    PACKET_FORGED,   /* made by someone who doesn't know the secret */
    PACKET_UNSIGNED, /* without the Message-Authenticator that is required */
};

/* Judges what came for an answer to request. Octets behind the packet's own length count for
 * nothing (RFC 2865 section 3). required: an answer to an Access-Request must carry Message-
 * Authenticator; where an answer carries it, it must be right in any case. */
enum packet_verdict packet_judge(const struct radius_packet *request, struct span reply,
                                 const char *secret, bool required);

/* The code and the attributes of a packet that was judged good. */
enum radius_code packet_code(struct span reply);
struct span packet_attributes(struct span reply);

/* Takes the next attribute off *attributes; its value is always a text. A Vendor-Specific attribute
 * (RFC 2865 section 5.26) has the vendor's number in vendor (0: it is too short for one), and the
 * vendor's octets as its text: see packet_vendor_next. false: that was the last one. */
bool packet_next(struct span *attributes, struct radius_attribute *out);

/* Takes the next sub-attribute off *octets, a Vendor-Specific attribute's text that is built as
 * RFC 2865 section 5.26 suggests; there may be several. false: that was the last one; octets are
 * left if the attribute isn't built so. */
bool packet_vendor_next(struct span *octets, struct radius_attribute *out);

/* --- streams
 * ------------------------------------------------------------------------------------ */

enum packet_stream {
    STREAM_MORE,   /* the packet isn't whole yet; *stream is as it was */
    STREAM_PACKET, /* *packet is whole, and *stream begins behind it */
    STREAM_BROKEN, /* no packet has such a length: the connection must be closed */
};

/* Cuts the first packet off the octets of a stream, by octets 3 and 4, its length: RADIUS_HEADER to
 * RADIUS_PACKET (RFC 6613 section 2.6.4). RADIUS_PACKET octets always suffice for the answer. */
enum packet_stream packet_cut(struct span *stream, struct span *packet);

#endif
