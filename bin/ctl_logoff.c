/* SPDX-License-Identifier: ISC */
/* ctl_logoff - mailwicketctl logoff: sends SIGTERM to the processes of the chosen connections, and
 * to no other (R9.2). It reads the state first and sends the signals then, so that no process waits
 * for the state file. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_entry.h"
#include "log.h"
#include "num.h"

struct want {
    uint64_t index;
    const char *user;
    enum user_case user_case;
    enum protocol protocol;
};

static bool take_index(struct want *w, const char *argument)
{
    return num_parse(span_str(argument), UINT64_MAX, &w->index);
}

static bool take_user(struct want *w, const char *argument)
{
    w->user = argument;
    return *argument != '\0';
}

static bool take_protocol(struct want *w, const char *argument)
{
    return protocol_parse(span_str(argument), &w->protocol);
}

static bool is_index(const struct want *w, const struct entry *e)
{
    return e->id == w->index;
}

/* Compares the VPN user, by whom sessions are counted, or without one the mail user. */
static bool is_user(const struct want *w, const struct entry *e)
{
    return user_same(w->user_case, span_str(e->vpn_user[0] ? e->vpn_user : e->mail_user),
                     span_str(w->user));
}

static bool is_protocol(const struct want *w, const struct entry *e)
{
    return e->protocol == (uint8_t)w->protocol;
}

static bool is_any(const struct want *w, const struct entry *e)
{
    (void)w;
    (void)e;
    return true;
}

static const struct selector {
    const char *word;
    bool (*take)(struct want *w, const char *argument); /* NULL: no argument */
    bool (*is)(const struct want *w, const struct entry *e);
    const char *expected;
} selectors[] = {
    {"index", take_index, is_index, "a number, as mailwicketctl show prints it"},
    {"user", take_user, is_user, "a user's name"},
    {"protocol", take_protocol, is_protocol, "pop3s, imap4s or smtps"},
    {"all", NULL, is_any, NULL},
};

struct found {
    uint64_t id;
    struct process process;
};

struct logoff {
    const struct selector *selector;
    struct want want;
    struct found *found;
    size_t count;
};

static bool collect_process(void *context, const struct entry *e)
{
    struct logoff *l = context;

    if (!l->selector->is(&l->want, e))
        return true;
    struct found *more = reallocarray(l->found, l->count + 1, sizeof *more);
    if (!more) {
        perror(PROGRAM_CONTROL);
        exit(CTL_NO);
    }
    l->found = more;
    l->found[l->count++] = (struct found){e->id, e->process};
    return true;
}

static void log_logoff(uint64_t id)
{
    struct log_line l;

    log_start(&l, LOG_NOTICE, "logoff");
    log_num(&l, "id", id);
    log_num(&l, "uid", getuid());
    log_send(&l);
}

/* A process that has ended meanwhile is neither counted nor an error. */
static int send_off(const struct logoff *l)
{
    size_t done = 0;
    int code = CTL_GOOD;

    for (size_t i = 0; i < l->count; i++) {
        const struct process *p = &l->found[i].process;
        if (process_signal(p, SIGTERM) == 0) {
            log_logoff(l->found[i].id);
            done++;
        } else if (errno != ESRCH) {
            fprintf(stderr, PROGRAM_CONTROL ": process %d: %s\n", p->pid, strerror(errno));
            code = CTL_NO;
        }
    }
    printf("%zu logged off\n", done);
    return done == 0 ? CTL_NO : code;
}

/* false: the arguments are invalid. An invalid value is printed on standard error. */
static bool logoff_arguments(struct logoff *l, int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof selectors / sizeof *selectors; i++) {
        if (strcmp(selectors[i].word, argv[1]) == 0)
            l->selector = &selectors[i];
    }
    if (!l->selector || argc != (l->selector->take ? 3 : 2))
        return false;
    if (!l->selector->take || l->selector->take(&l->want, argv[2]))
        return true;
    fprintf(stderr, PROGRAM_CONTROL ": logoff: invalid %s \"%s\": expected %s\n", l->selector->word,
            argv[2], l->selector->expected);
    return false;
}

int ctl_logoff(struct ctl *c, int argc, char **argv)
{
    struct logoff l = {.selector = NULL};

    if (!logoff_arguments(&l, argc, argv))
        return CTL_USAGE;
    struct state *s = ctl_state(c);
    if (!s)
        return CTL_NO;
    l.want.user_case = state_user_case(s);
    int code = state_each(s, collect_process, &l) == 0 ? CTL_GOOD : ctl_state_failed();
    state_close(s);
    if (code == CTL_GOOD)
        code = send_off(&l);
    free(l.found);
    return code;
}
