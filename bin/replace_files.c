/* SPDX-License-Identifier: ISC */
/* replace_files - an edge: see replace_files.h. Names that begin with a dot are no credentials for
 * systemd, whose LoadCredential= may read the directory at any time. */
#include "replace_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int replace_failed(struct err *e, const char *what, const char *file)
{
    return err_set(e, "can't %s %s: %s", what, file, strerror(errno));
}

/* DIRECTORY/.FILE + suffix. -1: too long. */
static int name_beside(char room[REPLACE_NAME_MAX], const char *file, const char *suffix)
{
    const char *last = strrchr(file, '/');
    int n = last ? snprintf(room, REPLACE_NAME_MAX, "%.*s/.%s%s", (int)(last - file), file,
                            last + 1, suffix)
                 : -1;

    errno = ENAMETOOLONG;
    return n < 0 || n >= REPLACE_NAME_MAX ? -1 : 0;
}

static bool same_part(FILE *f, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (getc(f) != (unsigned char)data[i])
            return false;
    return true;
}

static bool is_same(const struct replacement *r)
{
    FILE *f = fopen(r->file, "re");
    bool same = f && same_part(f, r->data[0], r->size[0]) && same_part(f, r->data[1], r->size[1]) &&
                getc(f) == EOF && !ferror(f);

    if (f)
        fclose(f);
    return same;
}

static bool write_part(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

static bool set_rights(int fd, const struct replacement *r)
{
    struct stat st;

    if (stat(r->file, &st))
        return errno == ENOENT && fchmod(fd, r->mode) == 0;
    return fchown(fd, st.st_uid, st.st_gid) == 0 && fchmod(fd, st.st_mode & 07777) == 0;
}

/* Writes the new file beside the old one. */
static int prepare_one(struct replacement *r, struct err *e)
{
    if (name_beside(r->new, r->file, ".XXXXXX") || name_beside(r->old, r->file, ".old"))
        return replace_failed(e, "write", r->file);
    int fd = mkostemp(r->new, O_CLOEXEC);
    if (fd < 0) {
        *r->new = '\0';
        return replace_failed(e, "write beside", r->file);
    }
    bool good = set_rights(fd, r) && write_part(fd, r->data[0], r->size[0]) &&
                write_part(fd, r->data[1], r->size[1]) && fsync(fd) == 0;
    if (!good)
        replace_failed(e, "write", r->new);
    close(fd);
    return good ? 0 : -1;
}

/* Keeps the old file under another name until all are replaced. */
static int replace_one(struct replacement *r, struct err *e)
{
    unlink(r->old);
    if (link(r->file, r->old) && errno != ENOENT)
        return replace_failed(e, "keep", r->file);
    if (rename(r->new, r->file))
        return replace_failed(e, "replace", r->file);
    *r->new = '\0';
    return 0;
}

static void put_back(struct replacement *r)
{
    if (r->changed && !*r->new &&rename(r->old, r->file) && errno == ENOENT)
        unlink(r->file); /* there was none */
}

static int replace_all(struct replacement *list, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].changed && prepare_one(&list[i], e))
            return -1;
    for (size_t i = 0; i < count; i++)
        if (list[i].changed && replace_one(&list[i], e)) {
            while (i-- > 0)
                put_back(&list[i]);
            return -1;
        }
    return 0;
}

int replace_files(struct replacement *list, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        list[i].changed = !is_same(&list[i]);
        *list[i].new = *list[i].old = '\0';
    }
    int failed = replace_all(list, count, e);
    for (size_t i = 0; i < count; i++) {
        if (*list[i].new)
            unlink(list[i].new);
        if (*list[i].old)
            unlink(list[i].old);
    }
    return failed;
}
