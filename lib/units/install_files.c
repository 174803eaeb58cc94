/* SPDX-License-Identifier: ISC */
/* install_files - an edge: writes files; see install_files.h. Believes nothing that a file in the
 * directory says, beyond its marker. */
#include "install_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file before it gets its name. None of the programs that read these directories reads a file
 * whose name begins with a dot. */
#define NEW  ".mailwicket-new"
#define HEAD 512 /* octets of a file in which the marker is searched: its first two lines */

struct installation {
    const struct units *units;
    const char *directory;
    int fd; /* of the directory */
    install_report *report;
    void *context;
    char **names; /* of the files of this policy; owned */
    size_t name_count;
    bool failed;
};

enum owner { OWNER_NOBODY, OWNER_US, OWNER_OTHER };

static void report_file(struct installation *p, enum install_event event, const char *name)
{
    char path[PATH_MAX + UNIT_NAME_MAX];

    snprintf(path, sizeof path, "%s/%s", p->directory, name);
    p->report(p->context, event, path);
}

static void __attribute__((format(printf, 2, 3)))
report_error(struct installation *p, const char *format, ...)
{
    char text[PATH_MAX + ERR_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    p->failed = true;
    p->report(p->context, INSTALL_ERROR, text);
}

/* Reads the first octets of a file that is not a link, up to size. -1: it can't be read. */
static ssize_t read_head(const struct installation *p, const char *name, char *room, size_t size)
{
    int fd = openat(p->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return -1;
    ssize_t n = read(fd, room, size);
    close(fd);
    return n;
}

static bool has_marker(const struct installation *p, const char *name)
{
    const char *marker = unit_marker(p->units->kind);
    char head[HEAD];
    ssize_t n = read_head(p, name, head, sizeof head);

    return n > 0 && memmem(head, (size_t)n, marker, strlen(marker));
}

/* Who made the file of this name. */
static enum owner find_owner(const struct installation *p, const char *name)
{
    char to[PATH_MAX];
    struct stat st;

    if (fstatat(p->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? OWNER_NOBODY : OWNER_OTHER;
    if (S_ISREG(st.st_mode))
        return has_marker(p, name) ? OWNER_US : OWNER_OTHER;
    ssize_t n = S_ISLNK(st.st_mode) ? readlinkat(p->fd, name, to, sizeof to) : -1;
    if (n > 0 && unit_is_link(p->units, span_str(name), span_of(to, (size_t)n)))
        return OWNER_US;
    return OWNER_OTHER;
}

/* Whether the file exists and is up to date. */
static bool is_up_to_date(const struct installation *p, const struct unit_file *f)
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

/* Whether the name is that of a directory that we make, and so search. */
static bool is_our_directory(const char *name)
{
    return span_iends(span_str(name), SPAN(".wants")) || strcmp(name, "services") == 0 ||
           strcmp(name, "policies") == 0;
}

static void remove_unwanted(struct installation *p, const char *name, bool *removed)
{
    if (is_wanted(p, name) || find_owner(p, name) != OWNER_US)
        return;
    if (unlinkat(p->fd, name, 0) != 0) {
        report_error(p, "cannot remove %s/%s: %s", p->directory, name, strerror(errno));
        return;
    }
    report_file(p, INSTALL_REMOVED, name);
    *removed = true;
}

static DIR *open_below(struct installation *p, const char *below)
{
    int fd = openat(p->fd, *below ? below : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (!d && fd >= 0)
        close(fd);
    if (!d && errno != ENOTDIR && errno != ELOOP)
        report_error(p, "cannot read the directory %s/%s: %s", p->directory, below,
                     strerror(errno));
    return d;
}

/* below: "" for the directory itself, or the name of one in it. */
static void clean_directory(struct installation *p, const char *below)
{
    DIR *d = open_below(p, below);
    bool removed = false;

    for (struct dirent *entry; d && (entry = readdir(d));) {
        char name[2 * NAME_MAX + 2];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entry->d_name);
        if (!*below && is_our_directory(name))
            clean_directory(p, name);
        else
            remove_unwanted(p, name, &removed);
    }
    if (d)
        closedir(d);
    if (removed && *below)
        (void)unlinkat(p->fd, below, AT_REMOVEDIR); /* fails if it has files of others */
}

/* Removes our files that the policy doesn't need. */
static void remove_unneeded(struct installation *p)
{
    clean_directory(p, "");
}

/* First pass: keeps the name; a file of this name must be ours, or not exist. */
static bool check_one(void *context, const struct unit_file *f)
{
    struct installation *p = context;
    char **names = reallocarray(p->names, p->name_count + 1, sizeof *names);
    char *name = strdup(f->name);

    if (names)
        p->names = names;
    if (!names || !name) {
        free(name);
        report_error(p, "no memory for the files' names");
        return false;
    }
    p->names[p->name_count++] = name;
    if (find_owner(p, f->name) == OWNER_OTHER)
        report_error(p, "%s/%s exists and was not made by Mailwicket: move it away", p->directory,
                     f->name);
    return true;
}

static void report_fault(void *context, const char *why)
{
    report_error(context, "%s", why);
}

/* Makes the file under the name NEW. 0, or -1 and errno. */
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
    errno = ENOSPC; /* the reason of a short write to a regular file */
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

    if (is_up_to_date(p, f)) {
        report_file(p, INSTALL_KEPT, f->name);
        return true;
    }
    if (make_directory(p, f->name) != 0 || make_new(p, f) != 0 ||
        renameat(p->fd, NEW, p->fd, f->name) != 0) {
        report_error(p, "cannot write %s/%s: %s", p->directory, f->name, strerror(errno));
        (void)unlinkat(p->fd, NEW, 0);
        return false;
    }
    report_file(p, INSTALL_WRITTEN, f->name);
    return true;
}

static void install_all(struct installation *p)
{
    const struct units_sink checking = {p, check_one, report_fault},
                            writing = {p, write_one, report_fault};

    if (!units_make(p->units, &checking) || p->failed)
        return;
    if (units_make(p->units, &writing))
        remove_unneeded(p);
}

/* Opens the directory, does the work there, and releases everything. */
static int work_in_directory(struct installation *p, void (*work)(struct installation *p))
{
    p->fd = open(p->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->fd < 0) {
        report_error(p, "cannot open the directory %s: %s", p->directory, strerror(errno));
        return -1;
    }
    work(p);
    for (size_t i = 0; i < p->name_count; i++)
        free(p->names[i]);
    free(p->names);
    close(p->fd);
    return p->failed ? -1 : 0;
}

int install_units(const struct units *u, const char *directory, install_report *report,
                  void *context)
{
    struct installation p = {
        .units = u, .directory = directory, .report = report, .context = context};

    return work_in_directory(&p, install_all);
}

int install_remove(enum units_kind kind, const char *directory, install_report *report,
                   void *context)
{
    const struct units u = {.kind = kind};
    struct installation p = {
        .units = &u, .directory = directory, .report = report, .context = context};

    return work_in_directory(&p, remove_unneeded);
}
