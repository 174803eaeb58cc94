/* SPDX-License-Identifier: ISC */
/* place_own - an edge: which files in a directory are ours. Believes nothing of what is there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "install_files_internal.h"

#define HEAD 512 /* octets of a file in which the marker is looked for: its first two lines */

/* The first octets of a file that is no link, up to size. -1: it can't be read. */
static ssize_t read_head(const struct installation *p, const char *name, char *room, size_t size)
{
    int fd = openat(p->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return -1;
    ssize_t n = read(fd, room, size);
    close(fd);
    return n;
}

static ssize_t read_link(const struct installation *p, const char *name, char room[PATH_MAX])
{
    return readlinkat(p->fd, name, room, PATH_MAX);
}

static bool has_marker(const struct installation *p, const char *name)
{
    const char *marker = unit_marker(p->units->kind);
    char head[HEAD];
    ssize_t n = read_head(p, name, head, sizeof head);

    return n > 0 && memmem(head, (size_t)n, marker, strlen(marker));
}

enum owner install_owner(const struct installation *p, const char *name)
{
    char to[PATH_MAX];
    struct stat st;

    if (fstatat(p->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? OWNER_NOBODY : OWNER_OTHER;
    if (S_ISREG(st.st_mode))
        return has_marker(p, name) ? OWNER_US : OWNER_OTHER;
    ssize_t n = S_ISLNK(st.st_mode) ? read_link(p, name, to) : -1;
    if (n > 0 && unit_is_link(p->units, span_str(name), span_of(to, (size_t)n)))
        return OWNER_US;
    return OWNER_OTHER;
}

bool install_same(const struct installation *p, const struct unit_file *f)
{
    char there[UNIT_TEXT_MAX + 1];
    ssize_t n = f->link ? readlinkat(p->fd, f->name, there, sizeof there)
                        : read_head(p, f->name, there, sizeof there);

    return n >= 0 && span_eq(span_str(f->text), span_of(there, (size_t)n));
}

static bool is_wanted(const struct installation *p, const char *name)
{
    for (size_t i = 0; i < p->name_count; i++)
        if (strcmp(p->names[i], name) == 0)
            return true;
    return false;
}

/* Directories that we make, and look into. */
static bool is_below(const char *name)
{
    return span_iends(span_str(name), SPAN(".wants")) || strcmp(name, "services") == 0 ||
           strcmp(name, "policies") == 0;
}

static void remove_unwanted(struct installation *p, const char *name, bool *removed)
{
    if (is_wanted(p, name) || install_owner(p, name) != OWNER_US)
        return;
    if (unlinkat(p->fd, name, 0) != 0) {
        install_wrong(p, "%s/%s cannot be removed: %s", p->directory, name, strerror(errno));
        return;
    }
    install_told(p, INSTALL_REMOVED, name);
    *removed = true;
}

static DIR *open_below(struct installation *p, const char *below)
{
    int fd = openat(p->fd, *below ? below : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (!d && fd >= 0)
        close(fd);
    if (!d && errno != ENOTDIR && errno != ELOOP)
        install_wrong(p, "%s/%s cannot be looked through: %s", p->directory, below,
                      strerror(errno));
    return d;
}

/* below: "" for the directory itself, otherwise one in it. */
static void clean(struct installation *p, const char *below)
{
    DIR *d = open_below(p, below);
    bool removed = false;

    for (struct dirent *entry; d && (entry = readdir(d));) {
        char name[2 * NAME_MAX + 2];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entry->d_name);
        if (!*below && is_below(name))
            clean(p, name);
        else
            remove_unwanted(p, name, &removed);
    }
    if (d)
        closedir(d);
    if (removed && *below)
        (void)unlinkat(p->fd, below, AT_REMOVEDIR); /* others may have something in it */
}

void install_clean(struct installation *p)
{
    clean(p, "");
}
