/* SPDX-License-Identifier: ISC */
/* ctl_interfaces - mailwicketctl interfaces: shows on which interfaces each protocol is enabled
 * (R7.2). */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "ctl_table.h"
#include "policy.h"

static const struct table_column columns[] = {
    {.title = "Interface", .least = 8}, {.title = "Device"},
    {.title = "Address", .least = 8},   {.title = "POP3S", .right = true},
    {.title = "IMAP4S", .right = true}, {.title = "SMTPS", .right = true},
};
/* The protocols in the order of the columns, which is the appliance's. */
static const enum protocol shown[] = {PROTOCOL_POP3S, PROTOCOL_IMAP4S, PROTOCOL_SMTPS};

static bool is_enabled(const struct policy *p, size_t i, const struct policy_interface *one)
{
    return protocol_enabled_on(&p->protocols[shown[i]], span_str(one->name));
}

static void row(struct table *t, const struct policy *p, const struct policy_interface *one)
{
    char port[16];

    table_cell(t, one->name);
    table_cell(t, one->device);
    table_cell(t, *one->address ? one->address : "any");
    for (size_t i = 0; i < PROTOCOLS; i++) {
        snprintf(port, sizeof port, "%u", p->protocols[shown[i]].port);
        table_cell(t, is_enabled(p, i, one) ? port : interface_usable(one) ? "" : "never");
    }
}

static void print_table(const struct policy *p)
{
    struct table t = {columns, sizeof columns / sizeof *columns, NULL, 0};

    for (size_t i = 0; i < p->interface_count; i++)
        row(&t, p, &p->interfaces[i]);
    table_print(&t, table_width(), stdout);
    table_free(&t);
}

static void print_one(const struct policy *p, const struct policy_interface *one)
{
    fputs("{\"interface\": ", stdout);
    json_text(stdout, one->name);
    fputs(", \"device\": ", stdout);
    json_text(stdout, one->device);
    fputs(", \"address\": ", stdout);
    if (*one->address)
        json_text(stdout, one->address);
    else
        fputs("null", stdout);
    printf(", \"can_be_enabled\": %s", interface_usable(one) ? "true" : "false");
    for (size_t i = 0; i < PROTOCOLS; i++) {
        printf(", \"%s\": ", protocol_name(shown[i]));
        if (is_enabled(p, i, one))
            printf("%u", p->protocols[shown[i]].port);
        else
            fputs("null", stdout);
    }
    putchar('}');
}

static void print_json(const struct policy *p)
{
    for (size_t i = 0; i < p->interface_count; i++) {
        fputs(i > 0 ? ",\n " : "[", stdout);
        print_one(p, &p->interfaces[i]);
    }
    puts(p->interface_count > 0 ? "]" : "[]");
}

int ctl_interfaces(struct ctl *c, int argc, char **argv)
{
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;

    if (argc != 1 && !json)
        return CTL_USAGE;
    const struct policy *p = ctl_policy(c);
    if (!p)
        return CTL_NO;
    if (json)
        print_json(p);
    else
        print_table(p);
    return CTL_GOOD;
}
