/* SPDX-License-Identifier: ISC */
/* ctl_metrics - mailwicketctl metrics: the state in Prometheus' text format 0.0.4 (R9.4). Nobody is
 * asked for it, and no relay woken: octets are as of the last reports. */
#include <inttypes.h>
#include <stdlib.h>

#include "ctl_entry.h"
#include "denials.h"
#include "server_health.h"
#include "vpn.h"

static void family(FILE *f, const char *name, const char *type, const char *help)
{
    fprintf(f, "# HELP mailwicket_%s %s\n# TYPE mailwicket_%s %s\n", name, help, name, type);
}

static void single(FILE *f, const char *name, const char *type, const char *help, uint64_t value)
{
    family(f, name, type, help);
    fprintf(f, "mailwicket_%s %" PRIu64 "\n", name, value);
}

/* A label's value, in its quotes. */
static void label(FILE *f, const char *value)
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

static void by_state(FILE *f, const char *name, const char *type, const char *help,
                     const uint64_t n[PROTOCOLS][ENTRY_STATES])
{
    family(f, name, type, help);
    for (int p = 0; p < PROTOCOLS; p++)
        for (int i = 0; i < ENTRY_STATES; i++)
            fprintf(f, "mailwicket_%s{protocol=\"%s\",state=\"%s\"} %" PRIu64 "\n", name,
                    protocol_name((enum protocol)p), entry_state_name((enum entry_state)i),
                    n[p][i]);
}

static void print_counts(FILE *f, const struct state_counts *n)
{
    by_state(f, "connections", "gauge", "Connections that there are now.", n->active);
    by_state(f, "connections_peak", "gauge", "Connections that there were at most at once.",
             n->peak);
    by_state(f, "connections_total", "counter", "Connections that ever came into this state.",
             n->cumulative);
    family(f, "evictions_total", "counter",
           "Connections that had to go for the outstanding limit.");
    for (int p = 0; p < PROTOCOLS; p++)
        fprintf(f, "mailwicket_evictions_total{protocol=\"%s\"} %" PRIu64 "\n",
                protocol_name((enum protocol)p), n->evicted[p]);
    family(f, "session_bytes_total", "counter",
           "Octets of established sessions, from and to the clients, as of the last reports.");
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
    family(
        f, "denials_total", "counter",
        "Logins and connections that were denied, by what the client and what the log was told.");
    return state_tallies(s, print_denials_of, f);
}

/* Local users have no server. */
static void print_servers(FILE *f, struct state *s, const struct policy *p)
{
    char name[SERVER_HEALTH_NAME_MAX];

    family(f, "aaa_server_dead", "gauge", "Whether the AAA server is skipped because it failed.");
    for (size_t i = 0; i < p->group_count; i++) {
        const struct server_group *g = &p->groups[i];
        uint32_t dead = server_health_dead(s, g);
        for (size_t k = 0; k < g->server_count && k < LIMIT_AAA_SERVERS; k++) {
            server_health_name(name, g, k);
            fputs("mailwicket_aaa_server_dead{group=", f);
            label(f, g->name);
            fputs(",server=", f);
            label(f, name);
            fprintf(f, "} %d\n", (int)(dead >> k & 1));
        }
    }
}

static size_t waiting(const struct spool *spool)
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

static int print(FILE *f, struct ctl *c, struct state *s)
{
    struct state_counts counts;
    struct state_usage usage;
    uint64_t vpn = 0;

    family(f, "build_info", "gauge", "Always 1; the version is its label.");
    fputs("mailwicket_build_info{version=\"" VERSION "\"} 1\n", f);
    if (state_sweep(s) < 0 || state_counts(s, &counts) != 0)
        return -1;
    print_counts(f, &counts);
    if (print_denials(f, s) != 0 || state_usage(s, &usage) != 0 ||
        state_vpn_each(s, count_vpn, &vpn) != 0)
        return -1;
    single(f, "vpn_sessions", "gauge", "VPN sessions that gateways have told of.", vpn);
    single(f, "failures_counted", "gauge", "Addresses and users whose refused logins are counted.",
           usage.failures);
    print_servers(f, s, ctl_policy(c));
    single(f, "accounting_waiting", "gauge",
           "Sessions of which an accounting server is to be told.", waiting(&c->spool));
    single(f, "state_used_bytes", "gauge", "Octets of the state file's pages in use.", usage.used);
    single(f, "state_size_bytes", "gauge", "Octets that the state file may grow to.", usage.size);
    return 0;
}

int ctl_metrics(struct ctl *c, int argc, char **argv)
{
    char *text = NULL;
    size_t size;

    (void)argv;
    if (argc != 1)
        return CTL_USAGE;
    struct state *s = ctl_state(c);
    if (!s)
        return CTL_NO;
    FILE *f = open_memstream(&text, &size); /* nothing is printed where something fails */
    int code = f && print(f, c, s) == 0 ? CTL_GOOD : ctl_state_failed();
    state_close(s);
    if (f && fclose(f) != 0 && code == CTL_GOOD)
        code = ctl_state_failed();
    if (code == CTL_GOOD)
        fputs(text, stdout);
    free(text);
    return code;
}
