/* SPDX-License-Identifier: ISC */
/* handed - sockets that the service manager passes to us (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES;
 * see sd_listen_fds(3)). */
#ifndef MW_HANDED_H
#define MW_HANDED_H

#include <stdbool.h>
#include <stddef.h>

#define HANDED_MAX      64 /* sockets */
#define HANDED_NAME_MAX 80 /* octets of a name with its NUL: "imap4s-" and an interface */

struct handed {
    int fd;   /* made CLOEXEC */
    int type; /* SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM; 0: not a socket */
    bool listening;
    char name[HANDED_NAME_MAX]; /* FileDescriptorName=; "" or "unknown" if there is none */
};

/* Fills out and returns the number of sockets; 0: none were passed to this process. Removes the
 * variables from the environment. Closes sockets beyond HANDED_MAX. */
size_t handed_sockets(struct handed out[HANDED_MAX]);

#endif
