/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/import (libFuzzer): a running configuration. Its room is small, so that it is
 * also too small. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "asa.h"
#include "hours.h"
#include "identifier.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void note(void *context, const struct asa_note *n)
{
    must(strlen(n->text) < LIMIT_IMPORT_NOTE);
    *(unsigned *)context += n->lines;
}

/* What holds of all that goes into a policy. */
static void look(const struct asa *a)
{
    for (const struct asa_interface *i = a->interfaces.first; i; i = i->next)
        must(!i->kept || (identifier_is_name(i->name) && identifier_is_device(i->device)));
    for (const struct asa_group *g = a->groups.first; g; g = g->next)
        must(!g->kept || (identifier_is_name(g->name) && g->type != ASA_OTHER));
    for (const struct asa_group_policy *g = a->group_policies.first; g; g = g->next)
        must(!g->kept || (identifier_is_name(g->new_name) && hours_valid(g->access_hours) &&
                          (g->hours.line == 0 || g->access_hours.n > 0 || g->logins.value == 0)));
    for (const struct asa_time_range *r = a->ranges.first; r; r = r->next)
        must(!r->kept || (identifier_is_name(r->name) && r->hours.n > 0 && hours_valid(r->hours)));
    for (const struct asa_map *m = a->maps.first; m; m = m->next)
        for (const struct asa_map_value *v = m->resolved ? m->values.first : NULL; v; v = v->next)
            must(v->policy && v->policy->kept);
    for (size_t p = 0; p < PROTOCOLS; p++) {
        const struct asa_mail *m = &a->mails[p];
        must(m->name_separator != m->server_separator);
        for (const struct asa_enable *e = m->enables.first; e; e = e->next)
            must(!e->to || (e->to->kept && !e->to->management_only && !m->closed &&
                            !identifier_is_vlan(e->to->device)));
        must(m->line == 0 || (m->methods != 0 && utf8_valid(m->server_host)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static max_align_t room[512];
    static struct asa a;
    unsigned left = 0;

    memset(room, 0, sizeof room);
    a = (struct asa){
        .room = {.p = (char *)room, .size = sizeof room}, .note = note, .context = &left};
    if (asa_read(&a, span_of(data, size)) == ASA_READ) {
        look(&a);
        must(a.taken <= a.lines && left == a.lines - a.taken);
    }
    return 0;
}
