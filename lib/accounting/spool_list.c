/* SPDX-License-Identifier: ISC */
/* spool_list - reads a directory of the spool; see spool_list.h. */
#include "spool_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int older(const void *a, const void *b)
{
    const struct spool_item *x = a, *y = b;

    return (x->changed > y->changed) - (x->changed < y->changed);
}

static bool add(struct spool_item **items, size_t n, const struct spool_item *item)
{
    struct spool_item *more = *items;

    if ((n & (n - 1)) == 0) /* room for a power of two is full */
        more = reallocarray(*items, n ? 2 * n : 1, sizeof *more);
    if (!more)
        return false;
    *items = more;
    more[n] = *item;
    return true;
}

size_t spool_list(int directory, struct spool_item **items)
{
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    struct spool_item item;
    struct stat st;
    size_t n = 0;

    *items = NULL;
    if (!d && fd >= 0)
        close(fd);
    while (d && (entry = readdir(d))) {
        if (!spool_parse(entry->d_name, &item.key) ||
            fstatat(directory, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        item.changed = st.st_mtime;
        if (!add(items, n, &item))
            break;
        n++;
    }
    if (d)
        closedir(d);
    if (n)
        qsort(*items, n, sizeof **items, older);
    return n;
}
