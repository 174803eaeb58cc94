/* SPDX-License-Identifier: ISC */
/* resolve - getaddrinfo(3) that ends in time: looks up a server's addresses until a deadline. */
#ifndef MW_RESOLVE_H
#define MW_RESOLVE_H

#include <netdb.h>
#include <stdint.h>

#include "err.h"

/* Sets *list to the addresses of host (a name or a numeric address) for sockets of socktype, with
 * port in each; the caller frees it with freeaddrinfo. A name is looked up in a thread, which is
 * left to itself, with its memory, where clock_ms reaches deadline first. 0, or -1 and e: the name
 * can't be found, or not in time. */
int resolve(struct addrinfo **list, const char *host, unsigned port, int socktype,
            uint64_t deadline, struct err *e);

#endif
