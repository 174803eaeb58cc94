/* SPDX-License-Identifier: ISC */
/* place - an edge: units as files; see install_files.h. */
#include "install_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "install_files_internal.h"

#define NEW                                                                                        \
    ".mailwicket-new" /* a file on its way; none of the readers takes one with a dot first */

void install_told(struct installation *p, enum install_event event, const char *name)
{
    char path[PATH_MAX + UNIT_NAME_MAX];

    snprintf(path, sizeof path, "%s/%s", p->directory, name);
    p->tell(p->context, event, path);
}

void install_wrong(struct installation *p, const char *format, ...)
{
    char text[PATH_MAX + ERR_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    p->failed = true;
    p->tell(p->context, INSTALL_WRONG, text);
}

/* The first look: the name is remembered, and its place must be free or ours. */
static bool look_at(void *context, const struct unit_file *f)
{
    struct installation *p = context;
    char **names = reallocarray(p->names, p->name_count + 1, sizeof *names);
    char *name = strdup(f->name);

    if (names)
        p->names = names;
    if (!names || !name) {
        free(name);
        install_wrong(p, "no memory for the files' names");
        return false;
    }
    p->names[p->name_count++] = name;
    if (install_owner(p, f->name) == OWNER_OTHER)
        install_wrong(p, "%s/%s is there and not made by Mailwicket; right is to move it away",
                      p->directory, f->name);
    return true;
}

static void unfit(void *context, const char *why)
{
    install_wrong(context, "%s", why);
}

/* What has the name NEW afterwards. 0, or -1 and errno. */
static int make_new(const struct installation *p, const struct unit_file *f)
{
    size_t n = strlen(f->text);

    if (unlinkat(p->fd, NEW, 0) != 0 && errno != ENOENT)
        return -1;
    if (f->link)
        return symlinkat(f->text, p->fd, NEW);
    int fd = openat(p->fd, NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return -1;
    errno = ENOSPC; /* a regular file takes less than all only then */
    ssize_t got = write(fd, f->text, n);
    int rc = got == (ssize_t)n ? 0 : -1;
    return close(fd) == 0 ? rc : -1;
}

static int make_directory(const struct installation *p, const char *name)
{
    char directory[UNIT_NAME_MAX];
    struct span rest = span_str(name);
    size_t slash = span_find(rest, '/');

    if (slash == SPAN_NOT_FOUND)
        return 0;
    span_copy(directory, sizeof directory, span_head(rest, slash));
    return mkdirat(p->fd, directory, 0755) == 0 || errno == EEXIST ? 0 : -1;
}

static bool write_one(void *context, const struct unit_file *f)
{
    struct installation *p = context;

    if (install_same(p, f)) {
        install_told(p, INSTALL_KEPT, f->name);
        return true;
    }
    if (make_directory(p, f->name) != 0 || make_new(p, f) != 0 ||
        renameat(p->fd, NEW, p->fd, f->name) != 0) {
        install_wrong(p, "%s/%s cannot be written: %s", p->directory, f->name, strerror(errno));
        (void)unlinkat(p->fd, NEW, 0);
        return false;
    }
    install_told(p, INSTALL_WRITTEN, f->name);
    return true;
}

static void install_all(struct installation *p)
{
    const struct units_sink look = {p, look_at, unfit}, writing = {p, write_one, unfit};

    if (!units_make(p->units, &look) || p->failed)
        return;
    if (units_make(p->units, &writing))
        install_clean(p);
}

/* Does it in the directory, with what that needs. */
static int in_directory(struct installation *p, void (*work)(struct installation *p))
{
    p->fd = open(p->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->fd < 0) {
        install_wrong(p, "%s cannot be opened: %s; right is a directory that is there",
                      p->directory, strerror(errno));
        return -1;
    }
    work(p);
    for (size_t i = 0; i < p->name_count; i++)
        free(p->names[i]);
    free(p->names);
    close(p->fd);
    return p->failed ? -1 : 0;
}

int install_units(const struct units *u, const char *directory, install_tell *tell, void *context)
{
    struct installation p = {.units = u, .directory = directory, .tell = tell, .context = context};

    return in_directory(&p, install_all);
}

int install_remove(enum units_kind kind, const char *directory, install_tell *tell, void *context)
{
    const struct units u = {.kind = kind};
    struct installation p = {.units = &u, .directory = directory, .tell = tell, .context = context};

    return in_directory(&p, install_clean);
}
