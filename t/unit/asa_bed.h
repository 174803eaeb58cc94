/* SPDX-License-Identifier: ISC */
/* asa_bed - reads a running configuration for a test: its policy, and its report as text. */
#ifndef MW_ASA_BED_H
#define MW_ASA_BED_H

#include <stdlib.h>

#include "asa.h"
#include "import_write.h"

struct asa_bed {
    enum asa_outcome outcome;
    char *policy; /* NUL-terminated; NULL unless outcome is ASA_READ */
    size_t n;
    char
        report[65536]; /* "LINE left|todo|detail|changed|other TEXT\n", in the order of the notes */
    unsigned lines;    /* how many lines the notes are about */
    bool cut;          /* the report is not complete */
};

static void bed_note(void *context, const struct asa_note *n)
{
    static const char *const kinds[] = {"left", "todo", "detail", "changed", "other"};
    struct asa_bed *b = context;
    size_t at = strlen(b->report);
    int got = snprintf(b->report + at, sizeof b->report - at, "%d %s %s\n", n->line, kinds[n->kind],
                       n->text);

    b->lines += n->lines;
    b->cut = b->cut || (size_t)got >= sizeof b->report - at;
}

/* Reads a copy exactly as long as the text, for the sanitizers. The caller frees b->policy. */
static void bed_read(struct asa_bed *b, const char *text, size_t n, size_t room)
{
    struct asa *a = calloc(1, sizeof *a);
    char *copy = malloc(n + 1), *memory = calloc(1, room + 1);
    struct asa_device devices[] = {{.name = SPAN("outside"), .device = SPAN("eth0")}};

    memset(b, 0, sizeof *b);
    assert_true(a && copy && memory);
    copy = realloc(copy, n > 0 ? n : 1);
    assert_non_null(copy);
    memcpy(copy, text, n);
    *a = (struct asa){.room = {.p = memory, .size = room},
                      .devices = devices,
                      .device_count = 1,
                      .note = bed_note,
                      .context = b};
    b->outcome = asa_read(a, span_of(copy, n));
    if (b->outcome == ASA_READ) {
        char *policy = import_write(a, &b->n);
        assert_non_null(policy);
        b->policy = calloc(1, b->n + 1);
        assert_non_null(b->policy);
        memcpy(b->policy, policy, b->n);
        free(policy);
        /* Each line has one fate. */
        assert_true(a->taken <= a->lines && b->lines == a->lines - a->taken);
    }
    free(copy);
    free(memory);
    free(a);
}

#endif
