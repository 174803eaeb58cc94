/* SPDX-License-Identifier: ISC */
/* message - datagrams with descriptors over AF_UNIX sockets (SOCK_SEQPACKET or SOCK_DGRAM). */
#ifndef MW_MESSAGE_H
#define MW_MESSAGE_H

#include <sys/types.h>

#include "buf.h"

#define MESSAGE_FDS 2 /* descriptors that one message may carry */

/* Sends bytes as one datagram, with count descriptors, which stay open here. Retries on EINTR;
 * never raises SIGPIPE. Returns 0, or -1 with errno (EAGAIN if fd is non-blocking, EPIPE, …). */
int message_send(int fd, struct span bytes, const int *fds, size_t count);

/* Receives one datagram into room and its *count descriptors, made CLOEXEC, into fds; the caller
 * closes them. Returns the datagram's size, 0 if the peer has closed the socket, or -1 with errno:
 * EAGAIN, or EPROTO if it didn't fit room or carried too many descriptors (all are closed then). */
ssize_t message_recv(int fd, void *room, size_t size, int fds[MESSAGE_FDS], size_t *count);

/* Like message_recv, and sets *pid to the sender's process, according to the kernel; 0: unknown.
 * SO_PASSCRED must be on. */
ssize_t message_recv_from(int fd, void *room, size_t size, int fds[MESSAGE_FDS], size_t *count,
                          pid_t *pid);

/* Gives the process and user at the other end of a connected socket (SO_PEERCRED). Returns 0, or -1
 * with errno. */
int message_peer(int fd, pid_t *pid, uid_t *uid);

#endif
