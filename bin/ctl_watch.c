/* SPDX-License-Identifier: ISC */
/* ctl_watch - repeats a command's output; see ctl_watch.h. */
#include "ctl_watch.h"

#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_table.h"
#include "num.h"

/* ECMA-48. Each line is cleared after its text, to avoid flicker. */
#define HOME        "\033[H"
#define CLEAR_LINE  "\033[K"
#define CLEAR_BELOW "\033[J"

static volatile sig_atomic_t stop; /* set by signals, which are unblocked only during the wait */

static void on_signal(int signal)
{
    stop |= signal != SIGWINCH;
}

/* SIGWINCH ends the wait too, so that the output fits the new size. */
static void catch_signals(sigset_t *outside)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGWINCH};
    struct sigaction sa = {.sa_handler = on_signal};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        sigaddset(&set, caught[i]);
        sigaction(caught[i], &sa, NULL);
    }
    sigprocmask(SIG_BLOCK, &set, outside);
}

bool watch_seconds(int argc, char **argv, unsigned *seconds)
{
    const char *argument = optarg;
    uint64_t n = WATCH_DEFAULT;

    if (!argument && optind < argc && *argv[optind] >= '0' && *argv[optind] <= '9')
        argument = argv[optind++];
    if (argument && (!num_parse(span_str(argument), WATCH_MAX, &n) || n == 0))
        return false;
    *seconds = (unsigned)n;
    return true;
}

static void put_line(const char *line, size_t n, bool terminal)
{
    fwrite(line, 1, n, stdout);
    fputs(terminal ? CLEAR_LINE "\n" : "\n", stdout);
}

/* Draws the head and as many lines as fit. height is that of the terminal; 0: all lines fit. */
static void draw(const char *text, size_t height, const struct watch_look *l, unsigned seconds)
{
    char head[160], clock[16] = "";
    time_t now = time(NULL);
    struct tm tm;
    size_t lines = 1;

    if (localtime_r(&now, &tm))
        strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    fputs(height ? HOME : "", stdout);
    int n = snprintf(head, sizeof head, "%s  %zu shown, every %u s%s%s", clock, l->count, seconds,
                     *l->note ? "; " : "", l->note);
    put_line(head, (size_t)n, height > 0);
    for (const char *end; *text && (end = strchr(text, '\n')); text = end + 1) {
        if (height && ++lines >= height) {
            fputs("...", stdout);
            break;
        }
        put_line(text, (size_t)(end - text), height > 0);
    }
    fputs(height ? CLEAR_LINE CLEAR_BELOW : "\n", stdout);
}

/* One round. Collects all of the output before it draws anything. */
static int watch_once(watch_print *print, void *context, unsigned seconds)
{
    char *text = NULL;
    size_t size;
    struct watch_look l = {0};
    FILE *f = open_memstream(&text, &size);
    int code = f ? print(context, f, &l) : CTL_NO;

    if (!f || fclose(f) != 0) {
        perror(PROGRAM_CONTROL);
        code = CTL_NO;
    }
    if (code == CTL_GOOD) {
        draw(text, table_height(), &l, seconds);
        code = fflush(stdout) == 0 ? CTL_GOOD : CTL_NO; /* main prints the reason */
    }
    free(text);
    return code;
}

int watch(watch_print *print, void *context, unsigned seconds)
{
    struct timespec pause = {.tv_sec = seconds};
    sigset_t outside;
    int code;

    catch_signals(&outside);
    while ((code = watch_once(print, context, seconds)) == CTL_GOOD && !stop)
        (void)ppoll(NULL, 0, &pause, &outside);
    if (table_height())
        putchar('\n');
    return code;
}
