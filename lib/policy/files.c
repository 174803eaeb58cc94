/* SPDX-License-Identifier: ISC */
/* files - looks at the files that a policy names. */
#include "files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complaints.h"

enum file_kind { FILE_OPEN, FILE_SECRET, FILE_USERS };

/* path "": none is named. NULL: the element is of a type that has no such file. */
static void check(struct complaints *c, int line, const char *element, const char *attribute,
                  const char *path, enum file_kind kind)
{
    struct stat st;

    if (!path || !*path)
        return;
    if (access(path, R_OK) != 0 || stat(path, &st) != 0)
        complain_at(c, COMPLAINT_ERROR, line, element,
                    "%s %s cannot be read: %s; right is a readable file", attribute, path,
                    strerror(errno));
    else if (!S_ISREG(st.st_mode))
        complain_at(c, COMPLAINT_ERROR, line, element, "%s %s is not a file; right is a file",
                    attribute, path);
    else if (kind != FILE_USERS && st.st_size == 0)
        complain_at(c, COMPLAINT_WARNING, line, element, "%s %s is empty; right is what it is for",
                    attribute, path);
    else if (kind != FILE_OPEN && st.st_mode & S_IROTH)
        complain_at(c, COMPLAINT_WARNING, line, element,
                    "everybody may read %s %s; right is mode 0640 or less", attribute, path);
}

static void check_group(struct complaints *c, const struct server_group *g)
{
    check(c, g->line, "server-group", "users", g->users, FILE_USERS);
    for (size_t i = 0; i < g->server_count; i++) {
        const struct aaa_server *s = &g->servers[i];
        check(c, s->line, "server", "secret", s->secret, FILE_SECRET);
        check(c, s->line, "server", "bind-password", s->bind_password, FILE_SECRET);
        check(c, s->line, "server", "ca", s->ca, FILE_OPEN);
        check(c, s->line, "server", "certificate", s->certificate, FILE_OPEN);
        check(c, s->line, "server", "key", s->key, FILE_SECRET);
    }
}

static void check_protocol(struct complaints *c, const struct protocol_policy *p)
{
    check(c, p->default_server.line, "default-server", "ca", p->default_server.ca, FILE_OPEN);
    for (size_t i = 0; i < p->allowed_count; i++)
        check(c, p->allowed[i].line, "allow-server", "ca", p->allowed[i].ca, FILE_OPEN);
}

bool policy_check_files(const struct policy *p, const char *name, policy_complain complain,
                        void *context)
{
    struct arena arena = {0};
    struct complaints c = {.arena = &arena, .file = name};

    check(&c, p->tls_line, "tls", "client-ca", p->client_ca, FILE_OPEN);
    check(&c, p->tls_line, "tls", "crl", p->crl, FILE_OPEN);
    for (size_t i = 0; i < p->certificate_count; i++) {
        const struct policy_certificate *one = &p->certificates[i];
        check(&c, one->line, "certificate", "chain", one->chain, FILE_OPEN);
        check(&c, one->line, "certificate", "key", one->key, FILE_SECRET);
        check(&c, one->line, "certificate", "ocsp", one->ocsp, FILE_OPEN);
    }
    for (size_t i = 0; i < p->group_count; i++)
        check_group(&c, &p->groups[i]);
    for (size_t i = 0; i < PROTOCOLS; i++)
        check_protocol(&c, &p->protocols[i]);
    complaints_tell(&c, complain, context);
    arena_free(&arena);
    return c.errors == 0;
}
