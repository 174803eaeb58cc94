/* SPDX-License-Identifier: ISC */
/* back_play - see back_play.h. */
#include "check.h"

#include "back_play.h"

enum { WHOLE, OCTETS, CUT };

struct player {
    const struct play *row;
    struct span script;
    struct back *b;
    int mode;
    size_t cut;      /* CUT: where to cut each run */
    bool cut_inside; /* some run is longer than cut */
    char run[40000]; /* consecutive lines from the server */
    size_t run_length, fed;
    enum back_event event;
    bool insecure; /* the server sent plain text after its STARTTLS reply */
};

static struct span next_script_line(struct player *p, char *kind)
{
    struct span line = span_cut(&p->script, '\n');

    if (line.n < 2 || line.p[1] != ':')
        fail_msg("script line \"%.*s\"", SPAN_FMT(line));
    *kind = line.p[0];
    return span_tail(line, line.n > 2 ? 3 : 2);
}

static void feed(struct player *p, size_t n)
{
    struct back *b = p->b;

    if (n > p->run_length - p->fed)
        n = p->run_length - p->fed;
    if (n > buf_room(&b->in))
        n = buf_room(&b->in);
    memcpy(buf_end(&b->in), p->run + p->fed, n);
    buf_grew(&b->in, n);
    p->fed += n;
}

/* Feeds the run to back and steps, until the run is used up or back has another event. */
static void say_run(struct player *p)
{
    size_t piece = p->mode == OCTETS ? 1 : p->mode == CUT ? p->cut : p->run_length;

    p->cut_inside |= p->cut < p->run_length;
    p->fed = 0;
    while (p->event == BACK_MORE && p->fed < p->run_length) {
        feed(p, piece);
        if (p->mode == CUT)
            piece = p->run_length;
        p->event = back_step(p->b);
    }
    if (p->event == BACK_DONE) /* the relay reads the rest */
        feed(p, p->run_length);
    if (p->event == BACK_START_TLS && p->fed < p->run_length)
        p->insecure = true; /* the handshake fails on it */
    p->run_length = 0;
}

static void expect_said(struct player *p, struct span line)
{
    struct span said = buf_span(&p->b->out);

    if (said.n < line.n + 2 || !span_eq(span_head(said, line.n), line) ||
        !span_starts(span_tail(said, line.n), SPAN("\r\n")))
        fail_msg("said \"%.*s\", not \"%.*s\"", SPAN_FMT(said), SPAN_FMT(line));
    buf_consume(&p->b->out, line.n + 2);
}

static void expect_tls(struct player *p)
{
    assert_int_equal(p->event, BACK_START_TLS);
    assert_int_equal(back_step(p->b), BACK_START_TLS);
    back_tls_started(p->b);
    p->event = back_step(p->b);
}

static void add_to_run(struct player *p, struct span line)
{
    assert_true(line.n + 2 <= sizeof p->run - p->run_length);
    if (line.n > 0)
        memcpy(p->run + p->run_length, line.p, line.n);
    memcpy(p->run + p->run_length + line.n, "\r\n", 2);
    p->run_length += line.n + 2;
}

static void check_end(struct player *p)
{
    const struct play *row = p->row;
    struct back *b = p->b;

    if (p->insecure) {
        assert_int_equal(row->end, BACK_FAILED);
        return;
    }
    if (p->event != row->end)
        fail_msg("ended with %d (%s), not %d", (int)p->event, b->why, (int)row->end);
    if (row->alert && !span_eq(buf_span(&b->alert), span_str(row->alert)))
        fail_msg("alert \"%.*s\"", SPAN_FMT(buf_span(&b->alert)));
    if (row->offer && (!b->offered || !span_eq(buf_span(&b->offer), span_str(row->offer))))
        fail_msg("offer \"%.*s\"", SPAN_FMT(buf_span(&b->offer)));
    if (row->end == BACK_FAILED) {
        assert_int_equal(b->failure, row->failure);
        if (row->why && !strstr(b->why, row->why))
            fail_msg("why: %s, not %s", b->why, row->why);
    } else {
        assert_int_equal(b->out.len, 0);
    }
    if (row->end != BACK_DONE)
        return;
    if (row->capability && !span_eq(buf_span(&b->capability), span_str(row->capability)))
        fail_msg("capability \"%.*s\"", SPAN_FMT(buf_span(&b->capability)));
    if (!span_eq(buf_span(&b->in), span_str(row->left)))
        fail_msg("left \"%.*s\"", SPAN_FMT(buf_span(&b->in)));
}

static bool play_once(const struct play *row, const struct back_config *config, int mode,
                      size_t cut)
{
    static struct back back;
    static struct player p;

    memset(&back, 0x55, sizeof back);
    p = (struct player){.row = row, .b = &back, .mode = mode, .cut = cut};
    p.script = span_str(row->script);
    back_init(&back, config);
    p.event = back_step(&back);
    while (p.script.n > 0) {
        char kind;
        struct span line = next_script_line(&p, &kind);
        if (kind == 'S') {
            add_to_run(&p, line);
            if (p.script.n > 0 && p.script.p[0] == 'S')
                continue;
            say_run(&p);
        } else if (kind == 'C') {
            expect_said(&p, line);
        } else {
            expect_tls(&p);
        }
    }
    check_end(&p);
    back_wipe(&back);
    for (size_t i = 0; i < sizeof back.out_room; i++)
        assert_true(back.out_room[i] == 0 || back.out_room[i] == 0x55);
    return p.cut_inside;
}

void back_play(const struct play *rows, size_t n, enum protocol protocol)
{
    for (size_t i = 0; i < n; i++) {
        struct back_config c = rows[i].config;

        ROW(i, rows[i].name);
        c.protocol = protocol;
        c.authenticate = !rows[i].unauthenticated;
        c.user = c.user.p ? c.user : SPAN("alice");
        c.password = c.password.p ? c.password : SPAN("secret");
        c.helo = c.helo ? c.helo : "proxy.test";
        play_once(&rows[i], &c, WHOLE, 0);
        if (rows[i].whole_only)
            continue;
        play_once(&rows[i], &c, OCTETS, 0);
        for (size_t cut = 1; play_once(&rows[i], &c, CUT, cut); cut++)
            continue;
    }
}
