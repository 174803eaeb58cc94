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
    bool force, verbose;
    struct asa_device *devices; /* owned; room for one per argument */
    size_t device_count;
};

/* A note of the report. Notes are kept until the end, and printed in the order of their lines. */
struct import_note {
    enum asa_note_kind kind;
    int line;
    size_t order;
    char *text; /* owned */
};

struct report {
    struct import_note *all; /* owned */
    size_t count, room;
    unsigned notes[ASA_NOTE_OTHER + 1]; /* how many of each kind */
    unsigned lines[ASA_NOTE_OTHER + 1]; /* how many lines they are about */
    bool failed;                        /* out of memory */
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
        {"output", required_argument, NULL, 'o'}, {"output-dir", required_argument, NULL, 'O'},
        {"force", no_argument, NULL, 'f'},        {"device", required_argument, NULL, 'd'},
        {"verbose", no_argument, NULL, 'v'},      {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "o:d:fv", table, NULL)) != -1) {
        if (c == 'o')
            o->output = optarg;
        else if (c == 'O')
            o->directory = optarg;
        else if (c == 'f')
            o->force = true;
        else if (c == 'v')
            o->verbose = true;
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
    r->all[r->count] = (struct import_note){n->kind, n->line, r->count, strdup(n->text)};
    r->failed = !r->all[r->count].text;
    r->count++;
    r->notes[n->kind]++;
    r->lines[n->kind] += n->lines;
}

static int by_line(const void *a, const void *b)
{
    const struct import_note *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

/* The first line says how it went, the second what became of the lines. */
static void print_verdict(const struct report *r, const struct asa *a, const char *file)
{
    unsigned things = r->notes[ASA_NOTE_LEFT] + r->notes[ASA_NOTE_TODO];

    fprintf(stderr, "%s: imported; %u thing%s need%s you\n", file, things, plural(things),
            things == 1 ? "s" : "");
    fprintf(stderr, "%s: %u line%s: %u carried over, %u need%s you, %u not about mail\n", file,
            a->lines, plural(a->lines), a->taken, r->lines[ASA_NOTE_LEFT],
            r->lines[ASA_NOTE_LEFT] == 1 ? "s" : "", r->lines[ASA_NOTE_OTHER]);
}

static void print_notes(struct report *r, const char *file, bool verbose)
{
    static const char *const kinds[] = {[ASA_NOTE_LEFT] = "needs you",
                                        [ASA_NOTE_TODO] = "needs you",
                                        [ASA_NOTE_DETAIL] = "detail",
                                        [ASA_NOTE_CHANGED] = "changed",
                                        [ASA_NOTE_OTHER] = "not about mail"};
    unsigned changed = r->notes[ASA_NOTE_CHANGED];

    if (r->count > 0)
        qsort(r->all, r->count, sizeof *r->all, by_line);
    for (size_t i = 0; i < r->count; i++) {
        const struct import_note *n = &r->all[i];
        if (!verbose && n->kind != ASA_NOTE_LEFT && n->kind != ASA_NOTE_TODO)
            continue;
        if (n->line > 0)
            fprintf(stderr, "%s:%d: %s: %s\n", file, n->line, kinds[n->kind], n->text);
        else
            fprintf(stderr, "%s: %s: %s\n", file, kinds[n->kind], n->text);
    }
    if (!verbose && changed > 0)
        fprintf(stderr, "%s: changed: %u thing%s; --verbose shows them\n", file, changed,
                plural(changed));
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

/* What was made goes to told. 0, or -1 and e. */
static int write_output(const struct asa *a, const struct import_options *o, FILE *told,
                        struct err *e)
{
    size_t n = 0;
    char *text = import_write(a, &n);
    struct span policy = span_of(text, n);
    int failed = 0;

    if (!text)
        return err_set(e, "policy: %s", strerror(errno));
    if (o->directory)
        failed = import_put_all(a, o->directory, policy, o->force, told, e);
    else if (o->output)
        failed = import_put(o->output, policy, o->force, e);
    else if (fwrite(text, 1, n, stdout) != n)
        failed = err_set(e, "standard output: %s", strerror(errno));
    free(text);
    return failed;
}

static const char *outcome_text(enum asa_outcome outcome)
{
    static const char *const words[] = {
        [ASA_NO_PROXY] = "expected at least one of pop3s, imap4s and smtps",
        [ASA_NOT_TEXT] = "invalid encoding UTF-16: expected UTF-8",
        [ASA_TOO_MUCH] = "too many groups, users or other objects to import",
    };
    return words[outcome];
}

/* Whether the interfaces have all devices that were given. */
static int check_devices(const struct import_options *o, struct err *e)
{
    for (size_t i = 0; i < o->device_count; i++)
        if (!o->devices[i].used)
            return err_set(e, "--device %.*s: no interface has that nameif",
                           SPAN_FMT(o->devices[i].name));
    return 0;
}

static int import_text(struct asa *a, struct report *r, const struct import_options *o,
                       struct span text)
{
    const char *file = strcmp(o->input, "-") == 0 ? "standard input" : o->input;
    enum asa_outcome outcome = asa_read(a, text);
    char *made = NULL;
    size_t n = 0;
    FILE *told = open_memstream(&made, &n);
    struct err e = {""};
    int failed;

    if (!told || r->failed)
        failed = err_set(&e, "%s", strerror(ENOMEM));
    else if (outcome != ASA_READ)
        failed = err_set(&e, "%s", outcome_text(outcome));
    else
        failed = check_devices(o, &e) || write_output(a, o, told, &e);
    if (told)
        fclose(told);
    if (failed) {
        fprintf(stderr, "%s: not imported: %s\n", file, e.text);
    } else {
        print_verdict(r, a, file);
        fputs(made ? made : "", stderr);
        print_notes(r, file, o->verbose);
    }
    free(made);
    return failed ? CTL_NO : CTL_GOOD;
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
