/* SPDX-License-Identifier: ISC */
/* descriptors - see descriptors.h. */
#include "descriptors.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

int descriptors_raise(unsigned least, struct err *e)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return err_set(e, "the limit of open files: %s", strerror(errno));
    limit.rlim_cur = limit.rlim_max;
    if (limit.rlim_max < least)
        return err_set(e,
                       "invalid limit of open files %lu: expected at least %u; raise LimitNOFILE= "
                       "of the unit, or ulimit -n",
                       (unsigned long)limit.rlim_max, least);
    if (setrlimit(RLIMIT_NOFILE, &limit))
        return err_set(e, "the limit of open files: %s", strerror(errno));
    return 0;
}
