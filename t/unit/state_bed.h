/* SPDX-License-Identifier: ISC */
/* state_bed - what the tests of the state file share: a directory, and processes that live or not.
 */
#ifndef MW_STATE_BED_H
#define MW_STATE_BED_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state.h"

struct bed {
    char directory[64];
    struct state *s;
};

static inline struct process me(void)
{
    struct process p;

    if (process_of(getpid(), &p) != 0)
        abort();
    return p;
}

/* A child that waits to be killed. */
static inline struct process start_child(void)
{
    struct process p;
    pid_t pid = fork();

    if (pid == 0) {
        for (;;)
            pause();
    }
    if (pid < 0 || process_of(pid, &p) != 0)
        abort();
    return p;
}

static inline void kill_child(struct process p)
{
    kill(p.pid, SIGKILL);
    waitpid(p.pid, NULL, 0);
}

static inline struct state *bed_open(const char *directory, size_t size)
{
    struct err error = {""};
    struct state *s = state_open(directory, size, &error);

    if (!s) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return s;
}

static inline void bed_make(struct bed *b, size_t size)
{
    snprintf(b->directory, sizeof b->directory, "/tmp/mw-state-XXXXXX");
    if (!mkdtemp(b->directory))
        abort();
    b->s = bed_open(b->directory, size);
}

static inline void bed_remove(struct bed *b)
{
    char path[128];

    state_close(b->s);
    snprintf(path, sizeof path, "%s/state", b->directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/state-lock", b->directory);
    unlink(path);
    if (rmdir(b->directory) != 0)
        abort();
}

#endif
