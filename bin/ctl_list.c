/* SPDX-License-Identifier: ISC */
/* ctl_list - collects entries and sorts them; see ctl_list.h. */
#include "ctl_list.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pack.h"
#include "program.h"

static uint64_t by_index(const struct entry *e, uint64_t now)
{
    (void)now;
    return e->id;
}

static uint64_t by_state(const struct entry *e, uint64_t now)
{
    (void)now;
    return e->state;
}

static uint64_t by_in(const struct entry *e, uint64_t now)
{
    (void)now;
    return e->bytes_in;
}

static uint64_t by_out(const struct entry *e, uint64_t now)
{
    (void)now;
    return e->bytes_out;
}

/* A connection that is not authenticated has no login time, and comes first. */
static uint64_t by_login(const struct entry *e, uint64_t now)
{
    (void)now;
    return e->state == ENTRY_AUTHENTICATED ? (uint64_t)e->started : 0;
}

static uint64_t by_idle(const struct entry *e, uint64_t now)
{
    return now > e->active ? now - e->active : 0;
}

static const char *by_user(const struct entry *e, char room[LIST_TEXT_MAX])
{
    (void)room;
    return e->vpn_user;
}

static const char *by_mail_user(const struct entry *e, char room[LIST_TEXT_MAX])
{
    (void)room;
    return e->state == ENTRY_AUTHENTICATED ? e->mail_user : e->login;
}

/* Sorts addresses by their octets, IPv4 before IPv6. */
static const char *by_address(const struct entry *e, char room[LIST_TEXT_MAX])
{
    unsigned char a[16];
    size_t n = inet_pton(AF_INET, e->address, a) == 1    ? 4
               : inet_pton(AF_INET6, e->address, a) == 1 ? 16
                                                         : 0;

    snprintf(room, LIST_TEXT_MAX, "%02zu", n);
    for (size_t i = 0; i < n; i++)
        snprintf(room + 2 + 2 * i, LIST_TEXT_MAX - 2 - 2 * i, "%02x", a[i]);
    return room;
}

static const char *by_protocol(const struct entry *e, char room[LIST_TEXT_MAX])
{
    (void)room;
    return protocol_name((enum protocol)e->protocol);
}

static const char *by_server(const struct entry *e, char room[LIST_TEXT_MAX])
{
    (void)room;
    return e->server;
}

static const char *by_tls(const struct entry *e, char room[LIST_TEXT_MAX])
{
    (void)room;
    return e->tls;
}

static const char *by_group_policy(const struct entry *e, char room[LIST_TEXT_MAX])
{
    (void)room;
    return e->group_policy;
}

static const struct list_key keys[] = {
    {"index", by_index, NULL},
    {"state", by_state, NULL},
    {"vpn-user", NULL, by_user},
    {"mail-user", NULL, by_mail_user},
    {"address", NULL, by_address},
    {"protocol", NULL, by_protocol},
    {"server", NULL, by_server},
    {"tls", NULL, by_tls},
    {"group-policy", NULL, by_group_policy},
    {"in", by_in, NULL},
    {"out", by_out, NULL},
    {"login", by_login, NULL},
    {"idle", by_idle, NULL},
};

const struct list_key *list_key_find(const char *argument, bool *descending)
{
    *descending = *argument == '-';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].name, argument + *descending) == 0)
            return &keys[i];
    return NULL;
}

const char *list_key_names(void)
{
    static char names[256];
    size_t n = 0;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? " " : "", keys[i].name);
    return names;
}

static void *list_must(void *p)
{
    if (p)
        return p;
    perror(PROGRAM_CONTROL);
    exit(1);
}

void list_add(struct list *l, const struct entry *e)
{
    char packed[ENTRY_PACKED_MAX], room[LIST_TEXT_MAX];
    struct list_row row = {.id = e->id, .size = entry_pack(packed, e)};

    row.packed = list_must(malloc(row.size));
    memcpy(row.packed, packed, row.size);
    if (l->key->text)
        row.text = list_must(strdup(l->key->text(e, room)));
    else
        row.number = l->key->number(e, l->now);
    if ((l->count & (l->count - 1)) == 0) /* full: the room is a power of two */
        l->rows = list_must(reallocarray(l->rows, l->count ? l->count * 2 : 1, sizeof row));
    l->rows[l->count++] = row;
}

static int compare_rows(const void *one, const void *other)
{
    const struct list_row *a = one, *b = other;
    int c = a->text && b->text ? strcmp(a->text, b->text)
                               : (a->number > b->number) - (a->number < b->number);

    return c != 0 ? c : (a->id > b->id) - (a->id < b->id);
}

static int compare_descending(const void *one, const void *other)
{
    return compare_rows(other, one);
}

void list_sort(struct list *l)
{
    if (l->count > 0)
        qsort(l->rows, l->count, sizeof *l->rows,
              l->descending ? compare_descending : compare_rows);
}

void list_get(const struct list *l, size_t row, struct entry *e)
{
    const struct list_row *r = &l->rows[row];

    (void)entry_unpack(span_of(r->packed, r->size), r->id, e); /* cannot fail: list_add packed it */
}

void list_free(struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->rows[i].text);
        free(l->rows[i].packed);
    }
    free(l->rows);
    l->rows = NULL;
    l->count = 0;
}
