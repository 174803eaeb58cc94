/* SPDX-License-Identifier: ISC */
/* ctl_check_contents - an edge: reads the files of server groups; see ctl_check.h. Holds secrets, and
 * shows none. */
#include <crypt.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_check.h"
#include "secret.h"
#include "server_fault.h"
#include "users.h"

#define DES_HASH        13 /* crypt(5): descrypt has no prefix */
#define HASH_PART_LEAST 22 /* what is behind the last "$": md5crypt's, the shortest */

struct users_line {
    const struct policy *policy;
    const struct server_group *group;
    struct ctl_findings *f;
    unsigned number;
};

#define USERS_SAY(u, format, ...)                                                                  \
    ctl_findings_say((u)->f, COMPLAINT_WARNING, (u)->policy->file, (u)->group->line,               \
                     "server-group", "users %s, line %u: " format, (u)->group->users, (u)->number, \
                     __VA_ARGS__)

/* Whether a password can have this hash. One that begins with '!' or '*' locks the user. */
static bool hash_valid(struct span hash)
{
    char text[CRYPT_OUTPUT_SIZE];
    const char *last;

    if (hash.n == 0 || !span_copy(text, sizeof text, hash))
        return false;
    if (*text == '!' || *text == '*')
        return true;
    if (*text != '$' && *text != '_')
        return hash.n == DES_HASH;
    last = strrchr(text, '$');
#ifdef CRYPT_SALT_INVALID
    if (crypt_checksalt(text) == CRYPT_SALT_INVALID)
        return false;
#endif
    return !last || strlen(last + 1) >= HASH_PART_LEAST;
}

static bool policy_has(const struct policy *p, struct span name)
{
    for (size_t i = 0; i < p->group_policy_count; i++)
        if (span_eq(span_str(p->group_policies[i].name), name))
            return true;
    return false;
}

static bool is_nothing(struct span line)
{
    while (line.n && strchr(" \t\r\n", line.p[line.n - 1]))
        line.n--;
    return line.n == 0 || line.p[0] == '#';
}

static void check_users_line(const struct users_line *u, struct span line)
{
    struct users_entry e;

    if (!users_parse(line, &e)) {
        if (!is_nothing(line))
            USERS_SAY(u,
                      "it has no \":\" and is ignored: expected %s, as mailwicketctl passwd makes",
                      "NAME:HASH or NAME:HASH:GROUP-POLICY");
        return;
    }
    if (!users_name_valid(e.name))
        USERS_SAY(u, "invalid name: expected 1 to %d octets of UTF-8 without blanks at either end",
                  LIMIT_NAME);
    /* Where a ':' is too many, the hash stands in the group policy's place: it isn't shown. */
    else if (e.group_policy.n > 0 && !policy_has(u->policy, e.group_policy))
        USERS_SAY(u, "unknown group policy behind the second \":\": expected the name of %s",
                  "a <group-policy>");
    else if (!hash_valid(e.hash) && e.name.p[0] == '$') /* the two are swapped: it isn't shown */
        USERS_SAY(u, "invalid name: it begins with a \"$\", as hashes do: expected %s",
                  "NAME:HASH or NAME:HASH:GROUP-POLICY");
    else if (!hash_valid(e.hash))
        USERS_SAY(u,
                  "no password of %.*s has this hash: expected one of crypt(5): mailwicketctl "
                  "passwd %.*s",
                  SPAN_FMT(e.name), SPAN_FMT(e.name));
}

static void check_users(const struct policy *p, const struct server_group *g,
                        struct ctl_findings *f)
{
    struct users_line u = {.policy = p, .group = g, .f = f};
    struct err e;
    FILE *file = users_open(g->users, &e);
    char *line = NULL;
    size_t room = 0;
    ssize_t n;

    if (!file) {
        ctl_findings_say(f, COMPLAINT_ERROR, p->file, g->line, "server-group", "%s", e.text);
        return;
    }
    while ((n = getline(&line, &room, file)) > 0) {
        u.number++;
        check_users_line(&u, span_of(line, (size_t)n));
    }
    if (line)
        explicit_bzero(line, room);
    free(line);
    fclose(file);
}

static void check_secret(const struct policy *p, const struct aaa_server *s, const char *attribute,
                         const char *file, struct ctl_findings *f)
{
    char secret[LIMIT_SECRET + 1];
    struct err e;

    if (file && *file && access(file, R_OK) == 0 && secret_read(file, secret, &e))
        ctl_findings_say(f, COMPLAINT_ERROR, p->file, s->line, "server", "%s %s", attribute,
                         e.text);
    explicit_bzero(secret, sizeof secret);
}

static void check_ca(const struct policy *p, const struct aaa_server *s, struct ctl_findings *f)
{
    gnutls_x509_trust_list_t list;

    if (!s->ca || !*s->ca || access(s->ca, R_OK) != 0 || gnutls_x509_trust_list_init(&list, 0))
        return;
    int n = gnutls_x509_trust_list_add_trust_file(list, s->ca, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
    if (n <= 0)
        ctl_findings_say(f, COMPLAINT_ERROR, p->file, s->line, "server",
                         "invalid ca %s: expected CA certificates in PEM", s->ca);
    gnutls_x509_trust_list_deinit(list, 1);
}

/* Our certificate towards a RADIUS server over TLS. */
static void check_certificate(const struct policy *p, const struct aaa_server *s,
                              struct ctl_findings *f)
{
    const struct policy_certificate cert = {.chain = s->certificate, .key = s->key};
    gnutls_certificate_credentials_t credentials;
    struct err why;

    if (!s->certificate || !*s->certificate || access(s->certificate, R_OK) != 0 ||
        access(s->key, R_OK) != 0 || gnutls_certificate_allocate_credentials(&credentials))
        return;
    int code = gnutls_certificate_set_x509_key_file2(credentials, cert.chain, cert.key,
                                                     GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0 && server_fault(&cert, code, &why))
        ctl_findings_say(f, COMPLAINT_ERROR, p->file, s->line, "server",
                         "can't use certificate %s with key %s: %s", cert.chain, cert.key,
                         why.text);
    gnutls_certificate_free_credentials(credentials);
}

void check_contents(const struct policy *p, struct ctl_findings *f)
{
    for (size_t i = 0; i < p->group_count; i++) {
        const struct server_group *g = &p->groups[i];
        if (g->type == GROUP_LOCAL && access(g->users, R_OK) == 0)
            check_users(p, g, f);
        for (size_t k = 0; k < g->server_count; k++) {
            check_secret(p, &g->servers[k], "secret", g->servers[k].secret, f);
            check_secret(p, &g->servers[k], "bind-password", g->servers[k].bind_password, f);
            check_ca(p, &g->servers[k], f);
            check_certificate(p, &g->servers[k], f);
        }
    }
}
