/* SPDX-License-Identifier: ISC */
/* ctl_findings - an edge: prints; see ctl_findings.h. */
#include "ctl_findings.h"

#include <stdlib.h>

#include "ctl.h"

enum monitor_exit { MONITOR_OK, MONITOR_WARNING, MONITOR_CRITICAL, MONITOR_UNKNOWN };

void ctl_findings_start(struct ctl_findings *f, bool monitor)
{
    *f = (struct ctl_findings){.kept = NULL};
    if (monitor)
        f->kept = open_memstream(&f->text, &f->size);
}

void ctl_findings_add(void *findings, enum complaint_kind kind, const char *text)
{
    struct ctl_findings *f = findings;
    FILE *out = f->kept ? f->kept : stderr;
    const char *prefix = "";

    if (kind == COMPLAINT_ERROR) {
        f->errors++;
    } else if (kind == COMPLAINT_WARNING) {
        f->warnings++;
        prefix = "warning: ";
    } else {
        f->unseen++;
        prefix = "not checked, only root may read it: ";
    }
    fprintf(out, "%s%s\n", prefix, text);
}

static void print_counts(const struct ctl_findings *f)
{
    printf("%u error%s, %u warning%s", f->errors, f->errors == 1 ? "" : "s", f->warnings,
           f->warnings == 1 ? "" : "s");
    if (f->unseen)
        printf(", as far as you may see: %u file%s not checked; run this as root", f->unseen,
               f->unseen == 1 ? " was" : "s were");
}

static int end_for_monitor(struct ctl_findings *f, const char *file)
{
    static const char *const names[] = {[MONITOR_OK] = "OK",
                                        [MONITOR_WARNING] = "WARNING",
                                        [MONITOR_CRITICAL] = "CRITICAL",
                                        [MONITOR_UNKNOWN] = "UNKNOWN"};
    enum monitor_exit code = f->errors     ? MONITOR_CRITICAL
                             : f->warnings ? MONITOR_WARNING
                             : f->unseen   ? MONITOR_UNKNOWN
                                           : MONITOR_OK;

    printf("MAILWICKET %s: %s: ", names[code], file);
    print_counts(f);
    fclose(f->kept);
    printf("\n%s", f->text ? f->text : "");
    free(f->text);
    return CTL_PLUGIN | (int)code;
}

int ctl_findings_end(struct ctl_findings *f, const char *file)
{
    if (f->kept)
        return end_for_monitor(f, file);
    printf("%s is %s: ", file,
           !f->errors  ? "valid"
           : f->probed ? "valid, but not all of its servers work"
                       : "invalid");
    print_counts(f);
    puts(".");
    return f->errors ? CTL_NO : CTL_GOOD;
}
