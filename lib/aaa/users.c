/* SPDX-License-Identifier: ISC */
/* users - an edge: reads and rewrites the file of local users; see users.h. */
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"
#include "utf8.h"

bool users_parse(struct span line, struct users_entry *out)
{
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    if (line.n == 0 || line.p[0] == '#' || span_find(line, ':') == SPAN_NOT_FOUND)
        return false;
    out->name = span_cut(&line, ':');
    out->hash = span_cut(&line, ':');
    out->group_policy = span_trim(span_cut(&line, ':'));
    return true;
}

bool users_name_valid(struct span name)
{
    if (name.n == 0 || name.n > LIMIT_NAME || name.p[0] == '#' || !utf8_valid(name) ||
        !span_eq(span_trim(name), name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f || name.p[i] == ':')
            return false;
    return true;
}

FILE *users_open(const char *file, struct err *e)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    FILE *f = NULL;

    if (fd < 0 || fstat(fd, &st)) /* NOLINTNEXTLINE(bugprone-branch-clone): in this order */
        err_set(e, "users file %s: %s", file, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        err_set(e, "invalid users file %s: expected a regular file", file);
    else if (st.st_size > LIMIT_USERS_FILE)
        err_set(e, "invalid users file %s: expected at most %d octets", file, LIMIT_USERS_FILE);
    else if (!(f = fdopen(fd, "r")))
        err_set(e, "users file %s: %s", file, strerror(errno));
    if (!f && fd >= 0)
        close(fd);
    return f;
}

static bool put_entry(FILE *to, const struct users_entry *new, struct span kept_policy)
{
    struct span policy = new->group_policy.n ? new->group_policy : kept_policy;

    return fprintf(to, "%.*s:%.*s:%.*s\n", SPAN_FMT(new->name), SPAN_FMT(new->hash),
                   SPAN_FMT(policy)) > 0;
}

/* Copies all lines, but replaces the first entry of this name. from is NULL if there was no
 * file. */
static bool rewrite_users(FILE *from, FILE *to, const struct users_entry *new)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool good = true, put = false;
    struct users_entry old;

    while (good && from && (n = getline(&line, &room, from)) > 0) {
        struct span s = span_of(line, (size_t)n);

        if (!put && users_parse(s, &old) && span_eq(old.name, new->name))
            good = put = put_entry(to, new, old.group_policy);
        else
            good = fwrite(line, 1, s.n, to) == s.n &&
                   (line[s.n - 1] == '\n' || fputc('\n', to) != EOF);
    }
    if (good && !put)
        good = put_entry(to, new, SPAN_NONE);
    free(line);
    return good && (!from || !ferror(from)) && fflush(to) == 0 && fsync(fileno(to)) == 0;
}

/* Sets the mode and owner: those of the old file, or those of a new one. */
static bool set_rights(int to, FILE *from, const char *reader)
{
    const struct passwd *user = reader && geteuid() == 0 ? getpwnam(reader) : NULL;
    struct stat st;

    if (!from)
        return fchmod(to, 0640) == 0 && (!user || fchown(to, (uid_t)-1, user->pw_gid) == 0);
    if (fstat(fileno(from), &st))
        return false;
    if ((st.st_uid != geteuid() || st.st_gid != getegid()) && fchown(to, st.st_uid, st.st_gid))
        return false;
    return fchmod(to, st.st_mode & 07777) == 0;
}

static int replace_users(const char *file, const struct users_entry *entry, const char *reader,
                         struct err *e)
{
    char temporary[LIMIT_PATH + 16];
    FILE *to = NULL, *from = NULL;
    bool exists = access(file, F_OK) == 0, good = false;
    int fd;

    if (exists && !(from = users_open(file, e)))
        return -1;
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", file);
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd >= 0 && (to = fdopen(fd, "w")))
        good = set_rights(fd, from, reader) && rewrite_users(from, to, entry) &&
               rename(temporary, file) == 0;
    if (!good)
        err_set(e, "users file %s: %s", file, strerror(errno));
    if (!good && fd >= 0)
        unlink(temporary);
    if (to)
        fclose(to);
    else if (fd >= 0)
        close(fd);
    if (from)
        fclose(from);
    return good ? 0 : -1;
}

int users_put(const char *file, const struct users_entry *entry, const char *reader, struct err *e)
{
    char *real = realpath(file, NULL); /* replace a symbolic link's target, not the link */
    char *copy = strdup(real ? real : file);
    int directory = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int failed = -1;

    if (strlen(real ? real : file) > LIMIT_PATH)
        err_set(e, "invalid users file %s: expected a name of at most %d octets", file, LIMIT_PATH);
    else if (directory < 0 || flock(directory, LOCK_EX))
        err_set(e, "users file %s: cannot lock its directory: %s", file, strerror(errno));
    else
        failed = replace_users(real ? real : file, entry, reader, e);
    if (directory >= 0)
        close(directory);
    free(copy);
    free(real);
    return failed;
}
