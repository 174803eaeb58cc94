/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/units/install_files.c: what is written, kept, removed and left alone in a directory. */
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
static struct told {
    unsigned wrong, written, kept, removed;
    char last_wrong[1024];
} told;

static void tell(void *context, enum install_event event, const char *text)
{
    unsigned *const counts[] = {[INSTALL_WRONG] = &told.wrong,
                                [INSTALL_WRITTEN] = &told.written,
                                [INSTALL_KEPT] = &told.kept,
                                [INSTALL_REMOVED] = &told.removed};

    (void)context;
    ++*counts[event];
    if (event == INSTALL_WRONG)
        snprintf(told.last_wrong, sizeof told.last_wrong, "%s", text);
    else
        assert_int_equal(strncmp(text, directory, strlen(directory)), 0);
}

static int place(enum units_kind kind, size_t interfaces)
{
    const struct units u = {kind, &policy, "/lib/systemd/system", "/usr/sbin/mailwicket"};

    policy.protocols[PROTOCOL_IMAP4S].enabled_count = interfaces;
    told = (struct told){0};
    return install_units(&u, directory, tell, NULL);
}

static const char *path(const char *name)
{
    static char room[512];

    snprintf(room, sizeof room, "%s/%s", directory, name);
    return room;
}

static bool is_there(const char *name)
{
    struct stat st;

    return lstat(path(name), &st) == 0;
}

static void put(const char *name, const char *text)
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

    strcpy(directory, "/tmp/mailwicket-place.XXXXXX");
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

    assert_int_equal(place(UNITS_SYSTEMD, 2), 0);
    assert_int_equal(told.written, 6);
    assert_int_equal(stat(path(SOCKET_A), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_true(is_there("mailwicket.target.wants/" SOCKET_B) && is_there(WANTS_B "/" SOCKET_B));
    ino_t inode = st.st_ino;

    assert_int_equal(place(UNITS_SYSTEMD, 2), 0);
    assert_int_equal(told.kept, 6);
    assert_int_equal(stat(path(SOCKET_A), &st), 0);
    assert_int_equal(st.st_ino, inode);

    policy.protocols[PROTOCOL_IMAP4S].port = 1993; /* two sockets say it, four links don't */
    assert_int_equal(place(UNITS_SYSTEMD, 2), 0);
    assert_true(told.written == 2 && told.kept == 4);

    assert_int_equal(place(UNITS_SYSTEMD, 1), 0);
    assert_true(told.removed == 3 && told.kept == 3 && told.written == 0);
    assert_false(is_there(SOCKET_B) || is_there(WANTS_B));
    assert_true(is_there("mailwicket.target.wants/" SOCKET_A));
    assert_false(is_there(".mailwicket-new"));
}

/* From one way of listening to the other and back: nothing of the first is left. */
static void accept_and_back(void **unused)
{
    (void)unused;
    assert_int_equal(place(UNITS_SYSTEMD_ACCEPT, 2), 0);
    assert_int_equal(told.written, 8);
    assert_true(is_there("mailwicket-imap4s-a@.service"));
    assert_int_equal(place(UNITS_SYSTEMD, 2), 0);
    assert_true(told.written == 2 && told.kept == 4 && told.removed == 2);
    assert_false(is_there("mailwicket-imap4s-a@.service"));
}

/* What others made stays, and a name that they took stops everything. */
static void others(void **unused)
{
    (void)unused;
    put("mailwicket-imap4s-z.socket", "[Socket]\nListenStream=1\n");
    put("xinetd-of-ours", "# Made by Mailwicket for xinetd from x\n");
    assert_int_equal(mkdir(path(WANTS_B), 0755), 0);
    assert_int_equal(symlink("../other.socket", path(WANTS_B "/other.socket")), 0);
    assert_int_equal(place(UNITS_SYSTEMD, 2), 0);
    assert_int_equal(place(UNITS_SYSTEMD, 0), 0);
    assert_int_equal(told.removed, 6);
    assert_true(is_there("mailwicket-imap4s-z.socket") && is_there("xinetd-of-ours"));
    assert_true(is_there(WANTS_B "/other.socket"));

    put(SOCKET_B, "[Socket]\n# mine\n");
    assert_int_equal(place(UNITS_SYSTEMD, 2), -1);
    assert_true(told.wrong == 1 && told.written == 0);
    assert_non_null(
        strstr(told.last_wrong, SOCKET_B " is there and not made by Mailwicket; right"));
    assert_false(is_there(SOCKET_A));
    assert_int_equal(unlink(path(SOCKET_B)), 0);

    assert_int_equal(symlink("/dev/null", path(SOCKET_B)), 0); /* masked */
    assert_int_equal(place(UNITS_SYSTEMD, 2), -1);
    assert_int_equal(unlink(path(SOCKET_B)), 0);

    put("mailwicket.target.wants", "a file where a directory is wanted");
    assert_int_equal(place(UNITS_SYSTEMD, 2), -1);
    assert_true(told.wrong == 2 && !is_there(SOCKET_A));
}

static void wrong(void **unused)
{
    (void)unused;
    assert_int_equal(place(UNITS_XINETD, 2), -1); /* b has no address: not one entry is written */
    assert_true(told.wrong == 1 && told.written == 0 && !is_there("mailwicket-imap4s-a"));
    assert_int_equal(place(UNITS_XINETD, 1), 0);
    assert_true(told.written == 1 && is_there("mailwicket-imap4s-a"));
    assert_int_equal(place(UNITS_FIREWALLD, 1), 0);
    assert_true(is_there("services/mailwicket-imap4s.xml") && is_there("policies/mailwicket.xml"));
    assert_int_equal(place(UNITS_FIREWALLD, 0), 0);
    assert_int_equal(told.removed, 2);
    assert_true(is_there("mailwicket-imap4s-a"));
    strcat(directory, "-none");
    assert_int_equal(place(UNITS_XINETD, 1), -1);
    assert_non_null(strstr(told.last_wrong, "right is a directory that is there"));
    directory[strlen(directory) - sizeof "-none" + 1] = '\0';
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(written_kept_removed, start, end),
        cmocka_unit_test_setup_teardown(accept_and_back, start, end),
        cmocka_unit_test_setup_teardown(others, start, end),
        cmocka_unit_test_setup_teardown(wrong, start, end),
    };

    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
