/* SPDX-License-Identifier: ISC */
/* ctl_summary - mailwicketctl summary: counts connections by protocol and state (R9.1), and says how
 * long certificates are still good (R15.1). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "ctl_entry.h"
#include "in_force.h"
#include "validity.h"

static const struct table_column columns[] = {
    {.title = "Protocol"},
    {.title = "State"},
    {.title = "Active", .right = true},
    {.title = "Peak", .right = true},
    {.title = "Cumulative", .right = true},
};

static const struct table_column validity_columns[] = {
    {.title = "Expires"},
    {.title = "Days left", .right = true},
    {.title = "Kind"},
    {.title = "File", .least = 20},
    {.title = "Name", .second = true, .least = 15},
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

static void validity_row(struct table *t, const struct validity *v, int64_t now)
{
    char date[16] = "", days[AMOUNT_MAX] = "";
    time_t until = (time_t)v->until;
    struct tm tm;

    if (!v->unread && v->until != EXPIRY_NEVER) {
        if (gmtime_r(&until, &tm))
            strftime(date, sizeof date, "%Y-%m-%d", &tm);
        snprintf(days, sizeof days, "%" PRId64, expiry_days(v->until, now));
    }
    table_cell(t, date);
    table_cell(t, days);
    table_cell(t, validity_kind_name(v->kind));
    table_cell(t, v->file);
    table_cell(t, v->text);
}

static void print_validity(const struct policy *p)
{
    struct table t = {validity_columns, sizeof validity_columns / sizeof *validity_columns, NULL,
                      0};
    size_t n;
    struct validity *list = validity_read(p, VALIDITY_OF_FILTER | VALIDITY_OF_HELPER, &n);

    for (size_t i = 0; i < n; i++)
        validity_row(&t, &list[i], clock_wall());
    free(list);
    if (n > 0) {
        putchar('\n');
        table_print(&t, table_width(), stdout);
    }
    table_free(&t);
}

static void print_rest(const struct policy *p)
{
    if (!p)
        return;
    print_validity(p);
    if (in_force_compare(p->state_directory, p->hash, p->file) == IN_FORCE_OLDER)
        printf("\n%s was changed since the helper loaded it: systemctl reload mailwicket\n",
               p->file);
}

int ctl_summary(struct ctl *c, int argc, char **argv)
{
    struct state_counts n;
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;

    if (argc != 1 && !json)
        return CTL_USAGE;
    struct state *s = ctl_look(c);
    if (!s)
        return CTL_NO;
    int code = CTL_GOOD;
    if (state_sweep(s) < 0 || state_counts(s, &n) != 0)
        code = ctl_state_failed();
    else
        (json ? print_json : print_table)(&n);
    state_close(s);
    if (code == CTL_GOOD && !json)
        print_rest(ctl_policy(c));
    return code;
}
