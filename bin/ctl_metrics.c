/* SPDX-License-Identifier: ISC */
/* ctl_metrics - mailwicketctl metrics: prints the state in Prometheus' text format 0.0.4 (R9.4). It
 * asks no relay: octets are as of the last reports. */
#include <inttypes.h>
#include <stdlib.h>

#include "ctl_entry.h"
#include "denials.h"
#include "in_force.h"
#include "server_health.h"
#include "validity.h"
#include "vpn.h"

static void print_family(FILE *f, const char *name, const char *type, const char *help)
{
    fprintf(f, "# HELP mailwicket_%s %s\n# TYPE mailwicket_%s %s\n", name, help, name, type);
}

static void print_single(FILE *f, const char *name, const char *type, const char *help,
                         uint64_t value)
{
    print_family(f, name, type, help);
    fprintf(f, "mailwicket_%s %" PRIu64 "\n", name, value);
}

/* Writes a label's value in quotes. */
static void print_label(FILE *f, const char *value)
{
    putc('"', f);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            putc('\\', f);
        if (*value == '\n')
            fputs("\\n", f);
        else
            putc(*value, f);
    }
    putc('"', f);
}

static void print_by_state(FILE *f, const char *name, const char *type, const char *help,
                           const uint64_t n[PROTOCOLS][ENTRY_STATES])
{
    print_family(f, name, type, help);
    for (int p = 0; p < PROTOCOLS; p++)
        for (int i = 0; i < ENTRY_STATES; i++)
            fprintf(f, "mailwicket_%s{protocol=\"%s\",state=\"%s\"} %" PRIu64 "\n", name,
                    protocol_name((enum protocol)p), entry_state_name((enum entry_state)i),
                    n[p][i]);
}

static void print_counts(FILE *f, const struct state_counts *n)
{
    print_by_state(f, "connections", "gauge", "Current connections.", n->active);
    print_by_state(f, "connections_peak", "gauge", "Most connections at the same time.", n->peak);
    print_by_state(f, "connections_total", "counter", "Connections that have reached this state.",
                   n->cumulative);
    print_family(f, "evictions_total", "counter",
                 "Connections ended to keep the limit of outstanding ones.");
    for (int p = 0; p < PROTOCOLS; p++)
        fprintf(f, "mailwicket_evictions_total{protocol=\"%s\"} %" PRIu64 "\n",
                protocol_name((enum protocol)p), n->evicted[p]);
    print_family(f, "session_bytes_total", "counter",
                 "Octets of established sessions from clients (in) and to them (out), as of the "
                 "last reports.");
    for (int p = 0; p < PROTOCOLS; p++)
        fprintf(f,
                "mailwicket_session_bytes_total{protocol=\"%s\",direction=\"in\"} %" PRIu64 "\n"
                "mailwicket_session_bytes_total{protocol=\"%s\",direction=\"out\"} %" PRIu64 "\n",
                protocol_name((enum protocol)p), n->bytes_in[p], protocol_name((enum protocol)p),
                n->bytes_out[p]);
}

static void print_denials_of(void *context, const char *name, uint64_t count)
{
    FILE *f = context;
    struct denials_name n;

    if (denials_parse(span_str(name), &n))
        fprintf(
            f,
            "mailwicket_denials_total{protocol=\"%.*s\",denial=\"%.*s\",event=\"%.*s\"} %" PRIu64
            "\n",
            SPAN_FMT(n.protocol), SPAN_FMT(n.denial), SPAN_FMT(n.event), count);
}

static int print_denials(FILE *f, struct state *s)
{
    print_family(f, "denials_total", "counter",
                 "Denied logins and connections, by the kind of reply (denial) and the name in the "
                 "log (event).");
    return state_tallies(s, print_denials_of, f);
}

/* Groups of local users have no servers, and so no metric. */
static void print_servers(FILE *f, struct state *s, const struct policy *p)
{
    char name[SERVER_HEALTH_NAME_MAX];

    print_family(f, "aaa_server_dead", "gauge",
                 "Whether the AAA server is skipped because it failed.");
    for (size_t i = 0; i < p->group_count; i++) {
        const struct server_group *g = &p->groups[i];
        uint32_t dead = server_health_dead(s, g);
        for (size_t k = 0; k < g->server_count && k < LIMIT_AAA_SERVERS; k++) {
            server_health_name(name, g, k);
            fputs("mailwicket_aaa_server_dead{group=", f);
            print_label(f, g->name);
            fputs(",server=", f);
            print_label(f, name);
            fprintf(f, "} %d\n", (int)(dead >> k & 1));
        }
    }
}

static bool is_certificate(enum validity_kind kind)
{
    return kind != VALIDITY_OCSP && kind != VALIDITY_CRL;
}

/* Prints the family of a kind; all certificates are one family. */
static void print_validity(FILE *f, enum validity_kind kind, const struct validity *list, size_t n)
{
    const char *name = kind == VALIDITY_OCSP  ? "ocsp_expiry_seconds"
                       : kind == VALIDITY_CRL ? "crl_expiry_seconds"
                                              : "certificate_expiry_seconds";
    const char *help = kind == VALIDITY_OCSP ? "The nextUpdate of an OCSP response that is stapled"
                       : kind == VALIDITY_CRL
                           ? "The nextUpdate of a CRL for client certificates"
                           : "When a certificate, or the first of its chain, expires";
    char text[128];

    snprintf(text, sizeof text, "%s, in seconds since 1970.", help);
    print_family(f, name, "gauge", text);
    for (size_t i = 0; i < n; i++) {
        const struct validity *v = &list[i];
        bool ours = v->kind == kind || (is_certificate(v->kind) && is_certificate(kind));
        if (!ours || v->unread || v->until == EXPIRY_NEVER)
            continue;
        fprintf(f, "mailwicket_%s{file=", name);
        print_label(f, v->file);
        if (is_certificate(kind))
            fprintf(f, ",kind=\"%s\"", validity_kind_name(v->kind));
        fprintf(f, ",%s=", kind == VALIDITY_CRL ? "issuer" : "subject");
        print_label(f, v->text);
        fprintf(f, "} %" PRId64 "\n", v->until);
    }
}

/* The metrics of a file that can't be read are left out; standard error says so. */
static void print_validities(FILE *f, const struct policy *p)
{
    size_t n;
    struct validity *list = validity_read(p, VALIDITY_OF_FILTER | VALIDITY_OF_HELPER, &n);

    print_validity(f, VALIDITY_CERTIFICATE, list, n);
    print_validity(f, VALIDITY_OCSP, list, n);
    print_validity(f, VALIDITY_CRL, list, n);
    for (size_t i = 0; i < n; i++)
        if (list[i].unread)
            fprintf(stderr, PROGRAM_CONTROL ": %s: %s\n", list[i].file, list[i].text);
    free(list);
}

/* Left out where no helper runs as a service. */
static void print_in_force(FILE *f, const struct policy *p)
{
    enum in_force now =
        p ? in_force_compare(p->state_directory, p->hash, p->file) : IN_FORCE_UNKNOWN;

    if (now != IN_FORCE_UNKNOWN)
        print_single(f, "policy_changed", "gauge",
                     "1 if the policy's file was changed since the helper loaded it.",
                     now == IN_FORCE_OLDER);
}

static size_t spool_waiting(const struct spool *spool)
{
    struct spool_item *items;
    size_t n;

    if (spool->due < 0)
        return 0;
    n = spool_list(spool->due, &items);
    free(items);
    return n;
}

static bool count_vpn(void *context, const struct vpn_session *v)
{
    (void)v;
    ++*(uint64_t *)context;
    return true;
}

static int print_metrics(FILE *f, struct ctl *c, struct state *s)
{
    struct state_counts counts;
    struct state_usage usage;
    uint64_t vpn = 0;

    print_family(f, "build_info", "gauge", "Always 1; the version is its label.");
    fputs("mailwicket_build_info{version=\"" VERSION "\"} 1\n", f);
    if (state_sweep(s) < 0 || state_counts(s, &counts) != 0)
        return -1;
    print_counts(f, &counts);
    if (print_denials(f, s) != 0 || state_usage(s, &usage) != 0 ||
        state_vpn_each(s, count_vpn, &vpn) != 0)
        return -1;
    print_single(f, "vpn_sessions", "gauge", "VPN sessions that gateways have added.", vpn);
    print_single(f, "failures_counted", "gauge",
                 "Addresses and users whose refused logins are counted.", usage.failures);
    print_servers(f, s, ctl_policy(c));
    print_in_force(f, ctl_policy(c));
    print_validities(f, ctl_policy(c));
    if (c->snapshot)
        fputs(PROGRAM_CONTROL ": accounting_waiting is left out: only root can see the spool\n",
              stderr);
    else
        print_single(f, "accounting_waiting", "gauge",
                     "Sessions that an accounting server is still to be told about.",
                     spool_waiting(&c->spool));
    print_single(f, "state_used_bytes", "gauge", "Octets of the state file's pages in use.",
                 usage.used);
    print_single(f, "state_size_bytes", "gauge", "Largest size of the state file, in octets.",
                 usage.size);
    return 0;
}

int ctl_metrics(struct ctl *c, int argc, char **argv)
{
    char *text = NULL;
    size_t size;

    (void)argv;
    if (argc != 1)
        return CTL_USAGE;
    struct state *s = ctl_look(c);
    if (!s)
        return CTL_NO;
    FILE *f = open_memstream(&text, &size); /* prints all or nothing */
    int code = f && print_metrics(f, c, s) == 0 ? CTL_GOOD : ctl_state_failed();
    state_close(s);
    if (f && fclose(f) != 0 && code == CTL_GOOD)
        code = ctl_state_failed();
    if (code == CTL_GOOD)
        fputs(text, stdout);
    free(text);
    return code;
}
