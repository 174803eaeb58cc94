/* SPDX-License-Identifier: ISC */
/* ctl_reload - mailwicketctl reload PID: makes a running program reload its policy (R8.3). The exit
 * code says whether the new policy is in force. Meant for ExecReload=. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "num.h"
#include "reload_reply.h"

#define PATIENCE_MS 60000

static const char *const reload_errors[] = {
    [RELOAD_REJECTED] = "the new policy was rejected, and the old one stays in force; the "
                        "program's log has file and line",
    [RELOAD_GONE] = "there is no such process",
    [RELOAD_FORBIDDEN] = "no right to send it signals: run this as root or as its user",
    [RELOAD_SILENT] = "no answer within 60 s; see the program's log",
};

/* The program may accept only signals of its own user, so root becomes that user. 0, or a
 * reload_reply. */
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
    enum reload_reply reply = (enum reload_reply)become_owner(pid);
    if (!reply)
        reply = reload_reply_ask((pid_t)pid, PATIENCE_MS);
    if (reply == RELOAD_IN_FORCE)
        return CTL_GOOD;
    fprintf(stderr, PROGRAM_CONTROL ": reload %s: %s\n", argv[1], reload_errors[reply]);
    return CTL_NO;
}
