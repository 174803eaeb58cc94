/* SPDX-License-Identifier: ISC */
/* ctl_findings - an edge: prints; see ctl_findings.h. */
#include "ctl_findings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

#define FINDING_MAX 3072 /* octets with the NUL; longer texts are cut */

enum monitor_exit { MONITOR_OK, MONITOR_WARNING, MONITOR_CRITICAL, MONITOR_UNKNOWN };

void ctl_findings_start(struct ctl_findings *f, bool monitor)
{
    *f = (struct ctl_findings){.monitor = monitor};
    f->kept = open_memstream(&f->text, &f->size);
}

/* Keeps the line. false: it came before. */
static bool keep_finding(struct ctl_findings *f, const char *prefix, const char *text)
{
    size_t n = strlen(text);

    if (!f->kept)
        return true;
    fflush(f->kept);
    for (const char *p = f->text; p && (p = strstr(p, text)); p += n)
        if (p[n] == '\n')
            return false;
    fprintf(f->kept, "%s%s\n", prefix, text);
    return true;
}

void ctl_findings_add(void *findings, enum complaint_kind kind, const char *text)
{
    struct ctl_findings *f = findings;
    char written[FINDING_MAX];
    const char *prefix = kind == COMPLAINT_ERROR     ? ""
                         : kind == COMPLAINT_WARNING ? "warning: "
                                                     : "not checked, only root may read it: ";

    if (f->policy)
        text = policy_written(f->policy, text, written, sizeof written);
    if (!keep_finding(f, prefix, text))
        return;
    if (kind == COMPLAINT_ERROR)
        f->errors++;
    else if (kind == COMPLAINT_WARNING)
        f->warnings++;
    else
        f->unseen++;
    if (!f->monitor)
        fprintf(stderr, "%s%s\n", prefix, text);
}

void ctl_findings_say(struct ctl_findings *f, enum complaint_kind kind, const char *file, int line,
                      const char *element, const char *format, ...)
{
    char at[32] = "", what[FINDING_MAX], *text;
    va_list args;

    if (line > 0)
        snprintf(at, sizeof at, ":%d", line);
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (asprintf(&text, "%s%s: %s%s%s%s", file, at, element ? "element <" : "",
                 element ? element : "", element ? ">: " : "", what) < 0)
        return;
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = '?';
    ctl_findings_add(f, kind, text);
    free(text);
}

static void print_counts(const struct ctl_findings *f)
{
    printf("%u error%s, %u warning%s", f->errors, f->errors == 1 ? "" : "s", f->warnings,
           f->warnings == 1 ? "" : "s");
    if (f->unseen)
        printf(", as far as you may see: %u file%s not checked; run this as root", f->unseen,
               f->unseen == 1 ? " was" : "s were");
}

static int end_for_monitor(const struct ctl_findings *f, const char *file)
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
    printf("\n%s", f->text ? f->text : "");
    return CTL_PLUGIN | (int)code;
}

int ctl_findings_end(struct ctl_findings *f, const char *file)
{
    int code = f->errors ? CTL_NO : CTL_GOOD;

    if (f->kept)
        fclose(f->kept);
    if (f->monitor) {
        code = end_for_monitor(f, file);
    } else {
        printf("%s is %s: ", file,
               !f->errors  ? "valid"
               : f->probed ? "valid, but not all of its servers work"
                           : "invalid");
        print_counts(f);
        puts(".");
    }
    free(f->text);
    return code;
}
