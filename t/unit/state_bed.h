/* SPDX-License-Identifier: ISC */
/* state_bed - what the tests of the state file share: a file in a directory of its own, an audit
 * of it after each test, and processes that live or not. Include check.h first. */
#ifndef MW_STATE_BED_H
#define MW_STATE_BED_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state.h"

static struct bed {
    char directory[64];
    struct state *s;
} bed;

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

static inline int bed_make(size_t size)
{
    snprintf(bed.directory, sizeof bed.directory, "/tmp/mw-state-XXXXXX");
    if (!mkdtemp(bed.directory))
        return -1;
    bed.s = bed_open(bed.directory, size);
    return 0;
}

static inline void audit(void)
{
    struct err error = {""};

    if (state_audit(bed.s, &error) != 0)
        fail_msg("%s", error.text);
}

static inline int bed_remove(void)
{
    char path[128];

    state_close(bed.s);
    snprintf(path, sizeof path, "%s/state", bed.directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/state-lock", bed.directory);
    unlink(path);
    return rmdir(bed.directory);
}

/* The setup and teardown of a test on a new file; the second teardown is for tests that leave the
 * file damaged, or another in its place. */
static inline int make(void **unused)
{
    (void)unused;
    return bed_make(0);
}

static inline int unmake(void **unused)
{
    struct err error = {""};

    (void)unused;
    if (state_audit(bed.s, &error) != 0) {
        print_error("%s\n", error.text);
        bed_remove();
        return -1;
    }
    return bed_remove();
}

static inline int unmake_damaged(void **unused)
{
    (void)unused;
    return bed_remove();
}

#define TEST(name)         cmocka_unit_test_setup_teardown(name, make, unmake)
#define TEST_DAMAGED(name) cmocka_unit_test_setup_teardown(name, make, unmake_damaged)

#endif
