/* SPDX-License-Identifier: ISC */
/* ctl_show - mailwicketctl show: a row a connection (R9.1). All is gathered first and printed then:
 * whoever reads slowly holds nobody up. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ctl_list.h"
#include "ctl_live.h"
#include "ctl_pick.h"
#include "ctl_entry.h"
#include "ctl_watch.h"

struct show {
    struct ctl *ctl;
    struct pick pick;
    struct list list;
    unsigned watch; /* s; 0: once */
    bool json;
};

static const struct filter {
    int option;
    bool (*take)(struct pick *p, const char *argument);
    const char *name, *expects;
} filters[] = {
    {'u', pick_user, "user", "a user has a name"},
    {'p', pick_protocol, "protocol", "a protocol is pop3s, imap4s or smtps"},
    {'s', pick_state, "state", "a state is unauthenticated, authenticating or authenticated"},
    {'a', pick_address, "address",
     "an address is IPv4 or IPv6, with or without the length of a prefix: 192.0.2.0/24"},
};

static bool gather(void *context, const struct entry *s)
{
    struct show *show = context;

    if (pick_is(&show->pick, s))
        list_add(&show->list, s);
    return true;
}

static void print_table(const struct list *l, FILE *f)
{
    struct table t = {entry_columns, ENTRY_COLUMNS, NULL, 0};
    struct entry s;

    for (size_t i = 0; i < l->count; i++) {
        list_get(l, i, &s);
        entry_row(&t, &s, l->now);
    }
    table_print(&t, table_width(), f);
    table_free(&t);
}

static void print_json(const struct list *l, FILE *f)
{
    struct entry s;

    putc('[', f);
    for (size_t i = 0; i < l->count; i++) {
        fputs(i ? ",\n " : "", f);
        list_get(l, i, &s);
        entry_json(f, &s, l->now);
    }
    fputs("]\n", f);
}

/* Says so where not all octets are as of now. */
static void note(const struct live *l, struct watch_look *look)
{
    if (l->late + l->forbidden > 0)
        snprintf(look->note, sizeof look->note, "octets of %zu as of their last report: %s",
                 l->late + l->forbidden,
                 l->forbidden ? "only root may ask them" : "they didn't answer in time");
}

/* The connections as they are now. */
static int show_now(void *context, FILE *f, struct watch_look *look)
{
    struct show *show = context;
    struct state *s = ctl_state(show->ctl);
    struct live live;

    if (!s)
        return CTL_NO;
    int rc = live_refresh(s, &show->pick, &live);
    show->list.now = clock_ms();
    if (rc == 0)
        rc = state_each(s, gather, show);
    int code = rc == 0 ? CTL_GOOD : ctl_state_failed();
    state_close(s);
    note(&live, look);
    list_sort(&show->list);
    look->count = show->list.count;
    if (code == CTL_GOOD)
        (show->json ? print_json : print_table)(&show->list, f);
    list_free(&show->list);
    return code;
}

static bool wrong(const char *option, const char *expects)
{
    fprintf(stderr, PROGRAM_CONTROL ": show --%s: %s\n", option, expects);
    return false;
}

static bool take_filter(struct show *show, int option, const char *argument)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (filters[i].option == option)
            return filters[i].take(&show->pick, argument) ||
                   wrong(filters[i].name, filters[i].expects);
    return false; /* getopt_long has complained */
}

static bool take_key(struct show *show, const char *argument)
{
    show->list.key = list_key_find(argument, &show->list.descending);
    if (show->list.key)
        return true;
    fprintf(stderr, PROGRAM_CONTROL ": show --sort: one of: %s; with - in front, the other way\n",
            list_key_names());
    return false;
}

/* false: not right, and said. */
static bool options(struct show *show, int argc, char **argv)
{
    static const struct option table[] = {
        {"user", required_argument, NULL, 'u'},  {"protocol", required_argument, NULL, 'p'},
        {"state", required_argument, NULL, 's'}, {"address", required_argument, NULL, 'a'},
        {"sort", required_argument, NULL, 'o'},  {"json", no_argument, NULL, 'j'},
        {"watch", optional_argument, NULL, 'w'}, {NULL, 0, NULL, 0},
    };
    bool good = true;
    int o;

    while (good && (o = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (o == 'j')
            show->json = true;
        else if (o == 'w')
            good = watch_seconds(argc, argv, &show->watch) || wrong("watch", WATCH_EXPECTS);
        else if (o == 'o')
            good = take_key(show, optarg);
        else
            good = take_filter(show, o, optarg);
    }
    if (good && show->json && show->watch)
        good = wrong("watch", "it is for a terminal, and --json for programs");
    return good && optind == argc;
}

int ctl_show(struct ctl *c, int argc, char **argv)
{
    struct show show = {.ctl = c};
    struct watch_look look = {0};

    show.list.key = list_key_find("index", &show.list.descending);
    if (!options(&show, argc, argv))
        return CTL_USAGE;
    if (show.watch)
        return watch(show_now, &show, show.watch);
    int code = show_now(&show, stdout, &look);
    if (*look.note)
        fprintf(stderr, PROGRAM_CONTROL ": %s\n", look.note);
    return code;
}
