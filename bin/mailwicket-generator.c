/* SPDX-License-Identifier: ISC */
/* mailwicket-generator - a systemd.generator(7): writes the policy's socket units, at boot and at
 * each daemon-reload. Runs as root before nearly everything: no syslog, no network, no other
 * process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"
#include "install_files.h"
#include "program.h"

#define POLICY SYSCONFDIR "/mailwicket/policy.xml"

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: mailwicket-generator DIRECTORY [EARLY-DIRECTORY LATE-DIRECTORY]\n"
    "systemd starts it; see mailwicket-generator(8).\n";

/* Writes to standard error and, if systemd started the program (it sets SYSTEMD_SCOPE), to the
 * kernel's log. */
static void generator_say(const char *text)
{
    fprintf(stderr, PROGRAM_GENERATOR ": %s\n", text);
    if (!getenv("SYSTEMD_SCOPE"))
        return;
    int fd = open("/dev/kmsg", O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return;
    dprintf(fd, "<3>mailwicket-generator: %s\n", text);
    close(fd);
}

/* Warnings are left to mailwicketctl check: here they would come again at each daemon-reload. */
static void generator_complain(void *context, enum complaint_kind kind, const char *text)
{
    (void)context;
    if (kind == COMPLAINT_ERROR)
        generator_say(text);
}

static void generator_report(void *context, enum install_event event, const char *text)
{
    (void)context;
    if (event == INSTALL_ERROR)
        generator_say(text);
}

static int generate(const char *directory)
{
    struct policy *p = policy_load(POLICY, NULL, generator_complain, NULL);

    if (!p) {
        generator_say("invalid " POLICY ": no socket units written; see mailwicketctl check");
        return 1;
    }
    const struct units u = {.kind = UNITS_SYSTEMD, .policy = p};
    int rc = install_units(&u, directory, generator_report, NULL);
    policy_free(p);
    return rc == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts(PROGRAM_GENERATOR " " VERSION);
        return 0;
    }
    if ((argc != 2 && argc != 4) || *argv[1] == '-') {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    umask(022);
    /* Installed, but not configured yet. */
    if (access(POLICY, F_OK) != 0 && errno == ENOENT)
        return 0;
    return generate(argv[1]);
}
