/* SPDX-License-Identifier: ISC */
/* radius - a server group's server of type radius: Access-Request by PAP; see aaa.h. */
#include <radcli/radcli.h>

#include "radius_talk.h"

#define AUTHORIZE_ONLY 17 /* Service-Type, RFC 5176 section 3.2 */

static enum aaa_outcome too_long(struct aaa_answer *a, const char *what, size_t limit)
{
    err_set(&a->why, "a %s of more than %zu octets, which RADIUS doesn't carry", what, limit);
    return AAA_NO;
}

/* Authorization is asked as the appliances ask it: with the name in the password's place. */
enum aaa_outcome aaa_radius(const struct aaa_question *q, const struct aaa_server *s,
                            uint64_t deadline, struct aaa_answer *a)
{
    struct radius_request r = {.kind = RADIUS_AUTHENTICATION};
    struct span password = q->authorize ? q->user : q->password;
    size_t limit = s->tls ? LIMIT_RADCLI_PASSWORD : LIMIT_RADIUS_PASSWORD;

    if (q->user.n > LIMIT_RADIUS_TEXT)
        return too_long(a, "name", LIMIT_RADIUS_TEXT);
    if (password.n > limit)
        return too_long(a, q->authorize ? "name" : "password", limit);
    radius_text(&r, PW_USER_NAME, q->user);
    radius_text(&r, PW_USER_PASSWORD, password);
    radius_number(&r, PW_SERVICE_TYPE, q->authorize ? AUTHORIZE_ONLY : PW_LOGIN);
    radius_number(&r, PW_NAS_PORT_TYPE, PW_VIRTUAL);
    radius_text(&r, PW_NAS_IDENTIFIER, SPAN("mailwicket"));
    radius_text(&r, PW_CALLING_STATION_ID, span_str(q->client));
    radius_vendor_number(&r, RADIUS_SESSION_TYPE, RADIUS_EMAIL_PROXY);
    return radius_ask(s, &r, deadline, a);
}
