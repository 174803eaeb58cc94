/* SPDX-License-Identifier: ISC */
/* asa_message - PURE: the appliance's message numbers; see asa_message.h. */
#include "asa_message.h"

#include <stddef.h>
#include <string.h>

/* The row with the cause counts before the one without. */
static const struct {
    const char *event, *cause;
    unsigned number;
} numbers[] = {
    {"limit-reached", NULL, 719001},      /* could not be established: session limit reached */
    {"ended", "client-lost", 719002},     /* terminated due to an error */
    {"ended", "server-lost", 719002},     /* likewise */
    {"ended", "tls-fault", 719002},       /* likewise */
    {"ended", "lost", 719002},            /* likewise */
    {"handover-failed", NULL, 719002},    /* likewise */
    {"helper-lost", NULL, 719002},        /* likewise */
    {"talk-fault", NULL, 719002},         /* likewise */
    {"ended", NULL, 719003},              /* resources have been freed */
    {"established", NULL, 719004},        /* session successfully established */
    {"stopped", NULL, 719008},            /* service is shutting down */
    {"started", NULL, 719009},            /* service is starting */
    {"interface-disabled", NULL, 719010}, /* feature is disabled on interface */
    {"interface-enabled", NULL, 719011},  /* feature is enabled on interface */
    {"authenticating", NULL, 719015},     /* parsed username: mailuser, vpnuser, mailserver */
    {"not-authorized", NULL, 719019},     /* authorization failed */
    {"authorized", NULL, 719020},         /* authorization completed */
    {"authenticated", NULL, 719022},      /* has been authenticated */
    {"not-authenticated", NULL, 719023},  /* has not been authenticated, access denied */
    {"piggyback-failed", NULL, 719024},   /* piggyback auth fail */
    {"dns-failed", NULL, 719025},         /* DNS name resolution failed */
};

unsigned asa_message(const char *event, const char *cause)
{
    unsigned found = 0;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(numbers[i].event, event) != 0)
            continue;
        if (!numbers[i].cause)
            found = found ? found : numbers[i].number;
        else if (cause && strcmp(numbers[i].cause, cause) == 0)
            return numbers[i].number;
    }
    return found;
}
