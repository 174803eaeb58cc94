/* SPDX-License-Identifier: ISC */
/* message - one datagram with descriptors over an AF_UNIX socket (SOCK_SEQPACKET or SOCK_DGRAM). */
#ifndef MW_MESSAGE_H
#define MW_MESSAGE_H

#include <sys/types.h>

#include "buf.h"

#define MESSAGE_FDS 2 /* descriptors that one message may carry */

/* Sends bytes as one datagram, with count descriptors (they stay open here). EINTR is retried,
 * SIGPIPE never raised. 0, or -1 with errno (EAGAIN where fd doesn't block, EPIPE …). */
int message_send(int fd, struct span bytes, const int *fds, size_t count);

/* Receives one datagram into room. Descriptors come CLOEXEC into fds, *count of them, the caller's
 * to close. Returns its size, 0 at the end of the conversation, or -1 with errno: EAGAIN, EPROTO
 * (it didn't fit room, or carried more than MESSAGE_FDS descriptors: all of them are closed). */
ssize_t message_recv(int fd, void *room, size_t size, int fds[MESSAGE_FDS], size_t *count);

/* As message_recv, and the sender's process as the kernel knows it (SO_PASSCRED must be on); *pid
 * 0: not told. */
ssize_t message_recv_from(int fd, void *room, size_t size, int fds[MESSAGE_FDS], size_t *count,
                          pid_t *pid);

/* The process at the other end of a connected socket (SO_PEERCRED): 0, or -1. */
int message_peer(int fd, pid_t *pid, uid_t *uid);

#endif
