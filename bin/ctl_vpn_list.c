/* SPDX-License-Identifier: ISC */
/* ctl_vpn_list - mailwicketctl session list: prints a row per VPN session (R4.7). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "ctl_vpn.h"

#define COLUMNS        6
#define ADDRESSES_TEXT (LIMIT_VPN_ADDRESSES * (INET6_ADDRSTRLEN + 1))

static const struct table_column columns[COLUMNS] = {
    {.title = "VPN user", .least = 8},
    {.title = "Addresses", .least = 15},
    {.title = "Group policy", .second = true, .least = 4},
    {.title = "Id", .second = true, .least = 8},
    {.title = "Since", .second = true},
    {.title = "Expires in", .second = true, .right = true},
};

/* Collects all rows before it prints them, so that a slow reader of the output does not block the
 * state file. */
struct vpn_rows {
    struct table table;
    FILE *json;
    uint64_t now;
    unsigned listed;
};

static uint64_t seconds_left(const struct vpn_session *v, uint64_t now)
{
    return v->expires > now ? (v->expires - now + 999) / 1000 : 0;
}

static bool collect_row(void *context, const struct vpn_session *v)
{
    struct vpn_rows *l = context;
    char addresses[ADDRESSES_TEXT] = "", room[INET6_ADDRSTRLEN], since[32] = "";
    char left[AMOUNT_MAX] = "";
    time_t started = (time_t)v->started;
    struct tm tm;

    for (size_t i = 0; i < v->address_count; i++) {
        strcat(addresses, i > 0 ? " " : "");
        strcat(addresses, vpn_address_text(&v->addresses[i], room));
    }
    if (localtime_r(&started, &tm))
        strftime(since, sizeof since, "%Y-%m-%d %H:%M", &tm);
    if (v->expires)
        table_duration(left, seconds_left(v, l->now));
    const char *const cells[COLUMNS] = {v->user, addresses, v->group_policy, v->id, since, left};
    for (size_t i = 0; i < COLUMNS; i++)
        table_cell(&l->table, cells[i]);
    return true;
}

/* Writes the leased addresses, or the others. */
static void json_addresses(FILE *f, const char *name, const struct vpn_session *v, bool leased)
{
    char room[INET6_ADDRSTRLEN];
    const char *comma = "";

    fprintf(f, "\"%s\": [", name);
    for (size_t i = 0; i < v->address_count; i++) {
        if (((v->leased >> i & 1) != 0) != leased)
            continue;
        fprintf(f, "%s\"%s\"", comma, vpn_address_text(&v->addresses[i], room));
        comma = ", ";
    }
    fputs("], ", f);
}

static bool collect_json(void *context, const struct vpn_session *v)
{
    struct vpn_rows *l = context;
    char since[32] = "";
    time_t started = (time_t)v->started;
    struct tm tm;

    fputs(l->listed++ ? ",\n {" : "[{", l->json);
    json_member(l->json, "user", v->user);
    json_member(l->json, "id", v->id);
    json_addresses(l->json, "addresses", v, false);
    json_addresses(l->json, "leased", v, true);
    json_member(l->json, "group_policy", v->group_policy);
    if (gmtime_r(&started, &tm))
        strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &tm);
    json_member(l->json, "start", since);
    if (v->expires)
        fprintf(l->json, "\"expires_in\": %" PRIu64 "}", seconds_left(v, l->now));
    else
        fputs("\"expires_in\": null}", l->json);
    return true;
}

static int list_table(struct state *s)
{
    struct vpn_rows l = {.table = {columns, COLUMNS, NULL, 0}, .now = clock_ms()};
    int code = CTL_GOOD;

    if (state_vpn_each(s, collect_row, &l) == 0)
        table_print(&l.table, table_width(), stdout);
    else
        code = ctl_state_failed();
    table_free(&l.table);
    return code;
}

static int list_json(struct state *s)
{
    char *text = NULL;
    size_t size;
    struct vpn_rows l = {.json = open_memstream(&text, &size), .now = clock_ms()};
    int code = CTL_GOOD;

    if (!l.json)
        return ctl_state_failed();
    if (state_vpn_each(s, collect_json, &l) != 0)
        code = ctl_state_failed();
    if (fclose(l.json) != 0)
        code = ctl_state_failed();
    if (code == CTL_GOOD)
        printf("%s]\n", l.listed ? text : "[");
    free(text);
    return code;
}

int vpn_list(struct state *s, bool json)
{
    if (state_vpn_sweep(s) < 0)
        return ctl_state_failed();
    return json ? list_json(s) : list_table(s);
}
