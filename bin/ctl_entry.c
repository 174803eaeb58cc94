/* SPDX-License-Identifier: ISC */
/* ctl_entry - formats an entry of the state file. PURE, but that it appends to its table or
 * stream. */
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

static uint64_t idle_of(const struct entry *e, uint64_t now)
{
    return now > e->active ? (now - e->active) / 1000 : 0;
}

/* A connection that is not authenticated has no login time. As its mail user the row shows the
 * login name as presented. */
void entry_row(struct table *t, const struct entry *e, uint64_t now)
{
    bool in = e->state == ENTRY_AUTHENTICATED;
    char index[AMOUNT_MAX], octets_in[AMOUNT_MAX], octets_out[AMOUNT_MAX], idle[AMOUNT_MAX];
    char login[32] = "";
    time_t started = (time_t)e->started;
    struct tm tm;

    snprintf(index, sizeof index, "%" PRIu64, e->id);
    if (in && localtime_r(&started, &tm))
        strftime(login, sizeof login, "%Y-%m-%d %H:%M", &tm);
    const char *const cells[ENTRY_COLUMNS] = {
        index,
        entry_state_name((enum entry_state)e->state),
        e->vpn_user,
        in ? e->mail_user : e->login,
        e->address,
        protocol_name((enum protocol)e->protocol),
        e->server,
        e->tls,
        e->group_policy,
        table_bytes(octets_in, e->bytes_in),
        table_bytes(octets_out, e->bytes_out),
        login,
        table_duration(idle, idle_of(e, now)),
    };
    for (size_t i = 0; i < ENTRY_COLUMNS; i++)
        table_cell(t, cells[i]);
}

void entry_json(FILE *f, const struct entry *e, uint64_t now)
{
    char login[32] = "";
    time_t started = (time_t)e->started;
    struct tm tm;

    fprintf(f, "{\"index\": %" PRIu64 ", ", e->id);
    json_member(f, "state", entry_state_name((enum entry_state)e->state));
    json_member(f, "protocol", protocol_name((enum protocol)e->protocol));
    json_member(f, "login", e->login);
    json_member(f, "vpn_user", e->vpn_user);
    json_member(f, "mail_user", e->mail_user);
    json_member(f, "client_address", e->address);
    fprintf(f, "\"client_port\": %u, ", e->port);
    json_member(f, "server", e->server);
    json_member(f, "tls", e->tls);
    json_member(f, "group_policy", e->group_policy);
    fprintf(f, "\"piggyback\": %s, ", e->piggyback ? "true" : "false");
    fprintf(f, "\"bytes_in\": %" PRIu64 ", \"bytes_out\": %" PRIu64 ", ", e->bytes_in,
            e->bytes_out);
    if (e->state == ENTRY_AUTHENTICATED && gmtime_r(&started, &tm)) {
        strftime(login, sizeof login, "%Y-%m-%dT%H:%M:%SZ", &tm);
        json_member(f, "login_time", login);
    } else {
        fputs("\"login_time\": null, ", f);
    }
    fprintf(f, "\"idle\": %" PRIu64 ", \"pid\": %d}", idle_of(e, now), e->process.pid);
}
