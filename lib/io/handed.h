/* SPDX-License-Identifier: ISC */
/* handed - sockets that the service manager opened for us (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES,
 * as sd_listen_fds(3) describes them). */
#ifndef MW_HANDED_H
#define MW_HANDED_H

#include <stdbool.h>
#include <stddef.h>

#define HANDED_MAX      64 /* sockets */
#define HANDED_NAME_MAX 80 /* octets of a name, with the NUL: "imap4s-" and an interface's name */

struct handed {
    int fd;   /* CLOEXEC from now on */
    int type; /* SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM; 0: not a socket */
    bool listening;
    char name[HANDED_NAME_MAX]; /* FileDescriptorName=; "" or "unknown" where nobody gave one */
};

/* Fills out and returns how many; 0: none were handed to this process. The variables are taken out
 * of the environment. Sockets beyond HANDED_MAX are closed. */
size_t handed_sockets(struct handed out[HANDED_MAX]);

#endif
