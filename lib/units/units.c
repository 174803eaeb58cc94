/* SPDX-License-Identifier: ISC */
/* units - PURE: calls each kind's makers for the policy's protocols and interfaces; see units.h. */
#include "units.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "units_internal.h"

#define CONNECTIONS      4096
#define CONNECTIONS_MORE 1024 /* beyond max-sessions: clients that are being turned away */

enum scope { EACH_PAIR, EACH_PROTOCOL, ONCE };

static const struct part {
    enum units_kind kind;
    enum scope scope;
    unit_maker *make;
} parts[] = {
    {UNITS_SYSTEMD, EACH_PAIR, systemd_socket},
    {UNITS_SYSTEMD, EACH_PAIR, systemd_target_wants},
    {UNITS_SYSTEMD, EACH_PAIR, systemd_device_wants},
    {UNITS_SYSTEMD_ACCEPT, EACH_PAIR, systemd_accept_socket},
    {UNITS_SYSTEMD_ACCEPT, EACH_PAIR, systemd_accept_service},
    {UNITS_SYSTEMD_ACCEPT, EACH_PAIR, systemd_target_wants},
    {UNITS_SYSTEMD_ACCEPT, EACH_PAIR, systemd_device_wants},
    {UNITS_XINETD, EACH_PAIR, xinetd_entry},
    {UNITS_FIREWALLD, EACH_PROTOCOL, firewalld_service},
    {UNITS_FIREWALLD, ONCE, firewalld_policy},
    {UNITS_UFW, ONCE, ufw_profile},
};

static const char *const markers[] = {
    [UNITS_SYSTEMD] = "Made by Mailwicket for systemd from ",
    [UNITS_SYSTEMD_ACCEPT] = "Made by Mailwicket for systemd from ",
    [UNITS_XINETD] = "Made by Mailwicket for xinetd from ",
    [UNITS_FIREWALLD] = "Made by Mailwicket for firewalld from ",
    [UNITS_UFW] = "Made by Mailwicket for ufw from ",
};

const char *unit_marker(enum units_kind kind)
{
    return markers[kind];
}

int unit_add(struct unit_file *f, struct err *e, const char *format, ...)
{
    size_t n = strlen(f->text);
    va_list args;

    va_start(args, format);
    int more = vsnprintf(f->text + n, sizeof f->text - n, format, args);
    va_end(args);
    if (more < 0 || (size_t)more >= sizeof f->text - n)
        return err_set(e, "%s: file too long: expected shorter names in the policy", f->name);
    return 0;
}

int unit_name(struct unit_file *f, struct err *e, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(f->name, sizeof f->name, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof f->name)
        return err_set(e, "%.64s: file name too long: expected shorter names", f->name);
    return 0;
}

bool unit_path_plain(const char *path)
{
    for (; *path; path++)
        if ((unsigned char)*path <= ' ' || *path == 0x7f || strchr("\"'\\", *path))
            return false;
    return true;
}

unsigned unit_connections(const struct protocol_policy *p)
{
    unsigned wanted = p->max_sessions + CONNECTIONS_MORE;

    return wanted > CONNECTIONS ? wanted : CONNECTIONS;
}

static bool hand_over(const struct units_sink *sink, unit_maker *make, const struct unit_subject *s)
{
    struct unit_file f = {.link = false};
    struct err e;

    if (make(s, &f, &e) == 0)
        return sink->file(sink->context, &f);
    sink->fault(sink->context, e.text);
    return true;
}

static bool make_protocol(const struct part *part, struct unit_subject s,
                          const struct units_sink *sink)
{
    if (!s.protocol->present || s.protocol->enabled_count == 0)
        return true;
    if (part->scope == EACH_PROTOCOL)
        return hand_over(sink, part->make, &s);
    for (size_t i = 0; i < s.protocol->enabled_count; i++) {
        s.interface = s.protocol->enabled[i];
        if (!hand_over(sink, part->make, &s))
            return false;
    }
    return true;
}

static bool any_enabled(const struct policy *p)
{
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (p->protocols[i].present && p->protocols[i].enabled_count > 0)
            return true;
    return false;
}

static bool make_part(const struct part *part, const struct units *u, const struct units_sink *sink)
{
    struct unit_subject s = {.units = u};

    if (part->scope == ONCE)
        return !any_enabled(u->policy) || hand_over(sink, part->make, &s);
    for (size_t i = 0; i < PROTOCOLS; i++) {
        s.protocol = &u->policy->protocols[i];
        if (!make_protocol(part, s, sink))
            return false;
    }
    return true;
}

bool units_make(const struct units *u, const struct units_sink *sink)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].kind == u->kind && !make_part(&parts[i], u, sink))
            return false;
    return true;
}
