/* SPDX-License-Identifier: ISC */
/* devices - an edge: looks at the system's network devices; see devices.h. */
#include "devices.h"

#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complaints.h"
#include "enabled.h"

#define SYS_PATH_MAX 64  /* "/sys/class/net/DEVICE/uevent" */
#define UEVENT_MAX   512 /* octets that are looked at; the kernel writes three lines */
#define RIGHT_MAX    256

/* The kernel says it of itself, whatever the device is called. */
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

/* "one of eth0, lo", as far as there is room. */
static void list_devices(char room[RIGHT_MAX])
{
    struct if_nameindex *all = if_nameindex();
    size_t n = (size_t)snprintf(room, RIGHT_MAX, "one that is");

    for (size_t i = 0; all && all[i].if_index != 0 && n < RIGHT_MAX - IF_NAMESIZE - 2; i++)
        n +=
            (size_t)snprintf(room + n, RIGHT_MAX - n, "%s%s", i == 0 ? ": " : ", ", all[i].if_name);
    if (all)
        if_freenameindex(all);
}

static void check(struct complaints *c, const struct policy_interface *i)
{
    char right[RIGHT_MAX];

    if (if_nametoindex(i->device) == 0) {
        list_devices(right);
        complain_at(c, COMPLAINT_WARNING, i->line, "interface",
                    "device %s isn't there, and nothing listens on it until it is; right is %s",
                    i->device, right);
    } else if (is_vlan(i->device)) {
        complain_at(c, COMPLAINT_WARNING, i->line, "interface",
                    "device %s is a VLAN, where no protocol should be enabled; right is one that "
                    "is no VLAN",
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
            check(&c, &p->interfaces[i]);
    complaints_tell(&c, complain, context);
    arena_free(&arena);
}
