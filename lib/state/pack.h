/* SPDX-License-Identifier: ISC */
/*
 * pack - an entry's record in the state file: the numbers, then the texts without their unused
 * room, so that an entry costs some 250 octets and not 3 KB. PURE.
 *
 * The numbers are in host order: the file never leaves its machine.
 */
#ifndef MW_PACK_H
#define MW_PACK_H

#include "state.h"

#define ENTRY_PACKED_MAX sizeof(struct entry)

/* Writes a text, cut to size - 1 octets, with its NUL at to. Returns the place after it. */
char *pack_put_text(char *to, const char *text, size_t size);

/* Cuts a text with its NUL off p and copies it into to[size]. false: not whole, or too long. */
bool pack_take_text(struct span *p, char *to, size_t size);

/* Packs all but the id, which is the key. Returns the octets written, ENTRY_PACKED_MAX at most. */
size_t entry_pack(char room[ENTRY_PACKED_MAX], const struct entry *s);

/* false: entry_pack did not write p; the file is damaged. */
bool entry_unpack(struct span p, uint64_t id, struct entry *s);

#endif
