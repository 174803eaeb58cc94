/* SPDX-License-Identifier: ISC */
/* ctl_entry - the words and numbers of a session. PURE but for the table it fills. */
#include "ctl_entry.h"

#include <inttypes.h>
#include <time.h>

const struct table_column entry_columns[ENTRY_COLUMNS] = {
    {.title = "Index", .right = true},
    {.title = "State"},
    {.title = "VPN user", .least = 6},
    {.title = "Mail user", .least = 6},
    {.title = "Client", .least = 9},
    {.title = "Protocol"},
    {.title = "Server", .second = true, .least = 8},
    {.title = "TLS", .second = true, .least = 6},
    {.title = "Group policy", .second = true, .least = 4},
    {.title = "In", .second = true, .right = true},
    {.title = "Out", .second = true, .right = true},
    {.title = "Login", .second = true},
    {.title = "Idle", .second = true, .right = true},
};

static uint64_t idle_of(const struct entry *s, uint64_t now)
{
    return now > s->active ? (now - s->active) / 1000 : 0;
}

/* Who isn't authenticated has no login time, and as mail user the login as it was presented. */
void entry_row(struct table *t, const struct entry *s, uint64_t now)
{
    bool in = s->state == ENTRY_AUTHENTICATED;
    char index[AMOUNT_MAX], octets_in[AMOUNT_MAX], octets_out[AMOUNT_MAX], idle[AMOUNT_MAX];
    char login[32] = "";
    time_t started = (time_t)s->started;
    struct tm tm;

    snprintf(index, sizeof index, "%" PRIu64, s->id);
    if (in && localtime_r(&started, &tm))
        strftime(login, sizeof login, "%Y-%m-%d %H:%M", &tm);
    const char *const cells[ENTRY_COLUMNS] = {
        index,
        entry_state_name((enum entry_state)s->state),
        s->vpn_user,
        in ? s->mail_user : s->login,
        s->address,
        protocol_name((enum protocol)s->protocol),
        s->server,
        s->tls,
        s->group_policy,
        table_bytes(octets_in, s->bytes_in),
        table_bytes(octets_out, s->bytes_out),
        login,
        table_duration(idle, idle_of(s, now)),
    };
    for (size_t i = 0; i < ENTRY_COLUMNS; i++)
        table_cell(t, cells[i]);
}

static void member(FILE *f, const char *name, const char *text)
{
    fprintf(f, "\"%s\": ", name);
    json_text(f, text);
    fputs(", ", f);
}

void entry_json(FILE *f, const struct entry *s, uint64_t now)
{
    char login[32] = "";
    time_t started = (time_t)s->started;
    struct tm tm;

    fprintf(f, "{\"index\": %" PRIu64 ", ", s->id);
    member(f, "state", entry_state_name((enum entry_state)s->state));
    member(f, "protocol", protocol_name((enum protocol)s->protocol));
    member(f, "login", s->login);
    member(f, "vpn_user", s->vpn_user);
    member(f, "mail_user", s->mail_user);
    member(f, "client_address", s->address);
    fprintf(f, "\"client_port\": %u, ", s->port);
    member(f, "server", s->server);
    member(f, "tls", s->tls);
    member(f, "group_policy", s->group_policy);
    fprintf(f, "\"piggyback\": %s, ", s->piggyback ? "true" : "false");
    fprintf(f, "\"bytes_in\": %" PRIu64 ", \"bytes_out\": %" PRIu64 ", ", s->bytes_in,
            s->bytes_out);
    if (s->state == ENTRY_AUTHENTICATED && gmtime_r(&started, &tm)) {
        strftime(login, sizeof login, "%Y-%m-%dT%H:%M:%SZ", &tm);
        member(f, "login_time", login);
    } else {
        fputs("\"login_time\": null, ", f);
    }
    fprintf(f, "\"idle\": %" PRIu64 ", \"pid\": %d}", idle_of(s, now), s->process.pid);
}
