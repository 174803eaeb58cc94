/* SPDX-License-Identifier: ISC */
/* ctl_show - mailwicketctl show: prints a row per connection (R9.1). It collects all rows first and
 * prints them then, so that a slow reader of the output does not block the state file. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ctl_list.h"
#include "ctl_live.h"
#include "ctl_pick.h"
#include "ctl_servers.h"
#include "ctl_entry.h"
#include "ctl_watch.h"

struct show {
    struct ctl *ctl;
    struct pick pick;
    struct list list;
    unsigned watch; /* s; 0: once */
    bool json;
    bool servers;     /* mail servers, not connections */
    bool connections; /* an option was given that only connections have */
};

static const struct filter {
    int option;
    bool (*take)(struct pick *p, const char *argument);
    const char *name, *expected;
} filters[] = {
    {'u', pick_user, "user", "a user's name"},
    {'p', pick_protocol, "protocol", "pop3s, imap4s or smtps"},
    {'s', pick_state, "state", "unauthenticated, authenticating or authenticated"},
    {'a', pick_address, "address", "an IPv4 or IPv6 address, or a network as in 192.0.2.0/24"},
};

static bool collect_entry(void *context, const struct entry *e)
{
    struct show *show = context;

    if (pick_is(&show->pick, e))
        list_add(&show->list, e);
    return true;
}

static void print_table(const struct list *l, FILE *f)
{
    struct table t = {entry_columns, ENTRY_COLUMNS, NULL, 0};
    struct entry e;

    for (size_t i = 0; i < l->count; i++) {
        list_get(l, i, &e);
        entry_row(&t, &e, l->now);
    }
    table_print(&t, table_width(), f);
    table_free(&t);
}

static void print_json(const struct list *l, FILE *f)
{
    struct entry e;

    putc('[', f);
    for (size_t i = 0; i < l->count; i++) {
        fputs(i ? ",\n " : "", f);
        list_get(l, i, &e);
        entry_json(f, &e, l->now);
    }
    fputs("]\n", f);
}

/* Writes a note if some octets are not up to date. */
static void note_old_octets(const struct live *l, struct watch_look *look)
{
    if (l->late + l->forbidden > 0)
        snprintf(look->note, sizeof look->note,
                 "octets in %zu row(s) are as of the last report: %s", l->late + l->forbidden,
                 l->forbidden ? "only root may ask the relays" : "the relays did not answer");
}

/* Prints the connections as they are now: a watch_print. */
static int show_now(void *context, FILE *f, struct watch_look *look)
{
    struct show *show = context;
    struct state *s = ctl_look(show->ctl);
    struct live live;

    if (!s)
        return CTL_NO;
    show->pick.user_case = state_user_case(s);
    int rc = live_refresh(s, &show->pick, &live);
    show->list.now = clock_ms();
    if (rc == 0)
        rc = state_each(s, collect_entry, show);
    int code = rc == 0 ? CTL_GOOD : ctl_state_failed();
    state_close(s);
    note_old_octets(&live, look);
    list_sort(&show->list);
    look->count = show->list.count;
    if (code == CTL_GOOD)
        (show->json ? print_json : print_table)(&show->list, f);
    list_free(&show->list);
    return code;
}

static bool show_invalid(const char *option, const char *expected)
{
    fprintf(stderr, PROGRAM_CONTROL ": show: invalid --%s: expected %s\n", option, expected);
    return false;
}

static bool set_filter(struct show *show, int option, const char *argument)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (filters[i].option == option)
            return filters[i].take(&show->pick, argument) ||
                   show_invalid(filters[i].name, filters[i].expected);
    return false; /* getopt_long has complained */
}

static bool set_key(struct show *show, const char *argument)
{
    show->list.key = list_key_find(argument, &show->list.descending);
    if (show->list.key)
        return true;
    fprintf(stderr,
            PROGRAM_CONTROL
            ": show: invalid --sort: expected one of: %s; a - in front reverses it\n",
            list_key_names());
    return false;
}

/* false: the arguments are invalid. An invalid value is printed on standard error. */
static bool show_options(struct show *show, int argc, char **argv)
{
    static const struct option table[] = {
        {"user", required_argument, NULL, 'u'},
        {"protocol", required_argument, NULL, 'p'},
        {"state", required_argument, NULL, 's'},
        {"address", required_argument, NULL, 'a'},
        {"sort", required_argument, NULL, 'o'},
        {"json", no_argument, NULL, 'j'},
        {"watch", optional_argument, NULL, 'w'},
        {"servers", no_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    bool good = true;
    int o;

    while (good && (o = getopt_long(argc, argv, "", table, NULL)) != -1) {
        show->connections = show->connections || (o != 'j' && o != 'm');
        if (o == 'j')
            show->json = true;
        else if (o == 'm')
            show->servers = true;
        else if (o == 'w')
            good = watch_seconds(argc, argv, &show->watch) || show_invalid("watch", WATCH_EXPECTED);
        else if (o == 'o')
            good = set_key(show, optarg);
        else
            good = set_filter(show, o, optarg);
    }
    if (good && show->json && show->watch) {
        fputs(PROGRAM_CONTROL ": show: --json and --watch exclude each other\n", stderr);
        good = false;
    }
    if (good && show->servers && show->connections) {
        fputs(PROGRAM_CONTROL ": show: invalid options with --servers: expected only --json\n",
              stderr);
        good = false;
    }
    return good && optind == argc;
}

int ctl_show(struct ctl *c, int argc, char **argv)
{
    struct show show = {.ctl = c};
    struct watch_look look = {0};

    show.list.key = list_key_find("index", &show.list.descending);
    if (!show_options(&show, argc, argv))
        return CTL_USAGE;
    if (show.servers)
        return servers_show(c, show.json);
    if (show.watch)
        return watch(show_now, &show, show.watch);
    int code = show_now(&show, stdout, &look);
    if (*look.note)
        fprintf(stderr, PROGRAM_CONTROL ": %s\n", look.note);
    return code;
}
