/* SPDX-License-Identifier: ISC */
/* log - an edge: one line per event, to journald, to standard error or to syslog; see log.h. */
#include "log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "asa_message.h"
#include "journal.h"
#include "num.h"
#include "utf8.h"

/* The most that log_send adds to a line. */
#define TAIL_MAX (sizeof " asa=719000 cut=yes")

/* The only global of the project: where lines go, and up to which level. */
static struct {
    enum log_sink sink;
    int level, facility;
    const char *program;
    int journal; /* a connected socket, or -1 */
    struct sockaddr_un journal_path;
} out = {.sink = LOG_TO_NOWHERE, .level = LOG_INFO, .journal = -1};

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

static bool is_socket(int fd)
{
    struct stat st;

    return !fstat(fd, &st) && S_ISSOCK(st.st_mode);
}

static bool syslog_is_journal(void)
{
    static const char link[] = "/run/systemd/journal/dev-log";
    char to[sizeof link];
    ssize_t n = readlink("/dev/log", to, sizeof to);

    return n == (ssize_t)sizeof link - 1 && memcmp(to, link, sizeof link - 1) == 0;
}

void log_open(const char *program, int facility, int level)
{
    bool stream = stderr_is_journal();

    log_open_sink(program, stream ? LOG_TO_STDERR : LOG_TO_SYSLOG, facility, level);
    if (stream ? is_socket(2) : syslog_is_journal())
        log_open_journal(JOURNAL_SOCKET);
}

static void open_sink(void)
{
    if (out.sink == LOG_TO_SYSLOG)
        openlog(out.program, LOG_PID | LOG_NDELAY, out.facility);
}

void log_open_sink(const char *program, enum log_sink sink, int facility, int level)
{
    out.sink = sink;
    out.level = level;
    out.facility = facility;
    out.program = program;
    open_sink();
}

static void close_journal(void)
{
    if (out.journal >= 0)
        close(out.journal);
    out.journal = -1;
}

static void open_journal(void)
{
    close_journal();
    if (!*out.journal_path.sun_path)
        return;
    out.journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (out.journal >= 0 &&
        connect(out.journal, (struct sockaddr *)&out.journal_path, sizeof out.journal_path))
        close_journal();
}

void log_open_journal(const char *path)
{
    out.journal_path = (struct sockaddr_un){.sun_family = AF_UNIX};
    span_copy(out.journal_path.sun_path, sizeof out.journal_path.sun_path, span_str(path));
    open_journal();
}

void log_close(void)
{
    close_journal();
    if (out.sink == LOG_TO_SYSLOG)
        closelog();
}

void log_reopen(void)
{
    log_close();
    open_sink();
    open_journal();
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
    if (l->cut || s.n > LOG_LINE_MAX - TAIL_MAX - l->len) {
        l->cut = true;
        return;
    }
    memcpy(l->text + l->len, s.p, s.n);
    l->len += s.n;
}

void log_start(struct log_line *l, int level, const char *event)
{
    l->level = level;
    l->asa = asa_message(event, NULL);
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

void log_asa(struct log_line *l, unsigned number)
{
    l->asa = number;
}

/* After the line's last key, where log_put keeps room for it. */
static void put_tail(struct log_line *l, const char *key, const char *value)
{
    l->len += (size_t)snprintf(l->text + l->len, LOG_LINE_MAX - l->len, " %s=%s", key, value);
}

static void end_line(struct log_line *l)
{
    char number[16];

    if (l->asa) {
        snprintf(number, sizeof number, "%u", l->asa);
        put_tail(l, "asa", number);
    }
    if (l->cut)
        put_tail(l, "cut", "yes");
}

static bool send_to_journal(const struct log_line *l, size_t tail)
{
    char room[JOURNAL_MAX];
    struct buf entry = BUF(room);

    if (out.journal < 0)
        return false;
    journal_encode(&entry, span_of(l->text, l->len), tail, l->level, out.facility, out.program);
    return send(out.journal, room, entry.len, MSG_NOSIGNAL) == (ssize_t)entry.len;
}

void log_send(struct log_line *l)
{
    size_t tail = l->len;

    if (!level_wanted(l->level))
        return;
    end_line(l);
    if (send_to_journal(l, tail))
        return;
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
