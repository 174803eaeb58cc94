/* SPDX-License-Identifier: ISC */
/*
 * sasl - the server's side of PLAIN (RFC 4616), LOGIN and EXTERNAL (RFC 4422 appendix A). PURE.
 *
 * The mechanism is a step; each of the client's responses is given to sasl_take, which says whether
 * another one is needed. What was decoded stands in name and password, which belong to the caller,
 * as does wiping them and the text.
 */
#ifndef MW_SASL_H
#define MW_SASL_H

#include "buf.h"

enum sasl_step { SASL_PLAIN, SASL_LOGIN_NAME, SASL_LOGIN_PASSWORD, SASL_EXTERNAL };

enum sasl_outcome {
    SASL_MORE,      /* LOGIN: the name is known, *step is now SASL_LOGIN_PASSWORD */
    SASL_DONE,      /* name and password are complete; EXTERNAL: name is the authorization identity
                       that the client asks for, mostly empty */
    SASL_MALFORMED, /* not base64, or not the mechanism's message */
    SASL_REFUSED,   /* PLAIN: wants to act as somebody else */
};

/* The mechanism's first step, by its name in either case. false: not one of ours; EXTERNAL is only
 * where external is true. */
bool sasl_find(struct span mechanism, bool external, enum sasl_step *step);

/* What the step says to the client, in base64: static, "" for PLAIN and EXTERNAL. */
const char *sasl_prompt(enum sasl_step step);

/* Takes a response. text: base64, without its line's end; it is decoded where it stands. name and
 * password take what fits: what is too long fills them to the last octet. */
enum sasl_outcome sasl_take(enum sasl_step *step, struct buf *text, struct buf *name,
                            struct buf *password);

/* Puts of s what fits. */
void sasl_fill(struct buf *b, struct span s);

#endif
