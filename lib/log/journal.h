/* SPDX-License-Identifier: ISC */
/*
 * journal - a log line in journald's native protocol. PURE.
 *
 * The entry has MESSAGE (the line), PRIORITY, SYSLOG_FACILITY, SYSLOG_IDENTIFIER, and a field for
 * each key of the line: MAILWICKET_ and the key in capitals, with "_" for "-". A field's value is the
 * text in the line without its quotes: escaped as there, so that it is one line of UTF-8 and needs
 * none of the protocol's binary form. A value that the line's end cut gives no field.
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
 */
#ifndef MW_JOURNAL_H
#define MW_JOURNAL_H

#include "buf.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define JOURNAL_MAX    8192 /* a buffer that holds the entry of any line that a program logs */

/* Appends the datagram to out. line: as log.h writes it; from the offset tail on it has whole keys,
 * which stand after what may be cut. level and facility: as syslog(3) has them.
 * A field that doesn't fit is left out, and so are those after it; out needs room for the line and
 * 256 octets more, or nothing is appended. tail <= line.n. */
void journal_encode(struct buf *out, struct span line, size_t tail, int level, int facility,
                    const char *program);

#endif
