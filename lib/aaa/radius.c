/* SPDX-License-Identifier: ISC */
/* radius - a server group's server of type radius: Access-Request by PAP; see aaa.h. */
#include "radius_ask.h"

static enum aaa_outcome too_long(struct aaa_answer *a, const char *what, size_t limit)
{
    err_set(&a->why, "the %s is too long for RADIUS: at most %zu octets", what, limit);
    return AAA_NO;
}

/* Authorization is asked for as the appliances do it: the name takes the password's place. */
enum aaa_outcome aaa_radius(const struct aaa_question *q, const struct aaa_server *s,
                            uint64_t deadline, struct aaa_answer *a)
{
    struct radius_request r = {.kind = RADIUS_AUTHENTICATION};
    struct span password = q->authorize ? q->user : q->password;

    if (q->user.n > LIMIT_RADIUS_TEXT)
        return too_long(a, "name", LIMIT_RADIUS_TEXT);
    if (password.n > LIMIT_RADIUS_PASSWORD)
        return too_long(a, q->authorize ? "name" : "password", LIMIT_RADIUS_PASSWORD);
    radius_text(&r, RADIUS_USER_NAME, q->user);
    radius_text(&r, RADIUS_USER_PASSWORD, password);
    radius_number(&r, RADIUS_SERVICE_TYPE, q->authorize ? RADIUS_AUTHORIZE_ONLY : RADIUS_LOGIN);
    radius_number(&r, RADIUS_NAS_PORT_TYPE, RADIUS_VIRTUAL);
    radius_text(&r, RADIUS_NAS_IDENTIFIER, SPAN("mailwicket"));
    radius_text(&r, RADIUS_CALLING_STATION_ID, span_str(q->client));
    radius_vendor_number(&r, RADIUS_SESSION_TYPE, RADIUS_EMAIL_PROXY);
    return radius_ask(s, &r, deadline, NULL, a);
}
