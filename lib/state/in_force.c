/* SPDX-License-Identifier: ISC */
/* in_force - an edge: one line "PID START HASH FILE"; see in_force.h. */
#include "in_force.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "num.h"

#define LINE_MAX_IN_FORCE (LIMIT_PATH + 128)

static void hash_text(const unsigned char hash[IN_FORCE_HASH], char text[2 * IN_FORCE_HASH + 1])
{
    for (size_t i = 0; i < IN_FORCE_HASH; i++)
        sprintf(text + 2 * i, "%02x", hash[i]);
}

/* Creates the file anew: a link that somebody left there is not followed. */
static int write_file(const char *name, const char *line)
{
    size_t n = strlen(line);

    if (unlink(name) && errno != ENOENT)
        return -1;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return -1;
    errno = EIO;
    bool good = write(fd, line, n) == (ssize_t)n && fchmod(fd, 0644) == 0;
    int error = errno;
    close(fd);
    errno = error;
    return good ? 0 : -1;
}

int in_force_write(const char *directory, const struct process *helper,
                   const unsigned char hash[IN_FORCE_HASH], const char *file)
{
    char name[LIMIT_PATH + 16], aside[LIMIT_PATH + 16], text[2 * IN_FORCE_HASH + 1];
    char line[LINE_MAX_IN_FORCE];

    hash_text(hash, text);
    snprintf(name, sizeof name, "%s/policy", directory);
    snprintf(aside, sizeof aside, "%s/policy.new", directory);
    int n = snprintf(line, sizeof line, "%" PRId32 " %" PRIu64 " %s %s\n", helper->pid,
                     helper->start, text, file);
    if (n < 0 || (size_t)n >= sizeof line) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return write_file(aside, line) || rename(aside, name) ? -1 : 0;
}

/* Returns the file's first line without its end; empty: there is none. */
static struct span read_line(const char *directory, char room[LINE_MAX_IN_FORCE])
{
    char name[LIMIT_PATH + 16];
    struct stat st;

    snprintf(name, sizeof name, "%s/policy", directory);
    int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return SPAN_NONE;
    ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, room, LINE_MAX_IN_FORCE) : -1;
    close(fd);
    struct span rest = span_of(room, n > 0 ? (size_t)n : 0);
    return span_cut(&rest, '\n');
}

enum in_force in_force_compare(const char *directory, const unsigned char hash[IN_FORCE_HASH],
                               const char *file)
{
    char room[LINE_MAX_IN_FORCE], text[2 * IN_FORCE_HASH + 1];
    struct span line = read_line(directory, room);
    uint64_t pid, start;

    if (!num_parse(span_cut(&line, ' '), INT32_MAX, &pid) ||
        !num_parse(span_cut(&line, ' '), UINT64_MAX, &start))
        return IN_FORCE_UNKNOWN;
    struct process helper = {.pid = (int32_t)pid, .start = start};
    struct span loaded = span_cut(&line, ' ');
    if (pid == 0 || !span_eq(line, span_str(file)) || !process_lives(&helper))
        return IN_FORCE_UNKNOWN;
    hash_text(hash, text);
    return span_eq(loaded, span_str(text)) ? IN_FORCE_THIS : IN_FORCE_OLDER;
}
