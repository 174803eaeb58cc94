/* SPDX-License-Identifier: ISC */
/* ctl_password - an edge: reads a password from the terminal or standard input; see
 * ctl_password.h. */
#include "ctl_password.h"

#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = number;
}

bool password_line(char room[LIMIT_PASSWORD + 1], size_t *n)
{
    bool good = true;
    char c;

    for (*n = 0;;) {
        ssize_t got = read(0, &c, 1);

        if (got < 0 || (got == 0 && *n == 0) || interrupted)
            return false;
        if (got == 0 || c == '\n')
            break;
        if (*n < LIMIT_PASSWORD && c)
            room[(*n)++] = c;
        else
            good = false;
    }
    room[*n] = '\0';
    return good;
}

bool password_ask(const char *prompt, char room[LIMIT_PASSWORD + 1], size_t *n)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    struct sigaction catch = {.sa_handler = interrupt}, before[sizeof numbers / sizeof *numbers];
    struct termios was, quiet;
    bool good;

    if (tcgetattr(0, &was))
        return false;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &catch, &before[i]);
    quiet = was;
    quiet.c_lflag = (quiet.c_lflag & ~(tcflag_t)ECHO) | ECHONL;
    fprintf(stderr, "%s", prompt);
    good = tcsetattr(0, TCSAFLUSH, &quiet) == 0 && password_line(room, n);
    tcsetattr(0, TCSAFLUSH, &was);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &before[i], NULL);
    if (interrupted)
        raise(interrupted);
    return good;
}
