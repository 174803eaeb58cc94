/* SPDX-License-Identifier: ISC */
/*
 * Plays t/transcripts/front-*.txt against front, without a socket. A file holds dialogues:
 *
 *     START pop3s attempts=2 external announce=8BITMIME,PIPELINING
 *     C: a line from the client, CRLF is added
 *     S: a line from front
 *     USER name | VERIFY name password | EXTERNAL identity | IMPLICIT     front's events
 *     GRANT capability | DENY kind | GOODBYE kind                         calls to front
 *     CLOSE                                                               front's last event
 *     LEFT what front's input holds after GRANT
 *
 * '#' starts a comment line. \r \n \\ and \xHH are escapes in C, VERIFY, USER and LEFT; \c at the
 * end of a C line leaves the CRLF out. Each dialogue is played in lock-step, with all input at once,
 * byte by byte, and cut in two at every place. The outcome must always be the same.
 */
#include "check.h"

#include <glob.h>
#include <stdlib.h>

#include "front.h"

enum kind { START, CLIENT, EXPECTED, GRANT, DENY, GOODBYE };

struct item {
    enum kind kind;
    char text[1024]; /* without escapes; EXPECTED: the whole line */
    size_t n;
};

struct log {
    char text[65536];
    size_t n;
};

static struct item items[400];
static size_t item_count;
static struct front front;
static struct front_config config;
static char announce[256];
static struct log expected, actual;
static size_t next_action;     /* the first item that may be the next GRANT, DENY or GOODBYE */
static bool finished, granted; /* finished: granted or closed */

static void log_add(struct log *l, const char *text, size_t n)
{
    assert_true(n < sizeof l->text - l->n - 1);
    memcpy(l->text + l->n, text, n);
    l->n += n;
}

static void log_event(const char *word, struct span a, struct span b)
{
    log_add(&actual, word, strlen(word));
    log_add(&actual, " ", a.p ? 1 : 0);
    log_add(&actual, a.p ? a.p : "", a.n);
    log_add(&actual, " ", b.p ? 1 : 0);
    log_add(&actual, b.p ? b.p : "", b.n);
    log_add(&actual, "\n", 1);
}

static void drain(void)
{
    struct span out = buf_span(&front.out);

    assert_false(front.out.overflow);
    while (out.n) {
        size_t lf = span_find(out, '\n');
        assert_true(lf != SPAN_NOT_FOUND && lf > 0 && out.p[lf - 1] == '\r');
        log_event("S:", span_head(out, lf - 1), SPAN_NONE);
        out = span_tail(out, lf + 1);
    }
    buf_consume(&front.out, front.out.len);
}

static void act(const struct item *it)
{
    static const char *const goodbyes[] = {
        [GOODBYE_EVICTED] = "evicted", [GOODBYE_BUSY] = "busy",
        [GOODBYE_TIMEOUT] = "timeout", [GOODBYE_LOGGED_OFF] = "logged-off",
        [GOODBYE_TROUBLE] = "trouble",
    };

    if (it->kind == GRANT) {
        front_granted(&front, span_of(it->text, it->n));
        finished = granted = true;
    } else if (it->kind == DENY) {
        enum denial d = DENIAL_REFUSED;
        while (d <= DENIAL_LAST && strcmp(denial_name(d), it->text) != 0)
            d++;
        assert_true(d <= DENIAL_LAST);
        front_denied(&front, d, false);
    } else {
        enum goodbye g = GOODBYE_EVICTED;
        while (g <= GOODBYE_TROUBLE && strcmp(goodbyes[g], it->text) != 0)
            g++;
        assert_true(g <= GOODBYE_TROUBLE);
        front_goodbye(&front, g);
    }
    drain();
}

static void answer_verify(void)
{
    static const char *const words[] = {"VERIFY", "EXTERNAL", "IMPLICIT"};
    bool password = front.mechanism == MECHANISM_PASSWORD;

    log_event(words[front.mechanism],
              front.mechanism == MECHANISM_IMPLICIT ? SPAN_NONE : buf_span(&front.name),
              password ? buf_span(&front.password) : SPAN_NONE);
    while (next_action < item_count && items[next_action].kind < GRANT)
        next_action++;
    if (next_action == item_count) {
        log_event("no GRANT, DENY or GOODBYE is left", SPAN_NONE, SPAN_NONE);
        finished = true;
        return;
    }
    act(&items[next_action++]);
    assert_int_equal(front.name.len, 0);
    assert_int_equal(front.password.len, 0);
}

/* Steps until front needs more input. */
static void run(void)
{
    while (!finished) {
        enum front_event e = front_step(&front);
        drain();
        if (e == FRONT_MORE)
            return;
        if (e == FRONT_USER)
            log_event("USER", buf_span(&front.name), SPAN_NONE);
        if (e == FRONT_VERIFY)
            answer_verify();
        if (e == FRONT_CLOSE) {
            log_event("CLOSE", SPAN_NONE, SPAN_NONE);
            finished = true;
        }
    }
}

/* Feeds input in pieces, the first one of `first` octets, the others of `then` octets. */
static void feed(struct span input, size_t first, size_t then)
{
    while (input.n) {
        struct span part = span_head(input, first);
        if (!part.n)
            part = span_head(input, then);
        assert_true(buf_put(&front.in, part));
        input = span_tail(input, part.n);
        first = then;
        run();
    }
}

static void flush(char *input, size_t *n, size_t first, size_t then)
{
    feed(span_of(input, *n), first, then);
    *n = 0;
}

static void play(bool lockstep, size_t first, size_t then)
{
    static char input[16384];
    size_t n = 0;

    actual.n = next_action = 0;
    finished = granted = false;
    front_init(&front, &config);
    front_greet(&front);
    drain();
    for (size_t i = 1; i < item_count; i++) {
        const struct item *it = &items[i];
        if (it->kind == CLIENT) {
            memcpy(input + n, it->text, it->n);
            n += it->n;
            continue;
        }
        if (lockstep || it->kind == GOODBYE)
            flush(input, &n, first, then);
        if (it->kind == GOODBYE && next_action <= i) {
            next_action = i + 1;
            act(it);
            run();
        }
    }
    flush(input, &n, first, then);
    if (granted && front.in.len)
        log_event("LEFT", buf_span(&front.in), SPAN_NONE);
    front_wipe(&front);
}

static size_t input_size(void)
{
    size_t n = 0;

    for (size_t i = 0; i < item_count; i++)
        n += items[i].kind == CLIENT ? items[i].n : 0;
    return n;
}

static int differs(const char *how, size_t cut)
{
    if (expected.n == actual.n && memcmp(expected.text, actual.text, actual.n) == 0)
        return 0;
    print_error("# %s (%zu)\n--- expected\n%.*s--- was\n%.*s---\n", how, cut, (int)expected.n,
                expected.text, (int)actual.n, actual.text);
    return 1;
}

static int play_all_ways(void)
{
    play(true, SIZE_MAX, SIZE_MAX);
    int bad = differs("in lock-step", 0);
    play(false, SIZE_MAX, SIZE_MAX);
    bad += differs("all at once", 0);
    play(false, 1, 1);
    bad += differs("byte by byte", 1);
    for (size_t cut = 1; cut < input_size() && !bad; cut++) {
        play(false, cut, SIZE_MAX);
        bad += differs("cut", cut);
    }
    return bad;
}

static void unescape(struct item *it, const char *from, bool client)
{
    bool end = client;

    for (; *from; from++) {
        char c = *from;
        if (c == '\\') {
            c = *++from;
            if (c == 'c') {
                end = false;
                continue;
            }
            if (c == 'x') {
                char hex[3] = {from[1], from[2], '\0'};
                c = (char)strtoul(hex, NULL, 16);
                from += 2;
            } else {
                c = c == 'r' ? '\r' : c == 'n' ? '\n' : c;
            }
        }
        assert_true(it->n < sizeof it->text - 3);
        it->text[it->n++] = c;
    }
    if (end) {
        it->text[it->n++] = '\r';
        it->text[it->n++] = '\n';
    }
    it->text[it->n] = '\0';
}

static void start(char *options)
{
    enum protocol p;

    config = (struct front_config){.host = "mx.example.org", .announce = "", .attempts = 3};
    for (char *word = strtok(options, " "); word; word = strtok(NULL, " ")) {
        if (protocol_parse(span_str(word), &p)) {
            config.protocol = p;
        } else if (strncmp(word, "attempts=", 9) == 0) {
            config.attempts = (unsigned)atoi(word + 9);
        } else if (strcmp(word, "external") == 0) {
            config.external = true;
        } else {
            assert_true(strncmp(word, "announce=", 9) == 0);
            snprintf(announce, sizeof announce, "%s", word + 9);
            for (char *c = announce; (c = strchr(c, ',')); *c = ' ')
                continue;
            config.announce = announce;
        }
    }
}

static const struct {
    const char *word;
    enum kind kind;
} words[] = {
    {"START ", START},   {"C: ", CLIENT},       {"C:", CLIENT},          {"GRANT ", GRANT},
    {"GRANT", GRANT},    {"DENY ", DENY},       {"GOODBYE ", GOODBYE},   {"S: ", EXPECTED},
    {"USER", EXPECTED},  {"VERIFY ", EXPECTED}, {"EXTERNAL ", EXPECTED}, {"IMPLICIT", EXPECTED},
    {"CLOSE", EXPECTED}, {"LEFT ", EXPECTED},
};

static void take(char *line)
{
    struct item *it = &items[item_count];
    size_t i = 0;

    while (i < ROWS(words) && strncmp(line, words[i].word, strlen(words[i].word)) != 0)
        i++;
    if (i == ROWS(words))
        fail_msg("invalid line: %s", line);
    assert_true(item_count++ < ROWS(items) - 1);
    it->kind = words[i].kind;
    it->n = 0;
    if (it->kind == EXPECTED) {
        unescape(it, line, false);
        log_add(&expected, it->text, it->n);
        log_add(&expected, "\n", 1);
    } else {
        unescape(it, line + strlen(words[i].word), it->kind == CLIENT);
    }
    if (it->kind == START)
        start(it->text);
}

/* Plays the dialogue that was read; returns how many ways of playing it went wrong. */
static int finish(int *played)
{
    int bad = 0;

    if (item_count) {
        bad = play_all_ways();
        (*played)++;
    }
    item_count = expected.n = 0;
    return bad;
}

static int play_file(const char *name, int *played)
{
    char line[2048];
    int bad = 0, number = 0, began = 0;
    FILE *file = fopen(name, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        number++;
        if (strncmp(line, "START ", 6) == 0) {
            int now = finish(played);
            if (now)
                print_error("# %s:%d\n", name, began);
            bad += now;
            began = number;
        }
        if (line[0] && line[0] != '#')
            take(line);
    }
    fclose(file);
    int last = finish(played);
    if (last)
        print_error("# %s:%d\n", name, began);
    return bad + last;
}

static void dialogues_read_the_same_however_cut(void **unused)
{
    (void)unused;
    const char *top = getenv("srcdir");
    char pattern[4096];
    glob_t found;
    int bad = 0, played = 0;

    snprintf(pattern, sizeof pattern, "%s/t/transcripts/front-*.txt", top ? top : ".");
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        bad += play_file(found.gl_pathv[i], &played);
    globfree(&found);
    print_message("# %d dialogues\n", played);
    assert_true(played > 0);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dialogues_read_the_same_however_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
