/* SPDX-License-Identifier: ISC */
/* ctl_servers - prints a row per mail server that is remembered (R1.6a). */
#include "ctl_servers.h"

#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "ctl_entry.h"
#include "ctl_table.h"

#define COLUMNS 5

static const struct table_column columns[COLUMNS] = {
    {.title = "Protocol"},
    {.title = "Server", .least = 15},
    {.title = "Port", .right = true},
    {.title = "Seen", .right = true},
    {.title = "Offers", .second = true, .least = 20},
};

/* Collects all rows before it prints them, so that a slow reader of the output does not block the
 * state file. */
struct servers {
    struct table table;
    FILE *json; /* NULL: a table */
    int64_t now;
    unsigned listed;
};

static void add_row(struct servers *l, const struct state_offer *o)
{
    char port[16], ago[AMOUNT_MAX];

    snprintf(port, sizeof port, "%u", (unsigned)o->port);
    table_duration(ago, o->seen < l->now ? (uint64_t)(l->now - o->seen) : 0);
    const char *const cells[COLUMNS] = {protocol_name(o->protocol), o->host, port, ago, o->words};
    for (size_t i = 0; i < COLUMNS; i++)
        table_cell(&l->table, cells[i]);
}

static void add_json(struct servers *l, const struct state_offer *o)
{
    struct span words = span_str(o->words);
    const char *comma = "";
    char word[LIMIT_OFFER + 1], seen[32] = "";
    time_t when = (time_t)o->seen;
    struct tm tm;

    fputs(l->listed ? ",\n {" : "[{", l->json);
    json_member(l->json, "protocol", protocol_name(o->protocol));
    json_member(l->json, "server", o->host);
    fprintf(l->json, "\"port\": %u, ", (unsigned)o->port);
    if (gmtime_r(&when, &tm))
        strftime(seen, sizeof seen, "%Y-%m-%dT%H:%M:%SZ", &tm);
    json_member(l->json, "seen", seen);
    fputs("\"offers\": [", l->json);
    for (; words.n > 0; comma = ", ") {
        span_copy(word, sizeof word, span_cut(&words, ' '));
        fputs(comma, l->json);
        json_text(l->json, word);
    }
    fputs("]}", l->json);
}

static void collect(void *context, const struct state_offer *o)
{
    struct servers *l = context;

    (l->json ? add_json : add_row)(l, o);
    l->listed++;
}

int servers_show(struct ctl *c, bool json)
{
    struct state *s = ctl_look(c);
    char *text = NULL;
    size_t size;
    struct servers l = {.table = {columns, COLUMNS, NULL, 0}, .now = clock_wall()};
    int code = CTL_GOOD;

    if (!s)
        return CTL_NO;
    if (json)
        l.json = open_memstream(&text, &size);
    if ((json && !l.json) || state_offers(s, collect, &l) || (l.json && fclose(l.json)))
        code = ctl_state_failed();
    state_close(s);
    if (code == CTL_GOOD && json)
        printf("%s]\n", l.listed ? text : "[");
    else if (code == CTL_GOOD)
        table_print(&l.table, table_width(), stdout);
    table_free(&l.table);
    free(text);
    return code;
}
