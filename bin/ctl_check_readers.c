/* SPDX-License-Identifier: ISC */
/* ctl_check_readers - an edge: a child becomes the user whose program reads the files, and opens
 * them; see ctl_check.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl_check.h"
#include "priv.h"
#include "program.h"

/* One program's user, and what systemd reads as root for it: the files of a directory beside the
 * policy (LoadCredential=). */
struct reader {
    const struct policy *policy;
    struct ctl_findings *f; /* the child's */
    const char *user, *handed;
    bool systemd;
};

#define READER_SAY(r, line, element, ...)                                                          \
    ctl_findings_say((r)->f, COMPLAINT_ERROR, (r)->policy->file, (line), (element), __VA_ARGS__)

/* Where a directory is at fault: its element, if the policy has one. */
#define STATE_OF(p) ((p)->state_line ? "state" : NULL)

static bool is_handed(const struct reader *r, const char *path)
{
    const char *slash = strrchr(r->policy->file, '/');
    size_t n = slash ? (size_t)(slash - r->policy->file) + 1 : 0, size = strlen(r->handed);

    return r->systemd && strncmp(path, r->policy->file, n) == 0 &&
           strncmp(path + n, r->handed, size) == 0 && path[n + size] == '/' &&
           !strchr(path + n + size + 1, '/');
}

/* systemd hides these from the services (ProtectHome=). */
static bool is_hidden(const struct reader *r, const char *path)
{
    return r->systemd && (strncmp(path, "/home/", 6) == 0 || strncmp(path, "/root/", 6) == 0 ||
                          strncmp(path, "/run/user/", 10) == 0);
}

/* path "" or NULL: there is none. What root can't read either, policy_check_files says. */
static void reader_opens(const struct reader *r, int line, const char *element,
                         const char *attribute, const char *path)
{
    if (!path || !*path || is_handed(r, path))
        return;
    if (is_hidden(r, path)) {
        READER_SAY(r, line, element,
                   "%s %s is hidden from %s by systemd (ProtectHome=): expected a file outside of "
                   "home directories",
                   attribute, path, r->user);
        return;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0)
        close(fd);
    else if (errno == EACCES || errno == EPERM)
        READER_SAY(r, line, element,
                   "the user %s cannot read %s %s: %s: give it to the group %s (chgrp, chmod "
                   "0640)%s%s%s",
                   r->user, attribute, path, strerror(errno), r->user,
                   r->systemd ? ", or put it into " : "", r->systemd ? r->handed : "",
                   r->systemd ? "/ beside the policy, which systemd hands on" : "");
}

static void servers_opened(const struct reader *r)
{
    for (size_t i = 0; i < PROTOCOLS; i++) {
        const struct protocol_policy *p = &r->policy->protocols[i];
        reader_opens(r, p->default_server.line, "default-server", "ca", p->default_server.ca);
        for (size_t k = 0; k < p->allowed_count; k++)
            reader_opens(r, p->allowed[k].line, "allow-server", "ca", p->allowed[k].ca);
    }
}

static void both_open(const struct reader *r)
{
    reader_opens(r, 0, NULL, "the policy", r->policy->file);
    reader_opens(r, r->policy->tls_line, "tls", "client-ca", r->policy->client_ca);
    reader_opens(r, r->policy->tls_line, "tls", "crl", r->policy->crl);
    servers_opened(r);
}

static void filter_opens(const struct reader *r)
{
    both_open(r);
    for (size_t i = 0; i < r->policy->certificate_count; i++) {
        const struct policy_certificate *c = &r->policy->certificates[i];
        reader_opens(r, c->line, "certificate", "chain", c->chain);
        reader_opens(r, c->line, "certificate", "key", c->key);
        reader_opens(r, c->line, "certificate", "ocsp", c->ocsp);
    }
}

static void group_opened(const struct reader *r, const struct server_group *g)
{
    reader_opens(r, g->line, "server-group", "users", g->users);
    for (size_t i = 0; i < g->server_count; i++) {
        const struct aaa_server *s = &g->servers[i];
        reader_opens(r, s->line, "server", "secret", s->secret);
        reader_opens(r, s->line, "server", "bind-password", s->bind_password);
        reader_opens(r, s->line, "server", "ca", s->ca);
        reader_opens(r, s->line, "server", "certificate", s->certificate);
        reader_opens(r, s->line, "server", "key", s->key);
    }
}

static void directory_written(const struct reader *r, const char *what, const char *path)
{
    if (access(path, W_OK | X_OK) != 0 && errno != ENOENT)
        READER_SAY(r, r->policy->state_line, STATE_OF(r->policy),
                   "the user %s cannot write to the %s directory %s: %s: chown %s %s", r->user,
                   what, path, strerror(errno), r->user, path);
}

static bool uses_spool(const struct policy *p)
{
    bool uses = false;

    for (int i = 0; i < PROTOCOLS; i++)
        uses = uses || (p->protocols[i].present && p->protocols[i].accounting);
    return uses;
}

static void helper_opens(const struct reader *r)
{
    both_open(r);
    for (size_t i = 0; i < r->policy->group_count; i++)
        group_opened(r, &r->policy->groups[i]);
    directory_written(r, "state", r->policy->state_directory);
    if (uses_spool(r->policy))
        directory_written(r, "spool", r->policy->spool);
}

/* The child: never returns. */
static _Noreturn void reader_child(const struct reader *r, void (*opens)(const struct reader *r),
                                   int out)
{
    struct ctl_findings mine;
    struct reader child = *r;
    struct err e;

    ctl_findings_start(&mine, true);
    child.f = &mine;
    if (priv_drop(r->user, &e))
        READER_SAY(&child, 0, NULL, "%s", e.text);
    else
        opens(&child);
    if (mine.kept && fclose(mine.kept) == 0)
        for (size_t done = 0; done < mine.size;) {
            ssize_t n = write(out, mine.text + done, mine.size - done);
            if (n < 0)
                _exit(1);
            done += (size_t)n;
        }
    _exit(0);
}

/* Adds the lines that the child writes; they are all errors. */
static void reader_listen(int in, struct ctl_findings *f)
{
    FILE *lines = fdopen(in, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;

    while (lines && (n = getline(&line, &room, lines)) > 0) {
        line[n - 1] = '\0';
        ctl_findings_add(f, COMPLAINT_ERROR, line);
    }
    free(line);
    if (lines)
        fclose(lines);
}

static void reader_judge(struct reader *r, void (*opens)(const struct reader *r))
{
    int ends[2], status = 0;

    fflush(NULL);
    if (pipe(ends))
        return;
    pid_t child = fork();
    if (child == 0)
        reader_child(r, opens, ends[1]);
    close(ends[1]);
    reader_listen(ends[0], r->f);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        READER_SAY(r, 0, NULL, "can't judge as the user %s: the process failed", r->user);
}

static void check_directory(const struct policy *p, const char *what, const char *path,
                            struct ctl_findings *f)
{
    struct stat st;

    if (stat(path, &st) != 0 && errno == ENOENT)
        ctl_findings_say(f, COMPLAINT_WARNING, p->file, p->state_line, STATE_OF(p),
                         "the %s directory %s is missing: make it (systemd-tmpfiles --create), for "
                         "the user %s",
                         what, path, USER_HELPER);
    else if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        ctl_findings_say(f, COMPLAINT_ERROR, p->file, p->state_line, STATE_OF(p),
                         "invalid %s directory %s: expected a directory", what, path);
}

void check_readers(const struct policy *p, struct ctl_findings *f)
{
    /* Without systemd, root starts the filter, which reads its files before it becomes its user. */
    bool systemd = access("/run/systemd/system", F_OK) == 0;
    struct reader filter = {
        .policy = p, .f = f, .user = USER_FILTER, .handed = "keys", .systemd = systemd};
    struct reader helper = {
        .policy = p, .f = f, .user = USER_HELPER, .handed = "secrets", .systemd = systemd};

    check_directory(p, "state", p->state_directory, f);
    if (uses_spool(p))
        check_directory(p, "spool", p->spool, f);
    if (geteuid() != 0)
        return;
    if (systemd)
        reader_judge(&filter, filter_opens);
    reader_judge(&helper, helper_opens);
}
