/* SPDX-License-Identifier: ISC */
/* event - log lines about a connection; see event.h. */
#include "event.h"

#include "asa_message.h"
#include "clock.h"

static void text(struct log_line *l, const char *key, const char *value)
{
    if (*value)
        log_str(l, key, value);
}

void event_start(struct log_line *l, int level, const char *event, const struct entry *s)
{
    log_start(l, level, event);
    if (s->id)
        log_num(l, "id", s->id);
    log_str(l, "protocol", protocol_name((enum protocol)s->protocol));
    text(l, "client", s->address);
    text(l, "login", s->login);
    text(l, "user", s->vpn_user);
    text(l, "mail-user", s->mail_user);
    text(l, "server", s->server);
    text(l, "group-policy", s->group_policy);
}

void event_say(int level, const char *event, const struct entry *s, const char *reason)
{
    struct log_line l;

    event_start(&l, level, event, s);
    log_str(&l, "reason", reason);
    log_send(&l);
}

void event_ended(const struct entry *s, const char *cause)
{
    struct log_line l;
    bool session = s->state == ENTRY_AUTHENTICATED;
    int64_t now = clock_wall();

    event_start(&l, session || s->login[0] ? LOG_INFO : LOG_DEBUG, "ended", s);
    log_str(&l, "cause", session ? cause : "not-logged-in");
    log_asa(&l, asa_message("ended", session ? cause : NULL));
    if (session) {
        log_num(&l, "bytes-in", s->bytes_in);
        log_num(&l, "bytes-out", s->bytes_out);
    }
    log_num(&l, "duration", now > s->started ? (uint64_t)(now - s->started) : 0);
    log_send(&l);
}
