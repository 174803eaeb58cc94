/* SPDX-License-Identifier: ISC */
/* state - measures the state file's calls with 10 and with 50,000 entries. Prints CPU time per call
 * and octets per entry. Fails only if a call fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "state.h"

#define ROUNDS 2000

static struct process self;

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void must(int rc, const char *what)
{
    if (rc == 0)
        return;
    perror(what);
    exit(1);
}

static struct entry sample(unsigned i)
{
    struct entry e = {.protocol = PROTOCOL_IMAP4S,
                      .process = self,
                      .helper = self,
                      .address = "192.0.2.117",
                      .server = "mail.example.org",
                      .tls = "TLS1.3 AES-256-GCM",
                      .group_policy = "DfltGrpPolicy"};

    snprintf(e.vpn_user, sizeof e.vpn_user, "user%u", i);
    snprintf(e.mail_user, sizeof e.mail_user, "user%u@example.org", i);
    return e;
}

/* One login with its limits enforced. If not in, it stays outstanding. */
static void login(struct state *s, unsigned i, unsigned outstanding, bool in)
{
    static struct entry e, evicted;
    char name[64];

    e = sample(i);
    must(state_enter(s, &e, outstanding, 0, &evicted), "enter");
    snprintf(name, sizeof name, "user%u:user%u@mail.example.org", i, i);
    must(state_user(s, e.id, span_str(name)), "user");
    if (in)
        must(state_authenticate(s, &e, 3), "authenticate");
}

static void measure(struct state *s, unsigned entries)
{
    static struct entry e, evicted;
    double at[7];
    uint64_t first = 0;

    at[0] = now_us();
    for (unsigned i = 0; i < ROUNDS; i++) {
        e = sample(1000000 + i);
        must(state_enter(s, &e, 0, 0, &evicted), "enter");
        first = first ? first : e.id;
    }
    at[1] = now_us();
    for (unsigned i = 0; i < ROUNDS; i++)
        must(state_user(s, first + i, SPAN("jo:joan@mail.example.org")), "user");
    at[2] = now_us();
    for (unsigned i = 0; i < ROUNDS; i++) {
        e = sample(1000000 + i);
        e.id = first + i;
        must(state_authenticate(s, &e, 3), "authenticate");
    }
    at[3] = now_us();
    for (unsigned i = 0; i < ROUNDS; i++)
        must(state_interim(s, first + i, &(struct state_report){i, i, i, i}), "interim");
    at[4] = now_us();
    for (unsigned i = 0; i < ROUNDS; i++)
        must(state_end(s, first + i, NULL), "end");
    at[5] = now_us();
    for (unsigned i = 0; i < ROUNDS; i++) { /* each evicts one entry */
        e = sample(i);
        must(state_enter(s, &e, 1, 0, &evicted), "evict");
        if (evicted.id == 0)
            exit(1);
    }
    at[6] = now_us();
    printf("%6u entries, µs: enter %.1f  user %.1f  authenticate %.1f  interim %.1f  end %.1f  "
           "enter evicting %.1f\n",
           entries, (at[1] - at[0]) / ROUNDS, (at[2] - at[1]) / ROUNDS, (at[3] - at[2]) / ROUNDS,
           (at[4] - at[3]) / ROUNDS, (at[5] - at[4]) / ROUNDS, (at[6] - at[5]) / ROUNDS);
}

static void run(unsigned entries)
{
    char directory[] = "/dev/shm/mw-bench-XXXXXX", path[64];
    struct err error;
    struct stat st;

    if (!mkdtemp(directory))
        must(-1, "mkdtemp");
    double start = now_us();
    struct state *s = state_open(directory, 0, &error);
    if (!s) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    double opened = now_us();
    for (unsigned i = 0; i < entries; i++)
        login(s, i, 0, i % 2 == 0);
    snprintf(path, sizeof path, "%s/state", directory);
    must(stat(path, &st), "stat");
    measure(s, entries);
    double sweep = now_us();
    must(state_sweep(s), "sweep");
    printf("       open %.0f µs, file %lld octets an entry, sweep %.1f µs an entry\n",
           opened - start, (long long)st.st_size / (long long)entries,
           (now_us() - sweep) / entries);
    state_close(s);
    unlink(path);
    strcat(path, "-lock");
    unlink(path);
    rmdir(directory);
}

int main(void)
{
    double start;

    must(process_of(getpid(), &self), "process_of");
    start = now_us();
    for (unsigned i = 0; i < ROUNDS; i++)
        must(!process_lives(&self), "process_lives");
    printf("process_lives %.1f µs\n", (now_us() - start) / ROUNDS);
    run(10);
    run(50000);
    return 0;
}
