/* SPDX-License-Identifier: ISC */
/* pack - entries to octets and back, by one table of their members. PURE; believes nothing that it
 * reads from the file. */
#include "pack.h"

#include <string.h>

struct member {
    size_t offset, size;
};
#define MEMBER(name)                                                                               \
    {                                                                                              \
        offsetof(struct entry, name), sizeof((struct entry){0}.name)                               \
    }

static const struct member numbers[] = {
    MEMBER(protocol),    MEMBER(state),         MEMBER(piggyback),  MEMBER(port),
    MEMBER(process.pid), MEMBER(process.start), MEMBER(helper.pid), MEMBER(helper.start),
    MEMBER(since),       MEMBER(started),       MEMBER(bytes_in),   MEMBER(bytes_out),
    MEMBER(active),      MEMBER(reported),
};

static const struct member texts[] = {
    MEMBER(address), MEMBER(login), MEMBER(vpn_user),     MEMBER(mail_user),
    MEMBER(server),  MEMBER(tls),   MEMBER(group_policy),
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

char *pack_put_text(char *to, const char *text, size_t size)
{
    size_t n = strnlen(text, size - 1);

    memcpy(to, text, n);
    to[n] = '\0';
    return to + n + 1;
}

size_t entry_pack(char room[ENTRY_PACKED_MAX], const struct entry *s)
{
    const char *from = (const char *)s;
    char *to = room;

    for (size_t i = 0; i < COUNT(numbers); i++) {
        memcpy(to, from + numbers[i].offset, numbers[i].size);
        to += numbers[i].size;
    }
    for (size_t i = 0; i < COUNT(texts); i++)
        to = pack_put_text(to, from + texts[i].offset, texts[i].size);
    return (size_t)(to - room);
}

bool pack_take_text(struct span *p, char *to, size_t size)
{
    const char *end = p->n > 0 ? memchr(p->p, '\0', p->n) : NULL;

    if (!end || (size_t)(end - p->p) >= size)
        return false;
    size_t n = (size_t)(end - p->p) + 1;
    memcpy(to, p->p, n);
    *p = span_tail(*p, n);
    return true;
}

bool entry_unpack(struct span p, uint64_t id, struct entry *s)
{
    char *to = (char *)s;

    *s = (struct entry){.id = id};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (p.n < numbers[i].size)
            return false;
        memcpy(to + numbers[i].offset, p.p, numbers[i].size);
        p = span_tail(p, numbers[i].size);
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!pack_take_text(&p, to + texts[i].offset, texts[i].size))
            return false;
    }
    return p.n == 0 && s->protocol < PROTOCOLS && s->state < ENTRY_STATES;
}

const char *entry_state_name(enum entry_state s)
{
    static const char *const names[ENTRY_STATES] = {
        [ENTRY_UNAUTHENTICATED] = "unauthenticated",
        [ENTRY_AUTHENTICATING] = "authenticating",
        [ENTRY_AUTHENTICATED] = "authenticated",
    };
    return (unsigned)s < ENTRY_STATES ? names[s] : "unknown";
}
