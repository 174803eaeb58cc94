/* SPDX-License-Identifier: ISC */
/* spool - an edge: the files of the accounting spool; see spool.h. Believes nothing it reads. */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

#define MAGIC 0x4d57414343540001u
#define ASIDE ".new" /* ends the name of a file in "open" that is being written */

void spool_name(char name[SPOOL_NAME], struct spool_key key)
{
    snprintf(name, SPOOL_NAME, "%016" PRIx64 "-%" PRIx64, key.era, key.id);
}

bool spool_parse(const char *name, struct spool_key *key)
{
    char again[SPOOL_NAME];

    if (strlen(name) < 18 || name[16] != '-')
        return false;
    key->era = strtoull(name, NULL, 16);
    key->id = strtoull(name + 17, NULL, 16);
    spool_name(again, *key);
    return strcmp(name, again) == 0;
}

static int spool_open_below(int directory, const char *name, bool create)
{
    if (create && mkdirat(directory, name, 0700) && errno != EEXIST)
        return -1;
    return openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int spool_open(struct spool *s, const char *directory, bool create, struct err *e)
{
    int top, error;

    s->due = s->open = -1;
    if (create)
        mkdir(directory, 0700);
    top = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top >= 0) {
        s->due = spool_open_below(top, "due", create);
        s->open = s->due < 0 ? -1 : spool_open_below(top, "open", create);
    }
    error = errno;
    if (top >= 0)
        close(top);
    if (s->open >= 0)
        return 0;
    spool_close(s);
    errno = error;
    return err_set(e,
                   "accounting spool %s: %s: expected a directory that belongs to the "
                   "helper's user",
                   directory, strerror(error));
}

void spool_close(struct spool *s)
{
    if (s->due >= 0)
        close(s->due);
    if (s->open >= 0)
        close(s->open);
    s->due = s->open = -1;
}

static bool is_text(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static int spool_load(int fd, struct spool_record *r)
{
    ssize_t n = pread(fd, r, sizeof *r, 0);

    if (n < 0)
        return -1;
    if (n == (ssize_t)sizeof *r && r->magic == MAGIC && r->class_size <= sizeof r->class &&
        is_text(r->group, sizeof r->group) && is_text(r->user, sizeof r->user) &&
        is_text(r->server, sizeof r->server) && is_text(r->client, sizeof r->client))
        return 0;
    errno = EBADMSG;
    return -1;
}

static int spool_save(int fd, const struct spool_record *r)
{
    ssize_t n = pwrite(fd, r, sizeof *r, 0);

    if (n >= 0 && n != (ssize_t)sizeof *r)
        errno = ENOSPC;
    return n == (ssize_t)sizeof *r ? 0 : -1;
}

/* Looks in each directory twice: a record may move between two looks. Returns its descriptor, or -1
 * and errno. */
static int spool_find(const struct spool *s, const char *name)
{
    const int where[] = {s->due, s->open, s->due, s->open};
    int fd = -1;

    for (size_t i = 0; i < sizeof where / sizeof *where && fd < 0; i++) {
        fd = openat(where[i], name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0 && errno != ENOENT)
            return -1;
    }
    return fd;
}

/* Moves a record to where it belongs, or removes it when nothing is left to do. The caller holds
 * its lock. */
static int spool_file(const struct spool *s, const char *name, const struct spool_record *r)
{
    int failed;

    if (!r->due && r->ended) {
        unlinkat(s->due, name, 0);
        failed = unlinkat(s->open, name, 0);
    } else if (r->due)
        failed = renameat(s->open, name, s->due, name);
    else
        failed = renameat(s->due, name, s->open, name);
    return failed && errno != ENOENT ? -1 : 0;
}

/* Changes a record. false: there is nothing to change. */
typedef bool edit(struct spool_record *r, const void *context);

static int change_locked(const struct spool *s, int fd, const char *name, edit *change,
                         const void *context)
{
    struct spool_record r;
    struct stat st;

    if (flock(fd, LOCK_EX) || fstat(fd, &st))
        return -1;
    if (st.st_nlink == 0) { /* removed while we waited for the lock */
        errno = ENOENT;
        return -1;
    }
    if (spool_load(fd, &r))
        return -1;
    if (!change(&r, context)) {
        spool_file(s, name, &r); /* the last writer may have been killed before its move */
        errno = ENOENT;
        return -1;
    }
    return spool_save(fd, &r) ? -1 : spool_file(s, name, &r);
}

static int change_record(const struct spool *s, struct spool_key key, edit *change,
                         const void *context)
{
    char name[SPOOL_NAME];
    int fd, failed, error;

    spool_name(name, key);
    fd = spool_find(s, name);
    if (fd < 0)
        return -1;
    failed = change_locked(s, fd, name, change, context);
    error = errno;
    close(fd);
    errno = error;
    return failed;
}

int spool_start(const struct spool *s, struct spool_key key, const struct spool_record *r)
{
    struct spool_record whole = *r;
    char name[SPOOL_NAME], aside[SPOOL_NAME + sizeof ASIDE];
    int fd, failed, error;

    whole.magic = MAGIC;
    whole.due = SPOOL_START;
    whole.ended = 0;
    whole.updated = whole.started;
    spool_name(name, key);
    snprintf(aside, sizeof aside, "%s" ASIDE, name);
    fd = openat(s->open, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    failed = spool_save(fd, &whole) || renameat2(s->open, aside, s->due, name, RENAME_NOREPLACE);
    error = errno;
    if (failed)
        unlinkat(s->open, aside, 0);
    close(fd);
    errno = error;
    return failed ? -1 : 0;
}

static bool note_update(struct spool_record *r, const void *context)
{
    const struct spool_event *e = context;

    if (r->ended)
        return false;
    r->updated = e->at;
    r->in = e->in;
    r->out = e->out;
    r->due |= SPOOL_UPDATE;
    return true;
}

int spool_update(const struct spool *s, struct spool_key key, const struct spool_event *e)
{
    return change_record(s, key, note_update, e);
}

static bool note_stop(struct spool_record *r, const void *context)
{
    const struct spool_event *e = context;

    if (r->ended)
        return false;
    r->ended = 1;
    r->stopped = e->at > r->started ? e->at : r->started;
    r->in = e->in;
    r->out = e->out;
    r->cause = e->cause;
    r->due = (uint8_t)((r->due & ~SPOOL_UPDATE) | SPOOL_STOP);
    return true;
}

int spool_stop(const struct spool *s, struct spool_key key, const struct spool_event *e)
{
    return change_record(s, key, note_stop, e);
}

struct told {
    enum spool_due what;
    int64_t updated;
};

static bool note_told(struct spool_record *r, const void *context)
{
    const struct told *t = context;

    if (t->what != SPOOL_UPDATE || t->updated == r->updated)
        r->due = (uint8_t)(r->due & ~(unsigned)t->what);
    return true;
}

int spool_told(const struct spool *s, struct spool_key key, enum spool_due what, int64_t updated)
{
    return change_record(s, key, note_told, &(struct told){what, updated});
}

int spool_read(const struct spool *s, struct spool_key key, struct spool_record *r)
{
    char name[SPOOL_NAME];
    int fd, failed, error;

    spool_name(name, key);
    fd = spool_find(s, name);
    if (fd < 0)
        return -1;
    failed = flock(fd, LOCK_SH) || spool_load(fd, r);
    error = errno;
    close(fd);
    errno = error;
    return failed ? -1 : 0;
}

void spool_remove(const struct spool *s, struct spool_key key)
{
    char name[SPOOL_NAME];

    spool_name(name, key);
    unlinkat(s->due, name, 0);
    unlinkat(s->open, name, 0);
}

int spool_give_up(const struct spool *s, struct spool_key key)
{
    char name[SPOOL_NAME];

    spool_name(name, key);
    return renameat(s->open, name, s->due, name);
}

static int spool_older(const void *a, const void *b)
{
    const struct spool_item *x = a, *y = b;

    return (x->changed > y->changed) - (x->changed < y->changed);
}

static bool spool_append(struct spool_item **items, size_t n, const struct spool_item *item)
{
    struct spool_item *more = *items;

    if ((n & (n - 1)) == 0) /* full: the room doubles */
        more = reallocarray(*items, n ? 2 * n : 1, sizeof *more);
    if (!more)
        return false;
    *items = more;
    more[n] = *item;
    return true;
}

/* Removes what a killed writer left; returns whether it is such a file. */
static bool spool_leftover(int directory, const char *name)
{
    size_t n = strlen(name), tail = sizeof ASIDE - 1;
    struct stat st;

    if (n < tail || strcmp(name + n - tail, ASIDE) != 0)
        return false;
    if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        clock_wall() - st.st_mtime > LIMIT_SPOOL_TORN)
        unlinkat(directory, name, 0);
    return true;
}

size_t spool_list(int directory, struct spool_item **items)
{
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    struct spool_item item;
    struct stat st;
    size_t n = 0;

    *items = NULL;
    if (!d && fd >= 0)
        close(fd);
    while (d && (entry = readdir(d))) {
        if (spool_leftover(directory, entry->d_name) || !spool_parse(entry->d_name, &item.key) ||
            fstatat(directory, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        item.changed = st.st_mtime;
        if (!spool_append(items, n, &item))
            break;
        n++;
    }
    if (d)
        closedir(d);
    if (n)
        qsort(*items, n, sizeof **items, spool_older);
    return n;
}
