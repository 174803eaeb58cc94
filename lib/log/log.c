/* SPDX-License-Identifier: ISC */
/* log - an edge: one line per event, to syslog or to journald by standard error; see log.h. */
#include "log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "num.h"
#include "utf8.h"

#define CUT " cut=yes"

/* The only global of the project: where lines go, and up to which level. */
static struct {
    enum log_sink sink;
    int level;
} out = {LOG_TO_NOWHERE, LOG_INFO};

static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char mine[64];
    struct stat st;

    if (!stream || fstat(2, &st))
        return false;
    snprintf(mine, sizeof mine, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(stream, mine) == 0;
}

void log_open(const char *program, int facility, int level)
{
    log_open_sink(program, stderr_is_journal() ? LOG_TO_STDERR : LOG_TO_SYSLOG, facility, level);
}

void log_open_sink(const char *program, enum log_sink sink, int facility, int level)
{
    out.sink = sink;
    out.level = level;
    if (sink == LOG_TO_SYSLOG)
        openlog(program, LOG_PID | LOG_NDELAY, facility);
}

void log_level(int level)
{
    out.level = level;
}

static bool level_wanted(int level)
{
    return out.sink != LOG_TO_NOWHERE && level <= out.level;
}

static void log_put(struct log_line *l, struct span s)
{
    if (l->cut || s.n > LOG_LINE_MAX - sizeof CUT - l->len) {
        l->cut = true;
        return;
    }
    memcpy(l->text + l->len, s.p, s.n);
    l->len += s.n;
}

void log_start(struct log_line *l, int level, const char *event)
{
    l->level = level;
    l->cut = false;
    l->len = 0;
    log_put(l, SPAN("event="));
    log_put(l, span_str(event));
}

static bool is_plain(struct span value)
{
    static const char also[] = "-._:@/+%";

    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c && strchr(also, c))))
            return false;
    }
    return value.n > 0;
}

static void log_put_escaped(struct log_line *l, struct span value)
{
    static const char hex[] = "0123456789abcdef";
    bool utf8 = utf8_valid(value);

    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        char escape[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
        bool as_is = c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && (c < 0x80 || utf8);

        log_put(l, as_is ? span_of(value.p + i, 1) : span_of(escape, sizeof escape));
    }
}

void log_text(struct log_line *l, const char *key, struct span value)
{
    log_put(l, SPAN(" "));
    log_put(l, span_str(key));
    if (is_plain(value)) {
        log_put(l, SPAN("="));
        log_put(l, value);
        return;
    }
    log_put(l, SPAN("=\""));
    log_put_escaped(l, value);
    log_put(l, SPAN("\""));
}

void log_str(struct log_line *l, const char *key, const char *value)
{
    if (value)
        log_text(l, key, span_str(value));
}

void log_num(struct log_line *l, const char *key, uint64_t value)
{
    char digits[NUM_DIGITS];

    log_text(l, key, num_format(digits, value));
}

void log_send(struct log_line *l)
{
    if (!level_wanted(l->level))
        return;
    if (l->cut) {
        memcpy(l->text + l->len, CUT, sizeof CUT - 1);
        l->len += sizeof CUT - 1;
    }
    if (out.sink == LOG_TO_SYSLOG)
        syslog(l->level, "%.*s", (int)l->len, l->text);
    else
        dprintf(2, "<%d>%.*s\n", l->level, (int)l->len, l->text);
}

void log_say(int level, const char *event, const char *format, ...)
{
    struct log_line l;
    char reason[LOG_LINE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    log_start(&l, level, event);
    log_text(&l, "reason", span_str(reason));
    log_send(&l);
}
