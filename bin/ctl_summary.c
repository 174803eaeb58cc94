/* SPDX-License-Identifier: ISC */
/* ctl_summary - mailwicketctl summary: counts connections by protocol and state (R9.1). */
#include <inttypes.h>
#include <string.h>

#include "ctl_entry.h"

static const struct table_column columns[] = {
    {.title = "Protocol"},
    {.title = "State"},
    {.title = "Active", .right = true},
    {.title = "Peak", .right = true},
    {.title = "Cumulative", .right = true},
};

static void number(struct table *t, uint64_t n)
{
    char room[AMOUNT_MAX];

    snprintf(room, sizeof room, "%" PRIu64, n);
    table_cell(t, room);
}

static void print_json(const struct state_counts *n)
{
    printf("[");
    for (int p = 0; p < PROTOCOLS; p++)
        for (int i = 0; i < ENTRY_STATES; i++)
            printf("%s{\"protocol\": \"%s\", \"state\": \"%s\", \"active\": %" PRIu64
                   ", \"peak\": %" PRIu64 ", \"cumulative\": %" PRIu64 "}",
                   p + i ? ",\n " : "", protocol_name((enum protocol)p),
                   entry_state_name((enum entry_state)i), n->active[p][i], n->peak[p][i],
                   n->cumulative[p][i]);
    puts("]");
}

static void print_table(const struct state_counts *n)
{
    struct table t = {columns, sizeof columns / sizeof *columns, NULL, 0};

    for (int p = 0; p < PROTOCOLS; p++) {
        for (int i = 0; i < ENTRY_STATES; i++) {
            table_cell(&t, protocol_name((enum protocol)p));
            table_cell(&t, entry_state_name((enum entry_state)i));
            number(&t, n->active[p][i]);
            number(&t, n->peak[p][i]);
            number(&t, n->cumulative[p][i]);
        }
    }
    table_print(&t, table_width(), stdout);
    table_free(&t);
}

int ctl_summary(struct ctl *c, int argc, char **argv)
{
    struct state_counts n;
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;

    if (argc != 1 && !json)
        return CTL_USAGE;
    struct state *s = ctl_state(c);
    if (!s)
        return CTL_NO;
    int code = CTL_GOOD;
    if (state_sweep(s) < 0 || state_counts(s, &n) != 0)
        code = ctl_state_failed();
    else
        (json ? print_json : print_table)(&n);
    state_close(s);
    return code;
}
