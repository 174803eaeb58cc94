/* SPDX-License-Identifier: ISC */
/* journal - PURE: a log line as journald's fields; see journal.h. */
#include "journal.h"

#include <string.h>

static void put_field(struct buf *out, const char *name, struct span value)
{
    buf_puts(out, name);
    buf_putc(out, '=');
    buf_put(out, value);
    buf_putc(out, '\n');
}

static void put_number(struct buf *out, const char *name, unsigned value)
{
    buf_puts(out, name);
    buf_putc(out, '=');
    buf_putnum(out, value);
    buf_putc(out, '\n');
}

static void put_key(struct buf *out, struct span key, struct span value)
{
    buf_puts(out, "MAILWICKET_");
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        buf_putc(out, c == '-' ? '_' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    buf_putc(out, '=');
    buf_put(out, value);
    buf_putc(out, '\n');
}

/* Cuts the next key and value from the line. false: the end, or a value that the line's end cut: only
 * there a value is empty without quotes, or lacks its second quote. */
static bool next_key(struct span *line, struct span *key, struct span *value)
{
    *key = span_cut(line, '=');
    if (line->n > 0 && *line->p == '"') {
        span_cut(line, '"');
        if (span_find(*line, '"') == SPAN_NOT_FOUND)
            return false;
        *value = span_cut(line, '"');
        span_cut(line, ' ');
        return true;
    }
    *value = span_cut(line, ' ');
    return value->n > 0;
}

static void put_keys(struct buf *out, struct span keys, size_t *whole)
{
    struct span key, value;

    while (!out->overflow && next_key(&keys, &key, &value)) {
        put_key(out, key, value);
        if (!out->overflow)
            *whole = out->len;
    }
}

void journal_encode(struct buf *out, struct span line, size_t tail, int level, int facility,
                    const char *program)
{
    size_t whole = out->len;

    put_number(out, "PRIORITY", (unsigned)level & 7);
    put_number(out, "SYSLOG_FACILITY", (unsigned)facility >> 3);
    put_field(out, "SYSLOG_IDENTIFIER", span_str(program));
    put_field(out, "MESSAGE", line);
    if (!out->overflow)
        whole = out->len;
    put_keys(out, span_head(line, tail), &whole);
    put_keys(out, span_trim(span_tail(line, tail)), &whole);
    out->len = whole;
    out->overflow = false;
}
