/* SPDX-License-Identifier: ISC */
/* credential - an edge: tests which of the two files can be read; see credential.h. */
#include "credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool readable(const char *directory, const char *first, int n, const char *separator,
                     const char *last, char *room, size_t size)
{
    char name[4096];
    int length = snprintf(name, sizeof name, "%s/%.*s%s%s", directory, n, first, separator, last);

    if (length < 0 || (size_t)length >= sizeof name || (size_t)length >= size ||
        access(name, R_OK) != 0)
        return false;
    memcpy(room, name, (size_t)length + 1);
    return true;
}

bool credential_of(const char *file, char *room, size_t size)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    const char *last = strrchr(file, '/');

    if (!directory || !*directory || !last || access(file, R_OK) == 0)
        return false;
    const char *first = last;
    while (first > file && first[-1] != '/')
        first--;
    return readable(directory, first, (int)(last - first), "_", last + 1, room, size) ||
           readable(directory, "", 0, "", last + 1, room, size);
}
