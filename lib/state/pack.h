/* SPDX-License-Identifier: ISC */
/*
 * pack - a session as it stands in the state file: the numbers, then the texts without their unused
 * room, so that an entry costs some 250 octets and not 3 KB. PURE.
 *
 * The numbers are in host order: the file never leaves its machine.
 */
#ifndef MW_PACK_H
#define MW_PACK_H

#include "state.h"

#define ENTRY_PACKED_MAX sizeof(struct entry)

/* Writes a text, cut to size - 1 octets, and its NUL at to; returns what is behind it. */
char *pack_put_text(char *to, const char *text, size_t size);

/* Cuts a text and its NUL off p into to[size]. false: it isn't whole, or too long. */
bool pack_take_text(struct span *p, char *to, size_t size);

/* All but the id, which is the key. Returns the octets written: ENTRY_PACKED_MAX at most. */
size_t entry_pack(char room[ENTRY_PACKED_MAX], const struct entry *s);

/* false where p is not what entry_pack wrote: the file is damaged. */
bool entry_unpack(struct span p, uint64_t id, struct entry *s);

#endif
