/* SPDX-License-Identifier: ISC */
/*
 * log - events, one line each: "event=… key=value …" (R9.3).
 *
 *     struct log_line l;
 *     log_start(&l, LOG_INFO, "established");
 *     log_text(&l, "user", name);
 *     log_num(&l, "bytes-in", n);
 *     log_send(&l);
 *
 * A value that isn't plain (letters, digits and -._:@/+%) is quoted. In it quotes, backslashes,
 * control characters and octets that aren't UTF-8 are written as \xNN, so that an event is always
 * one line. Lines above the level are dropped. A line that is too long is cut and ends with
 * cut=yes. Never log a password.
 */
#ifndef MW_LOG_H
#define MW_LOG_H

#include <stdint.h>
#include <syslog.h>

#include "buf.h"

#define LOG_LINE_MAX 2048

struct log_line {
    int level;    /* LOG_ERR … LOG_DEBUG */
    unsigned asa; /* 0: none */
    bool cut;
    size_t len;
    char text[LOG_LINE_MAX];
};

enum log_sink {
    LOG_TO_SYSLOG, /* the default */
    LOG_TO_STDERR, /* with "<N>" before each line, as journald reads it */
    LOG_TO_NOWHERE,
};

/* Opens the log. program is the name in syslog and must stay valid. Writes to standard error under
 * systemd (JOURNAL_STREAM names its device and inode), otherwise to syslog. Never writes to
 * standard error under inetd, where it is the client's socket: JOURNAL_STREAM can't match that.
 * Where either leads to the journal, calls log_open_journal. */
void log_open(const char *program, int facility, int level);
void log_open_sink(const char *program, enum log_sink sink, int facility, int level);

/* Connects to journald's socket at this path. From then on lines go there, with a field for each key
 * (journal.h). A line that can't, also because this failed, goes where log_open_sink has said. Needs
 * log_open_sink; a second call connects anew. */
void log_open_journal(const char *path);

/* Closes the log's descriptors: call it before a process arranges its own under fixed numbers, or a line
 * could go to a stranger. Until log_reopen lines go to standard error, with LOG_TO_STDERR, or to syslog
 * if that can be opened anew. */
void log_close(void);

/* Opens them again, or anew: a socket that processes share can be shut down by each of them, so one that
 * will be jailed gets its own. Afterwards lines need no more than send(2), as long as none fails. */
void log_reopen(void);

void log_level(int level);

void log_start(struct log_line *l, int level, const char *event);
void log_text(struct log_line *l, const char *key, struct span value);
void log_str(struct log_line *l, const char *key, const char *value); /* NULL: no key */
void log_num(struct log_line *l, const char *key, uint64_t value);

/* The appliance's message number with which the line ends, asa=NUMBER; 0: none. log_start sets the
 * event's (asa_message.h). */
void log_asa(struct log_line *l, unsigned number);

void log_send(struct log_line *l);

/* Logs a simple line, event=EVENT reason="…", with a printf format. */
void log_say(int level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
