/* SPDX-License-Identifier: ISC */
/* sasl - PURE; see sasl.h. Handles passwords; keeps none. */
#include "sasl.h"

#include "base64.h"

bool sasl_find(struct span mechanism, bool external, enum sasl_step *step)
{
    static const struct {
        const char *name;
        enum sasl_step step;
    } mechanisms[] = {
        {"PLAIN", SASL_PLAIN}, {"LOGIN", SASL_LOGIN_NAME}, {"EXTERNAL", SASL_EXTERNAL}};

    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (span_ieq(mechanism, span_str(mechanisms[i].name))) {
            *step = mechanisms[i].step;
            return *step != SASL_EXTERNAL || external;
        }
    return false;
}

const char *sasl_prompt(enum sasl_step step)
{
    static const char *const prompts[] = {
        [SASL_PLAIN] = "",
        [SASL_LOGIN_NAME] = "VXNlcm5hbWU6",     /* Username: */
        [SASL_LOGIN_PASSWORD] = "UGFzc3dvcmQ6", /* Password: */
        [SASL_LOGIN_SPOILT] = "UGFzc3dvcmQ6",
        [SASL_EXTERNAL] = "",
    };
    return prompts[step];
}

void sasl_fill(struct buf *b, struct span s)
{
    buf_put(b, span_head(s, buf_room(b)));
}

/* authorization identity NUL name NUL password */
static enum sasl_outcome take_plain(struct span message, struct buf *name, struct buf *password)
{
    size_t first = span_find(message, '\0');
    struct span rest = span_tail(message, first == SPAN_NOT_FOUND ? message.n : first + 1);
    size_t second = span_find(rest, '\0');

    if (first == SPAN_NOT_FOUND || second == SPAN_NOT_FOUND)
        return SASL_MALFORMED;
    struct span as = span_head(message, first), who = span_head(rest, second);
    struct span secret = span_tail(rest, second + 1);
    if (span_find(secret, '\0') != SPAN_NOT_FOUND)
        return SASL_MALFORMED;
    if (as.n && !span_eq(as, who))
        return SASL_REFUSED;
    sasl_fill(name, who);
    sasl_fill(password, secret);
    return SASL_DONE;
}

enum sasl_outcome sasl_take(enum sasl_step *step, struct buf *text, struct buf *name,
                            struct buf *password)
{
    struct buf message =
        buf_on(text->p, text->len); /* in place: reads each group before writing it */

    if (!base64_decode(buf_span(text), &message)) {
        if (*step != SASL_LOGIN_NAME)
            return SASL_MALFORMED;
        *step = SASL_LOGIN_SPOILT;
        return SASL_MORE;
    }
    switch (*step) {
    case SASL_PLAIN:
        return take_plain(buf_span(&message), name, password);
    case SASL_LOGIN_NAME:
        sasl_fill(name, buf_span(&message));
        *step = SASL_LOGIN_PASSWORD;
        return SASL_MORE;
    case SASL_LOGIN_PASSWORD:
        sasl_fill(password, buf_span(&message));
        return SASL_DONE;
    case SASL_LOGIN_SPOILT:
        return SASL_MALFORMED;
    case SASL_EXTERNAL:
        sasl_fill(name, buf_span(&message));
        return SASL_DONE;
    }
    return SASL_MALFORMED;
}
