/* SPDX-License-Identifier: ISC */
/* ctl_import - mailwicketctl import-asa: makes a policy from an appliance's running configuration,
 * and prints a report. Holds the secrets of that configuration, and wipes them. */
#include "ctl_import.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "identifier.h"
#include "import_write.h"

struct import_options {
    const char *input, *output, *directory;
    bool force;
    struct asa_device *devices; /* owned; room for one per argument */
    size_t device_count;
};

/* A note of the report. Notes are kept until the end, and printed in the order of their lines. */
struct import_note {
    enum asa_note_kind kind;
    int line;
    unsigned lines; /* as in asa_note */
    size_t order;
    char *text; /* owned */
};

struct report {
    struct import_note *all; /* owned */
    size_t count, room;
    unsigned left; /* lines that are not carried over */
    unsigned todo; /* notes of things to do */
    bool failed;   /* out of memory */
};

static int import_failed(const char *what, const char *why)
{
    fprintf(stderr, PROGRAM_CONTROL ": %s: %s\n", what, why);
    return CTL_NO;
}

/* Reads NAME=DEVICE. */
static bool add_device(struct import_options *o, const char *text)
{
    struct span device = span_str(text), name = span_cut(&device, '=');

    if (!identifier_is_name(name) || !identifier_is_device(device)) {
        fprintf(stderr,
                PROGRAM_CONTROL ": invalid --device %s: expected NAME=DEVICE, as in outside=eth0\n",
                text);
        return false;
    }
    o->devices[o->device_count++] = (struct asa_device){.name = name, .device = device};
    return true;
}

static bool import_read_options(struct import_options *o, int argc, char **argv)
{
    static const struct option table[] = {
        {"output", required_argument, NULL, 'o'},
        {"output-dir", required_argument, NULL, 'O'},
        {"force", no_argument, NULL, 'f'},
        {"device", required_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "o:d:f", table, NULL)) != -1) {
        if (c == 'o')
            o->output = optarg;
        else if (c == 'O')
            o->directory = optarg;
        else if (c == 'f')
            o->force = true;
        else if (c != 'd' || !add_device(o, optarg))
            return false;
    }
    o->input = argv[optind];
    return argc - optind == 1 && !(o->output && o->directory);
}

static bool grow_report(struct report *r)
{
    size_t room = r->room ? r->room * 2 : 64;
    struct import_note *all = reallocarray(r->all, room, sizeof *all);

    if (!all)
        return false;
    r->all = all;
    r->room = room;
    return true;
}

static void keep_note(void *context, const struct asa_note *n)
{
    struct report *r = context;

    r->failed = r->failed || (r->count == r->room && !grow_report(r));
    if (r->failed)
        return;
    r->all[r->count] = (struct import_note){n->kind, n->line, n->lines, r->count, strdup(n->text)};
    r->failed = !r->all[r->count].text;
    r->count++;
    r->todo += n->kind == ASA_NOTE_TODO;
}

static int by_line(const void *a, const void *b)
{
    const struct import_note *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Counts the lines that a note says are left. A line that has two notes counts once. A line that
 * was read and turned out to be useless counts too. */
static unsigned lines_left(const struct import_note *n, int line_before)
{
    if (n->kind != ASA_NOTE_LEFT || n->line == line_before)
        return 0;
    return n->lines > 0 ? n->lines : 1;
}

static void print_report(struct report *r, const char *file)
{
    static const char *const kinds[] = {[ASA_NOTE_LEFT] = "not carried over",
                                        [ASA_NOTE_CHANGED] = "changed",
                                        [ASA_NOTE_TODO] = "to do"};
    int line_before = 0;

    if (r->count > 0)
        qsort(r->all, r->count, sizeof *r->all, by_line);
    for (size_t i = 0; i < r->count; i++) {
        const struct import_note *n = &r->all[i];
        r->left += lines_left(n, line_before);
        line_before = n->kind == ASA_NOTE_LEFT ? n->line : line_before;
        if (n->line > 0)
            fprintf(stderr, "%s:%d: %s: %s\n", file, n->line, kinds[n->kind], n->text);
        else
            fprintf(stderr, "%s: %s: %s\n", file, kinds[n->kind], n->text);
    }
}

static void free_report(struct report *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->all[i].text);
    free(r->all);
}

/* Reads all of fd into room, which has LIMIT_IMPORT + 1 octets. false: errno says why. */
static bool read_all(int fd, char *room, size_t *n)
{
    while (*n <= LIMIT_IMPORT) {
        ssize_t got = read(fd, room + *n, LIMIT_IMPORT + 1 - *n);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0)
            *n += (size_t)got;
    }
    errno = EFBIG;
    return false;
}

static bool read_input(const char *file, char *room, size_t *n)
{
    bool standard = strcmp(file, "-") == 0;
    int fd = standard ? 0 : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool good = fd >= 0 && read_all(fd, room, n);
    int error = errno;

    if (fd > 0)
        close(fd);
    errno = error;
    return good;
}

static int write_output(const struct asa *a, const struct import_options *o)
{
    struct err e = {""};
    size_t n = 0;
    char *text = import_write(a, &n);
    struct span policy = span_of(text, n);
    int failed = 0;

    if (!text)
        return import_failed("policy", strerror(errno));
    if (o->directory)
        failed = import_put_all(a, o->directory, policy, o->force, &e);
    else if (o->output)
        failed = import_put(o->output, policy, o->force, &e);
    else if (fwrite(text, 1, n, stdout) != n)
        failed = err_set(&e, "standard output: %s", strerror(errno));
    free(text);
    if (failed)
        fprintf(stderr, PROGRAM_CONTROL ": %s\n", e.text);
    return failed ? CTL_NO : CTL_GOOD;
}

static const char *outcome_text(enum asa_outcome outcome)
{
    static const char *const words[] = {
        [ASA_NO_PROXY] = "expected at least one of pop3s, imap4s and smtps; no policy is written",
        [ASA_NOT_TEXT] = "invalid encoding UTF-16: expected UTF-8",
        [ASA_TOO_MUCH] = "too many groups, users or other objects to import",
    };
    return words[outcome];
}

static int import_text(struct asa *a, struct report *r, const struct import_options *o,
                       struct span text)
{
    const char *file = strcmp(o->input, "-") == 0 ? "standard input" : o->input;
    enum asa_outcome outcome = asa_read(a, text);
    int code = CTL_GOOD;

    if (r->failed)
        return import_failed(file, strerror(ENOMEM));
    print_report(r, file);
    if (outcome != ASA_READ)
        return import_failed(file, outcome_text(outcome));
    for (size_t i = 0; i < o->device_count; i++)
        if (!o->devices[i].used) {
            fprintf(stderr, PROGRAM_CONTROL ": --device %.*s: no interface has that nameif\n",
                    SPAN_FMT(o->devices[i].name));
            code = CTL_NO;
        }
    if (code == CTL_GOOD)
        code = write_output(a, o);
    if (code == CTL_GOOD)
        fprintf(stderr, "%s: %u line%s, %u of them not carried over; %u thing%s to do\n", file,
                a->lines, a->lines == 1 ? "" : "s", r->left, r->todo, r->todo == 1 ? "" : "s");
    return code;
}

int ctl_import(struct ctl *c, int argc, char **argv)
{
    struct import_options o = {.devices = calloc((size_t)argc, sizeof *o.devices)};
    struct report r = {0};
    struct asa *a = calloc(1, sizeof *a);
    char *text = malloc(LIMIT_IMPORT + 1), *room = calloc(1, LIMIT_IMPORT_ROOM);
    size_t n = 0;
    int code = CTL_USAGE;

    (void)c;
    if (!o.devices || !a || !text || !room) {
        code = import_failed("import-asa", strerror(ENOMEM));
    } else if (import_read_options(&o, argc, argv)) {
        *a = (struct asa){.room = {.p = room, .size = LIMIT_IMPORT_ROOM},
                          .devices = o.devices,
                          .device_count = o.device_count,
                          .note = keep_note,
                          .context = &r};
        code = read_input(o.input, text, &n) ? import_text(a, &r, &o, span_of(text, n))
                                             : import_failed(o.input, strerror(errno));
        explicit_bzero(text, n);
        explicit_bzero(room, a->room.used);
    }
    free_report(&r);
    free(text);
    free(room);
    free(a);
    free(o.devices);
    return code;
}
