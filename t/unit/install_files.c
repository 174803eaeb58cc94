/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/units/install_files.c: which files of a directory are written, kept, removed or
 * left alone. */
#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "install_files.h"

static struct policy_interface a = {
    .name = (char[]){"a"}, .device = (char[]){"eth0"}, .address = (char[]){"10.0.0.1"}, .line = 3};
static struct policy_interface b = {
    .name = (char[]){"b"}, .device = (char[]){"eth1"}, .address = (char[]){""}, .line = 4};
static struct policy_interface *enabled[] = {&a, &b};

static char directory[64];
static struct policy policy;
static struct counts {
    unsigned errors, written, kept, removed;
    char last_error[1024];
} counts;

static void count_event(void *context, enum install_event event, const char *text)
{
    unsigned *const members[] = {[INSTALL_ERROR] = &counts.errors,
                                 [INSTALL_WRITTEN] = &counts.written,
                                 [INSTALL_KEPT] = &counts.kept,
                                 [INSTALL_REMOVED] = &counts.removed};

    (void)context;
    ++*members[event];
    if (event == INSTALL_ERROR)
        snprintf(counts.last_error, sizeof counts.last_error, "%s", text);
    else
        assert_int_equal(strncmp(text, directory, strlen(directory)), 0);
}

static int install(enum units_kind kind, size_t interfaces)
{
    const struct units u = {kind, &policy, "/lib/systemd/system", "/usr/sbin/mailwicket"};

    policy.protocols[PROTOCOL_IMAP4S].enabled_count = interfaces;
    counts = (struct counts){0};
    return install_units(&u, directory, count_event, NULL);
}

static const char *path(const char *name)
{
    static char room[512];

    snprintf(room, sizeof room, "%s/%s", directory, name);
    return room;
}

static bool exists(const char *name)
{
    struct stat st;

    return lstat(path(name), &st) == 0;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(path(name), "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int start(void **unused)
{
    (void)unused;
    static char file[] = "/etc/policy.xml";

    strcpy(directory, "/tmp/mailwicket-install.XXXXXX");
    policy = (struct policy){.file = file};
    policy.protocols[PROTOCOL_IMAP4S] = (struct protocol_policy){
        .present = true, .protocol = PROTOCOL_IMAP4S, .port = 993, .enabled = enabled, .line = 9};
    return mkdtemp(directory) ? 0 : -1;
}

static int end(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    return system(command);
}

#define SOCKET_A "mailwicket-imap4s-a.socket"
#define SOCKET_B "mailwicket-imap4s-b.socket"
#define WANTS_B  "sys-subsystem-net-devices-eth1.device.wants"

static void written_kept_removed(void **unused)
{
    (void)unused;
    struct stat st;

    assert_int_equal(install(UNITS_SYSTEMD, 2), 0);
    assert_int_equal(counts.written, 6);
    assert_int_equal(stat(path(SOCKET_A), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_true(exists("mailwicket.target.wants/" SOCKET_B) && exists(WANTS_B "/" SOCKET_B));
    ino_t inode = st.st_ino;

    assert_int_equal(install(UNITS_SYSTEMD, 2), 0);
    assert_int_equal(counts.kept, 6);
    assert_int_equal(stat(path(SOCKET_A), &st), 0);
    assert_int_equal(st.st_ino, inode);

    policy.protocols[PROTOCOL_IMAP4S].port = 1993; /* it is in two sockets, not in the four links */
    assert_int_equal(install(UNITS_SYSTEMD, 2), 0);
    assert_true(counts.written == 2 && counts.kept == 4);

    assert_int_equal(install(UNITS_SYSTEMD, 1), 0);
    assert_true(counts.removed == 3 && counts.kept == 3 && counts.written == 0);
    assert_false(exists(SOCKET_B) || exists(WANTS_B));
    assert_true(exists("mailwicket.target.wants/" SOCKET_A));
    assert_false(exists(".mailwicket-new"));
}

/* After a change to Accept=yes and back nothing of it is left. */
static void accept_and_back(void **unused)
{
    (void)unused;
    assert_int_equal(install(UNITS_SYSTEMD_ACCEPT, 2), 0);
    assert_int_equal(counts.written, 8);
    assert_true(exists("mailwicket-imap4s-a@.service"));
    assert_int_equal(install(UNITS_SYSTEMD, 2), 0);
    assert_true(counts.written == 2 && counts.kept == 4 && counts.removed == 2);
    assert_false(exists("mailwicket-imap4s-a@.service"));
}

/* Files of others stay; one that has a name of ours stops everything. */
static void files_of_others(void **unused)
{
    (void)unused;
    write_file("mailwicket-imap4s-z.socket", "[Socket]\nListenStream=1\n");
    write_file("xinetd-of-ours", "# Made by Mailwicket for xinetd from x\n");
    assert_int_equal(mkdir(path(WANTS_B), 0755), 0);
    assert_int_equal(symlink("../other.socket", path(WANTS_B "/other.socket")), 0);
    assert_int_equal(install(UNITS_SYSTEMD, 2), 0);
    assert_int_equal(install(UNITS_SYSTEMD, 0), 0);
    assert_int_equal(counts.removed, 6);
    assert_true(exists("mailwicket-imap4s-z.socket") && exists("xinetd-of-ours"));
    assert_true(exists(WANTS_B "/other.socket"));

    write_file(SOCKET_B, "[Socket]\n# mine\n");
    assert_int_equal(install(UNITS_SYSTEMD, 2), -1);
    assert_true(counts.errors == 1 && counts.written == 0);
    assert_non_null(
        strstr(counts.last_error, SOCKET_B " exists and was not made by Mailwicket: move it away"));
    assert_false(exists(SOCKET_A));
    assert_int_equal(unlink(path(SOCKET_B)), 0);

    assert_int_equal(symlink("/dev/null", path(SOCKET_B)), 0); /* masked */
    assert_int_equal(install(UNITS_SYSTEMD, 2), -1);
    assert_int_equal(unlink(path(SOCKET_B)), 0);

    write_file("mailwicket.target.wants", "a file in place of a directory");
    assert_int_equal(install(UNITS_SYSTEMD, 2), -1);
    assert_true(counts.errors == 2 && !exists(SOCKET_A));
}

static void errors_change_nothing(void **unused)
{
    (void)unused;
    assert_int_equal(install(UNITS_XINETD, 2), -1); /* b has no address: no entry is written */
    assert_true(counts.errors == 1 && counts.written == 0 && !exists("mailwicket-imap4s-a"));
    assert_int_equal(install(UNITS_XINETD, 1), 0);
    assert_true(counts.written == 1 && exists("mailwicket-imap4s-a"));
    assert_int_equal(install(UNITS_FIREWALLD, 1), 0);
    assert_true(exists("services/mailwicket-imap4s.xml") && exists("policies/mailwicket.xml"));
    assert_int_equal(install(UNITS_FIREWALLD, 0), 0);
    assert_int_equal(counts.removed, 2);
    assert_true(exists("mailwicket-imap4s-a"));
    strcat(directory, "-none");
    assert_int_equal(install(UNITS_XINETD, 1), -1);
    assert_non_null(strstr(counts.last_error, "cannot open the directory "));
    directory[strlen(directory) - sizeof "-none" + 1] = '\0';
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(written_kept_removed, start, end),
        cmocka_unit_test_setup_teardown(accept_and_back, start, end),
        cmocka_unit_test_setup_teardown(files_of_others, start, end),
        cmocka_unit_test_setup_teardown(errors_change_nothing, start, end),
    };

    return cmocka_run_group_tests_name("install_files", tests, NULL, NULL);
}
