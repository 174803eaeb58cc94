/* SPDX-License-Identifier: ISC */
/* machine - an edge: looks at the files and network devices that a policy names; see machine.h. */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complaints.h"

#define SYS_PATH_MAX 64  /* "/sys/class/net/DEVICE/uevent" */
#define UEVENT_MAX   512 /* octets of it that are read; the kernel writes three lines */
#define EXPECTED_MAX 256

enum file_kind { FILE_OPEN, FILE_SECRET };

struct file_check {
    struct complaints complaints;
    bool endless; /* one is no regular file: reading it may never end */
};

bool machine_hides(const char *path)
{
    return geteuid() != 0 && access(path, R_OK) != 0 && errno == EACCES;
}

/* path "": the policy names no file. NULL: an element of this type has no such file. */
static void check_file(struct file_check *c, int line, const char *element, const char *attribute,
                       const char *path, enum file_kind kind)
{
    struct stat st;

    if (!path || !*path)
        return;
    if (machine_hides(path))
        complain_at(&c->complaints, COMPLAINT_UNSEEN, line, element, "%s %s", attribute, path);
    else if (access(path, R_OK) != 0 || stat(path, &st) != 0)
        complain_at(&c->complaints, COMPLAINT_ERROR, line, element, "cannot read %s %s: %s",
                    attribute, path, strerror(errno));
    else if (!S_ISREG(st.st_mode)) {
        c->endless = true;
        complain_at(&c->complaints, COMPLAINT_ERROR, line, element,
                    "invalid %s %s: expected a regular file", attribute, path);
    } else if (kind != FILE_OPEN && st.st_mode & S_IROTH)
        complain_at(&c->complaints, COMPLAINT_WARNING, line, element,
                    "everyone may read %s %s: expected mode 0640 or less", attribute, path);
}

static void check_group_files(struct file_check *c, const struct server_group *g)
{
    check_file(c, g->line, "server-group", "users", g->users, FILE_SECRET);
    for (size_t i = 0; i < g->server_count; i++) {
        const struct aaa_server *s = &g->servers[i];
        check_file(c, s->line, "server", "secret", s->secret, FILE_SECRET);
        check_file(c, s->line, "server", "bind-password", s->bind_password, FILE_SECRET);
        check_file(c, s->line, "server", "ca", s->ca, FILE_OPEN);
        check_file(c, s->line, "server", "certificate", s->certificate, FILE_OPEN);
        check_file(c, s->line, "server", "key", s->key, FILE_SECRET);
    }
}

static void check_protocol_files(struct file_check *c, const struct protocol_policy *p)
{
    check_file(c, p->default_server.line, "default-server", "ca", p->default_server.ca, FILE_OPEN);
    for (size_t i = 0; i < p->allowed_count; i++)
        check_file(c, p->allowed[i].line, "allow-server", "ca", p->allowed[i].ca, FILE_OPEN);
}

bool policy_check_files(const struct policy *p, const char *name, policy_complain complain,
                        void *context)
{
    struct arena arena = {0};
    struct file_check c = {.complaints = {.arena = &arena, .file = name}};

    check_file(&c, p->tls_line, "tls", "client-ca", p->client_ca, FILE_OPEN);
    check_file(&c, p->tls_line, "tls", "crl", p->crl, FILE_OPEN);
    for (size_t i = 0; i < p->certificate_count; i++) {
        const struct policy_certificate *cert = &p->certificates[i];
        check_file(&c, cert->line, "certificate", "chain", cert->chain, FILE_OPEN);
        check_file(&c, cert->line, "certificate", "key", cert->key, FILE_SECRET);
        check_file(&c, cert->line, "certificate", "ocsp", cert->ocsp, FILE_OPEN);
    }
    for (size_t i = 0; i < p->group_count; i++)
        check_group_files(&c, &p->groups[i]);
    for (size_t i = 0; i < PROTOCOLS; i++)
        check_protocol_files(&c, &p->protocols[i]);
    complaints_report(&c.complaints, complain, context);
    arena_free(&arena);
    return !c.endless;
}

/* The kernel tells a VLAN by its type, whatever the device's name. */
static bool is_vlan(const char *device)
{
    char path[SYS_PATH_MAX], text[UEVENT_MAX] = "";

    snprintf(path, sizeof path, "/sys/class/net/%s/uevent", device);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    return n > 0 && strstr(text, "DEVTYPE=vlan\n");
}

/* "one of eth0, lo", as many as fit. */
static void list_devices(char room[EXPECTED_MAX])
{
    struct if_nameindex *all = if_nameindex();
    size_t n = (size_t)snprintf(room, EXPECTED_MAX, "%s", all ? "one of " : "an existing device");

    for (size_t i = 0; all && all[i].if_index != 0 && n < EXPECTED_MAX - IF_NAMESIZE - 2; i++)
        n += (size_t)snprintf(room + n, EXPECTED_MAX - n, "%s%s", i == 0 ? "" : ", ",
                              all[i].if_name);
    if (all)
        if_freenameindex(all);
}

static void check_device(struct complaints *c, const struct policy_interface *i)
{
    char expected[EXPECTED_MAX];

    if (if_nametoindex(i->device) == 0) {
        list_devices(expected);
        complain_at(c, COMPLAINT_WARNING, i->line, "interface",
                    "device %s does not exist, and nothing listens on it until it does: expected "
                    "%s",
                    i->device, expected);
    } else if (is_vlan(i->device)) {
        complain_at(c, COMPLAINT_WARNING, i->line, "interface",
                    "device %s is a VLAN, where no protocol should be enabled: expected a device "
                    "that is not a VLAN",
                    i->device);
    }
}

static bool is_used(const struct policy *p, const struct policy_interface *i)
{
    for (size_t j = 0; j < PROTOCOLS; j++)
        if (protocol_enabled_on(&p->protocols[j], span_str(i->name)))
            return true;
    return false;
}

void policy_check_devices(const struct policy *p, const char *name, policy_complain complain,
                          void *context)
{
    struct arena arena = {0};
    struct complaints c = {.arena = &arena, .file = name};

    for (size_t i = 0; i < p->interface_count; i++)
        if (is_used(p, &p->interfaces[i]))
            check_device(&c, &p->interfaces[i]);
    complaints_report(&c, complain, context);
    arena_free(&arena);
}
