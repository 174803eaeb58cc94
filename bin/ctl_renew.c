/* SPDX-License-Identifier: ISC */
/* ctl_renew - mailwicketctl renew: installs a renewed certificate with its key where the policy has
 * the old one (R15.1). Checks everything first. Holds a key, and wipes it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "ctl.h"
#include "pair.h"
#include "replace_files.h"

static int renew_failed(const char *why)
{
    fprintf(stderr, PROGRAM_CONTROL ": %s\n", why);
    return CTL_NO;
}

static enum pair_fit renew_fit(const struct pair *pair, const char *chain)
{
    enum pair_fit fit;
    gnutls_datum_t older;

    if (gnutls_load_file(chain, &older))
        return PAIR_OTHER;
    fit = pair_fit(pair, &older);
    explicit_bzero(older.data, older.size); /* the key may be in the same file */
    gnutls_free(older.data);
    return fit;
}

/* Finds the certificate that the pair fits best. NULL: none, or with *several more than one. */
static const struct policy_certificate *renew_find(const struct policy *p, const struct pair *pair,
                                                   bool *several)
{
    const struct policy_certificate *found = NULL;
    enum pair_fit best = PAIR_OTHER;

    *several = false;
    for (size_t i = 0; i < p->certificate_count; i++) {
        enum pair_fit fit = renew_fit(pair, p->certificates[i].chain);
        if (fit == PAIR_OTHER || fit < best)
            continue;
        *several = fit == best;
        best = fit;
        found = &p->certificates[i];
    }
    return *several ? NULL : found;
}

static const struct policy_certificate *renew_named(const struct policy *p, const char *chain)
{
    for (size_t i = 0; i < p->certificate_count; i++)
        if (strcmp(p->certificates[i].chain, chain) == 0)
            return &p->certificates[i];
    return NULL;
}

static int renew_install(const struct policy_certificate *c, const struct pair *pair)
{
    bool together = strcmp(c->chain, c->key) == 0;
    struct replacement list[] = {
        {.file = c->key, .data = {pair->key.data}, .size = {pair->key.size}, .mode = 0600},
        {.file = c->chain, .data = {pair->chain.data}, .size = {pair->chain.size}, .mode = 0644},
    };
    size_t count = sizeof list / sizeof *list;
    struct err e;

    if (together) {
        list[0].data[1] = pair->chain.data;
        list[0].size[1] = pair->chain.size;
        count = 1;
    }
    if (replace_files(list, count, &e))
        return renew_failed(e.text);
    for (size_t i = 0; i < count; i++)
        printf("%s %s\n", list[i].file, list[i].changed ? "is replaced" : "is up to date");
    return CTL_GOOD;
}

static int renew_pair(const struct policy *p, const struct pair *pair, const char *named)
{
    bool several = false;
    const struct policy_certificate *c =
        named ? renew_named(p, named) : renew_find(p, pair, &several);

    if (c)
        return renew_install(c, pair);
    if (several)
        return renew_failed("several certificates of the policy have the names of the new one: "
                            "choose one with --for");
    renew_failed(named ? "no certificate of the policy has this chain"
                       : "no certificate of the policy has only names of the new one: nothing is "
                         "replaced");
    return CTL_UNKNOWN;
}

int ctl_renew(struct ctl *c, int argc, char **argv)
{
    static const struct option table[] = {{"for", required_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    const char *named = NULL;
    struct pair pair;
    struct err e;
    int o;

    while ((o = getopt_long(argc, argv, "f:", table, NULL)) != -1) {
        if (o != 'f')
            return CTL_USAGE;
        named = optarg;
    }
    if (argc - optind != 2)
        return CTL_USAGE;
    const struct policy *p = ctl_policy(c);
    if (!p)
        return CTL_NO;
    if (pair_load(&pair, argv[optind], argv[optind + 1], clock_wall(), &e))
        return renew_failed(e.text);
    int code = renew_pair(p, &pair, named);
    pair_free(&pair);
    return code;
}
