/* SPDX-License-Identifier: ISC */
/* units_firewall - PURE: the configured ports for firewalld and ufw. The ports are open on every
 * interface, which is safe: nothing listens on the others. */
#include <string.h>

#include "units_internal.h"

static const struct {
    const char *name; /* as users know it */
    const char *what;
} words[PROTOCOLS] = {
    [PROTOCOL_POP3S] = {"POP3S", "POP3 over TLS"},
    [PROTOCOL_IMAP4S] = {"IMAP4S", "IMAP over TLS"},
    [PROTOCOL_SMTPS] = {"SMTPS", "SMTP over TLS"},
};

static const char *source(const struct unit_subject *s)
{
    const char *file = s->units->policy->file;

    /* Not if it could end an XML comment, or a line. */
    return unit_path_plain(file) && !strstr(file, "--") ? file : "the policy";
}

static int add_xml(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    return unit_add(f, e,
                    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                    "<!-- %s%s: change that file, not this one. -->\n",
                    unit_marker(UNITS_FIREWALLD), source(s));
}

int firewalld_service(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    enum protocol protocol = s->protocol->protocol;

    if (unit_name(f, e, "services/mailwicket-%s.xml", protocol_name(protocol)) || add_xml(s, f, e))
        return -1;
    return unit_add(f, e,
                    "<service>\n  <short>Mailwicket %s</short>\n"
                    "  <description>%s, offered by the e-mail proxy Mailwicket.</description>\n"
                    "  <port protocol=\"tcp\" port=\"%u\"/>\n</service>\n",
                    words[protocol].name, words[protocol].what, s->protocol->port);
}

static bool is_enabled(const struct unit_subject *s, size_t i)
{
    const struct protocol_policy *p = &s->units->policy->protocols[i];

    return p->present && p->enabled_count > 0;
}

/* A policy that accepts the services from every zone. */
int firewalld_policy(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    if (unit_name(f, e, "policies/mailwicket.xml") || add_xml(s, f, e) ||
        unit_add(f, e,
                 "<policy target=\"CONTINUE\">\n  <short>Mailwicket</short>\n"
                 "  <description>Lets mail programs connect to the e-mail proxy Mailwicket."
                 "</description>\n"
                 "  <ingress-zone name=\"ANY\"/>\n  <egress-zone name=\"HOST\"/>\n"))
        return -1;
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (is_enabled(s, i) && unit_add(f, e, "  <service name=\"mailwicket-%s\"/>\n",
                                         protocol_name((enum protocol)i)))
            return -1;
    return unit_add(f, e, "</policy>\n");
}

/* Whether an earlier protocol has the same port, on other interfaces. */
static bool is_repeated_port(const struct unit_subject *s, size_t i)
{
    const struct protocol_policy *p = s->units->policy->protocols;

    for (size_t j = 0; j < i; j++)
        if (is_enabled(s, j) && p[j].port == p[i].port)
            return true;
    return false;
}

static int add_profile(struct unit_file *f, struct err *e, const char *name, const char *what)
{
    return unit_add(f, e,
                    "\n[Mailwicket%s%s]\ntitle=Mailwicket e-mail proxy (%s)\n"
                    "description=%s, offered by the e-mail proxy Mailwicket.\nports=",
                    *name ? " " : "", name, *name ? name : "all protocols", what);
}

/* One profile for all protocols, and one for each. */
int ufw_profile(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    const struct protocol_policy *p = s->units->policy->protocols;
    const char *comma = "";

    if (unit_name(f, e, "mailwicket") ||
        unit_add(f, e, "# %s%s: change that file, not this one.\n", unit_marker(UNITS_UFW),
                 source(s)) ||
        add_profile(f, e, "", "POP3, IMAP and SMTP over TLS, as far as they are enabled"))
        return -1;
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (is_enabled(s, i) && !is_repeated_port(s, i)) {
            if (unit_add(f, e, "%s%u", comma, p[i].port))
                return -1;
            comma = ",";
        }
    if (unit_add(f, e, "/tcp\n"))
        return -1;
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (is_enabled(s, i) && (add_profile(f, e, words[i].name, words[i].what) ||
                                 unit_add(f, e, "%u/tcp\n", p[i].port)))
            return -1;
    return 0;
}
