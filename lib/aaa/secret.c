/* SPDX-License-Identifier: ISC */
/* secret - an edge: reads a secret's file; see secret.h. */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "span.h"

int secret_read(const char *file, char room[LIMIT_SECRET + 1], struct err *e)
{
    char text[LIMIT_SECRET + 3]; /* with CR LF, and an octet to notice a longer one */
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text);
    int error = errno;
    struct span rest, line;

    if (fd >= 0)
        close(fd);
    room[0] = '\0';
    if (got < 0)
        return err_set(e, "%s: %s", file, strerror(error));
    rest = span_of(text, (size_t)got);
    line = span_cut(&rest, '\n');
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    bool good = line.n > 0 && span_copy(room, LIMIT_SECRET + 1, line);
    explicit_bzero(text, sizeof text);
    return good ? 0
                : err_set(e, "%s: invalid secret: expected 1 to %d octets in the first line", file,
                          LIMIT_SECRET);
}
