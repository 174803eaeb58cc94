/* SPDX-License-Identifier: ISC */
/* ctl_reload - mailwicketctl reload PID: a running program loads its policy anew (R8.3), and the
 * exit code says whether it took it. Meant for ExecReload=. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "num.h"
#include "reload_reply.h"

#define PATIENCE_MS 60000

static const char *const words[] = {
    [RELOAD_REJECTED] = "the new policy was rejected, and the old one stays in force: its log "
                        "says why, with file and line",
    [RELOAD_GONE] = "there is no such process",
    [RELOAD_FORBIDDEN] = "its signals are not yours to send: be root, or its user",
    [RELOAD_SILENT] = "it did not say within 60 s whether it took the new policy: see its log",
};

/* The program may answer to its own user alone: root becomes that. */
static int become_owner(uint64_t pid)
{
    struct stat st;
    char path[32];

    if (geteuid() != 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    if (stat(path, &st))
        return errno == ENOENT ? RELOAD_GONE : RELOAD_FORBIDDEN;
    if (setresgid(st.st_gid, st.st_gid, st.st_gid) || setresuid(st.st_uid, st.st_uid, st.st_uid))
        return RELOAD_FORBIDDEN;
    return 0;
}

int ctl_reload(struct ctl *c, int argc, char **argv)
{
    uint64_t pid;

    (void)c;
    if (argc != 2 || !num_parse(span_str(argv[1]), INT32_MAX, &pid) || pid < 2)
        return CTL_USAGE;
    enum reload_reply v = (enum reload_reply)become_owner(pid);
    if (!v)
        v = reload_reply_ask((pid_t)pid, PATIENCE_MS);
    if (v == RELOAD_IN_FORCE)
        return CTL_GOOD;
    fprintf(stderr, PROGRAM_CONTROL ": reload %s: %s\n", argv[1], words[v]);
    return CTL_NO;
}
