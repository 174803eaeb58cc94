/* SPDX-License-Identifier: ISC */
/* vpn_record - a VPN session's record in the state file: numbers, addresses, texts. PURE. */
#ifndef MW_VPN_RECORD_H
#define MW_VPN_RECORD_H

#include "vpn.h"

#define VPN_PACKED_MAX sizeof(struct vpn_session)

/* Packs all but the index, which is in the key. Returns the octets written. */
size_t vpn_pack(char room[VPN_PACKED_MAX], const struct vpn_session *v);

/* false: vpn_pack did not write p; the file is damaged. */
bool vpn_unpack(struct span p, uint64_t index, struct vpn_session *v);

#endif
