/* SPDX-License-Identifier: ISC */
/* ctl_import_files - writes the imported policy and its files. Holds secrets, and writes each to
 * its own file only. */
#include "ctl_import.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "limits.h"

static int write_all(int fd, struct span text)
{
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            text = span_tail(text, (size_t)n);
    }
    return fsync(fd);
}

/* Gives the file its name; without force, only if no file has it. */
static int name_file(const char *temporary, const char *file, bool force)
{
    if (force)
        return rename(temporary, file);
    return link(temporary, file) == 0 ? unlink(temporary) : -1;
}

int import_put(const char *file, struct span text, bool force, struct err *e)
{
    char temporary[LIMIT_PATH + 16];
    int fd = -1, failed = -1;

    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", file) >= (int)sizeof temporary)
        errno = ENAMETOOLONG;
    else
        fd = mkostemp(temporary, O_CLOEXEC);
    if (fd >= 0) {
        failed = fchmod(fd, 0644) || write_all(fd, text) || name_file(temporary, file, force);
        int error = errno;
        close(fd);
        if (failed)
            unlink(temporary);
        errno = error;
    }
    if (fd < 0 || failed)
        return err_set(e, "%s: %s%s", file, strerror(errno),
                       errno == EEXIST ? "; --force replaces it" : "");
    return 0;
}

/* A file that the policy names. */
struct companion {
    struct companion *next;
    char name[LIMIT_PATH + 1];
    bool made;
};

struct companions {
    const char *directory;
    FILE *told;
    struct companion *first;
};

/* Who may read a file: all, its owner, or its owner and the helper's group. */
enum reader { READER_ALL = 0644, READER_OWNER = 0600, READER_HELPER = 0640 };

static int fill_companion(int fd, struct span content, enum reader reader)
{
    const struct passwd *helper =
        reader == READER_HELPER && geteuid() == 0 ? getpwnam(USER_HELPER) : NULL;

    if (fchmod(fd, 0600) || (helper && fchown(fd, (uid_t)-1, helper->pw_gid)) ||
        fchmod(fd, (mode_t)reader) || write_all(fd, content) ||
        (content.n > 0 && write_all(fd, SPAN("\n"))))
        return -1;
    return 0;
}

static int make_companion(struct companions *all, struct span name, struct span content,
                          enum reader reader, struct err *e)
{
    struct companion *one = calloc(1, sizeof *one);
    int fd, failed;

    if (!one)
        return err_set(e, "out of memory");
    one->next = all->first;
    all->first = one;
    if (snprintf(one->name, sizeof one->name, "%s/%.*s", all->directory, SPAN_FMT(name)) >=
        (int)sizeof one->name)
        return err_set(e, "%s: name too long", all->directory);
    fd = open(one->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        fprintf(all->told, "%s: already exists, kept\n", one->name);
        return 0;
    }
    if (fd < 0)
        return err_set(e, "%s: %s", one->name, strerror(errno));
    one->made = true;
    failed = fill_companion(fd, content, reader);
    int error = errno;
    close(fd);
    if (failed)
        return err_set(e, "%s: %s", one->name, strerror(error));
    fprintf(all->told, "%s: created, %s\n", one->name,
            content.n > 0 ? "with the secret from the configuration" : "empty");
    return 0;
}

static int make_group(struct companions *all, const struct asa_group *g, struct err *e)
{
    if (g->kept && g->type == ASA_LOCAL)
        return make_companion(all, SPAN(ASA_USERS), SPAN_NONE, READER_HELPER, e);
    for (const struct asa_server *s = g->servers.first; s; s = s->next)
        if (s->kept && s->secret_file.n > 0 &&
            make_companion(all, s->secret_file, s->secret.name, READER_HELPER, e))
            return -1;
    return 0;
}

static int make_all(struct companions *all, const struct asa *a, struct err *e)
{
    if (make_companion(all, SPAN(ASA_CERTIFICATE), SPAN_NONE, READER_ALL, e) ||
        make_companion(all, SPAN(ASA_KEY), SPAN_NONE, READER_OWNER, e) ||
        (a->client_ca && make_companion(all, SPAN(ASA_CLIENT_CA), SPAN_NONE, READER_ALL, e)))
        return -1;
    for (const struct asa_group *g = a->groups.first; g; g = g->next)
        if (make_group(all, g, e))
            return -1;
    return 0;
}

static void free_companions(struct companions *all, bool remove)
{
    while (all->first) {
        struct companion *one = all->first;
        all->first = one->next;
        if (remove && one->made)
            unlink(one->name);
        free(one);
    }
}

int import_put_all(const struct asa *a, const char *directory, struct span policy, bool force,
                   FILE *told, struct err *e)
{
    struct companions all = {.directory = directory, .told = told};
    char file[LIMIT_PATH + 1];
    bool new = mkdir(directory, 0755) == 0;
    int failed;

    if (!new &&errno != EEXIST)
        return err_set(e, "%s: %s", directory, strerror(errno));
    if (snprintf(file, sizeof file, "%s/" IMPORT_POLICY, directory) >= (int)sizeof file)
        return err_set(e, "%s: name too long", directory);
    failed = make_all(&all, a, e) || import_put(file, policy, force, e);
    free_companions(&all, failed);
    if (failed && new)
        rmdir(directory);
    if (!failed)
        fprintf(told, "%s: created\n", file);
    return failed ? -1 : 0;
}
