/* SPDX-License-Identifier: ISC */
/*
 * sasl - the server's side of PLAIN (RFC 4616), LOGIN and EXTERNAL (RFC 4422 appendix A). PURE.
 *
 * A step is a mechanism and the response that it waits for. sasl_take takes each of the client's
 * responses and tells whether it needs another. It decodes into name and password. The caller owns
 * these and the text, and wipes them.
 */
#ifndef MW_SASL_H
#define MW_SASL_H

#include "buf.h"

enum sasl_step {
    SASL_PLAIN,
    SASL_LOGIN_NAME,
    SASL_LOGIN_PASSWORD,
    SASL_LOGIN_SPOILT, /* as SASL_LOGIN_PASSWORD, but the name was malformed: so is the exchange */
    SASL_EXTERNAL
};

enum sasl_outcome {
    SASL_MORE,      /* LOGIN: *step is now SASL_LOGIN_PASSWORD, and the name is known; or it is
                       SASL_LOGIN_SPOILT. The password is asked for then, too: a client that sends it
                       in any case must not have it read as a command. */
    SASL_DONE,      /* name and password are complete; EXTERNAL: name is the authorization identity
                       that the client asks for, mostly empty */
    SASL_MALFORMED, /* not base64, or not a message of this mechanism */
    SASL_REFUSED,   /* PLAIN: an authorization identity other than the user */
};

/* Finds a mechanism's first step by its name, in upper or lower case. false: we don't have it.
 * EXTERNAL is found only if external is true. */
bool sasl_find(struct span mechanism, bool external, enum sasl_step *step);

/* The step's challenge to the client, in base64: static, "" for PLAIN and EXTERNAL. */
const char *sasl_prompt(enum sasl_step step);

/* Takes a response. text is base64 without a line end, and is overwritten with the decoded message.
 * A name or password that is too long is cut and fills its buf to the last octet. */
enum sasl_outcome sasl_take(enum sasl_step *step, struct buf *text, struct buf *name,
                            struct buf *password);

/* Appends as much of s as fits. */
void sasl_fill(struct buf *b, struct span s);

#endif
