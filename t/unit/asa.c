/* SPDX-License-Identifier: ISC */
/* Unit tests of the import: each row is a command, and says what the policy and the report have of
 * it. Every policy is loaded as the programs load it. */
#include "check.h"

#include <unistd.h>

#include "asa_bed.h"
#include "load.h"

#define RNG  SOURCE "/xml/policy.rng"
#define ROOM 65536

/* The lines before a row's `outer` (lines 1 to 6), and those between it and its `inner`. */
#define BEFORE                                                                                     \
    "interface GigabitEthernet0/0\n nameif outside\n ip address 192.0.2.1 255.255.255.0\n"         \
    "interface GigabitEthernet0/1\n nameif inside\n ip address 10.1.1.1 255.255.255.0\n"
#define BETWEEN "imap4s\n enable outside\n server mail.example.org\n"

static const struct row {
    const char *name, *outer, *inner;
    const char *has, *hasnt; /* text that the policy has, and has not; NULL: any */
    const char *note;        /* text that the report has; NULL: any */
    const char *without;     /* text that the report has not */
} rows[] = {
#include "asa_rows.h"
};

struct errors {
    unsigned count;
    char text[4096];
};

static void count_error(void *context, enum complaint_kind kind, const char *text)
{
    struct errors *e = context;

    if (kind != COMPLAINT_ERROR)
        return;
    e->count++;
    snprintf(e->text, sizeof e->text, "%s", text);
}

static bool loads(const char *policy, struct errors *e)
{
    char file[] = "/tmp/mailwicket-asa.XXXXXX";
    int fd = mkstemp(file);

    *e = (struct errors){0};
    assert_true(fd >= 0 && write(fd, policy, strlen(policy)) == (ssize_t)strlen(policy));
    close(fd);
    policy_free(policy_load(file, RNG, count_error, e));
    unlink(file);
    return e->count == 0;
}

static bool row_holds(size_t i, struct asa_bed *b)
{
    const struct row *r = &rows[i];
    char text[8192];
    struct errors e = {0};
    int n = snprintf(text, sizeof text, "%s%s%s%s", BEFORE, r->outer ? r->outer : "", BETWEEN,
                     r->inner ? r->inner : "");

    assert_true(n > 0 && (size_t)n < sizeof text);
    bed_read(b, text, (size_t)n, ROOM);
    assert_int_equal(b->outcome, ASA_READ);
    bool good = loads(b->policy, &e) && (!r->has || strstr(b->policy, r->has)) &&
                (!r->hasnt || !strstr(b->policy, r->hasnt)) &&
                (!r->note || strstr(b->report, r->note)) &&
                (!r->without || !strstr(b->report, r->without));
    if (!good)
        print_error("# row %zu: %s\n%s\n%s\n%s\n", i, r->name, b->policy, b->report, e.text);
    free(b->policy);
    return good;
}

static void commands_one_by_one(void **unused)
{
    (void)unused;
    static struct asa_bed b;
    size_t wrong = 0;

    for (size_t i = 0; i < ROWS(rows); i++)
        wrong += !row_holds(i, &b);
    assert_int_equal(wrong, 0);
}

/* A protocol without commands has the appliance's defaults. */
static void defaults_of_each_protocol(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *has[6];
    } protocols[] = {
        {"pop3s\n",
         {"<pop3s port=\"995\" outstanding=\"20\">", "<authentication methods=\"mailhost\"/>",
          "<default-group-policy name=\"DfltGrpPolicy\"/>", "<delimiters name=\":\" server=\"@\"/>",
          "<default-server host=\"mail.invalid\" port=\"110\" tls=\"none\"/>",
          "<group-policy name=\"DfltGrpPolicy\" simultaneous-logins=\"3\" idle-timeout=\"30\" "
          "session-timeout=\"none\"/>"}},
        {"imap4s\n",
         {"<imap4s port=\"993\" outstanding=\"20\">", "<authentication methods=\"mailhost\"/>",
          "host=\"mail.invalid\" port=\"143\""}},
        {"smtps\n",
         {"<smtps port=\"988\" outstanding=\"20\">", "<authentication methods=\"aaa\"/>",
          "host=\"mail.invalid\" port=\"25\""}},
    };
    static struct asa_bed b;
    struct errors e;

    for (size_t i = 0; i < ROWS(protocols); i++) {
        ROW(i, protocols[i].text);
        bed_read(&b, protocols[i].text, strlen(protocols[i].text), ROOM);
        assert_int_equal(b.outcome, ASA_READ);
        for (size_t k = 0; k < ROWS(protocols[i].has) && protocols[i].has[k]; k++)
            assert_non_null(strstr(b.policy, protocols[i].has[k]));
        assert_true(loads(b.policy, &e));
        assert_non_null(strstr(b.report, "1 todo"));
        free(b.policy);
    }
}

static void no_proxy_no_policy(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t n;
        enum asa_outcome outcome;
    } texts[] = {
        {"", 0, ASA_NO_PROXY},
        {"\n\r\n!\n: Saved\n", 13, ASA_NO_PROXY},
        {"hostname gate\n enable outside\n", 30, ASA_NO_PROXY},
        {" imap4s\n", 8, ASA_READ},
        {"\xc2\xa0> imap4s\n", 11, ASA_READ},
        {"gate#\n   imap4s\n", 16, ASA_READ},
        {"no imap4s\n", 10, ASA_NO_PROXY},
        {"imap4s x\n", 9, ASA_NO_PROXY},
        {"\xff\xfei\0m\0", 6, ASA_NOT_TEXT},
        {"\xfe\xff\0i\0m", 6, ASA_NOT_TEXT},
        {"\xef\xbb\xbfimap4s", 9, ASA_READ},
        {"imap4s", 6, ASA_READ},
    };
    static struct asa_bed b;

    for (size_t i = 0; i < ROWS(texts); i++) {
        ROW(i, texts[i].text);
        bed_read(&b, texts[i].text, texts[i].n, ROOM);
        assert_int_equal(b.outcome, texts[i].outcome);
        free(b.policy);
    }
}

static char full[65536];
static size_t full_n;

static int read_full(void **unused)
{
    (void)unused;
    FILE *f = fopen(SOURCE "/t/import/full.cfg", "r");

    if (!f)
        return -1;
    full_n = fread(full, 1, sizeof full - 1, f);
    return fclose(f) || full_n == 0 || full_n == sizeof full - 1 ? -1 : 0;
}

/* Cut anywhere, no line is lost; cut at the end of a line, the policy is valid. */
static void cut_configurations(void **unused)
{
    (void)unused;
    static struct asa_bed b;
    struct errors e = {0};
    unsigned policies = 0;

    for (size_t n = 0; n <= full_n; n++) {
        bed_read(&b, full, n, ROOM);
        assert_true(b.outcome == ASA_READ || b.outcome == ASA_NO_PROXY);
        if (b.policy && n > 0 && full[n - 1] == '\n') {
            policies++;
            if (!loads(b.policy, &e))
                fail_msg("cut at %zu: %s", n, e.text);
        }
        free(b.policy);
    }
    assert_true(policies > 25);
}

/* An odd octet anywhere: there is still a policy. */
static void odd_octets_anywhere(void **unused)
{
    (void)unused;
    static const char odd[] = {'\0', '\n', '"', ' ', '\xff', '&'};
    static struct asa_bed b;
    struct errors e = {0};
    size_t round = 0;

    for (size_t i = 0; i < full_n; i += 2, round++) {
        char was = full[i];
        full[i] = odd[round % sizeof odd];
        bed_read(&b, full, full_n, ROOM);
        full[i] = was;
        assert_int_equal(b.outcome, ASA_READ);
        if (round % 29 == 0 && !loads(b.policy, &e))
            fail_msg("octet %zu: %s", i, e.text);
        free(b.policy);
    }
}

/* What stands before each line of a configuration that was copied from a mail or a web page. The
 * first may be without it. */
static void indented_as_a_whole(void **unused)
{
    (void)unused;
    static const char *const before[] = {"    ", "\t", "> ", "\xc2\xa0\xc2\xa0", "\xa0"};
    static struct asa_bed plain, other;
    char *text = calloc(2, full_n * 4);

    assert_non_null(text);
    bed_read(&plain, full, full_n, ROOM);
    for (size_t i = 0; i < 2 * ROWS(before); i++) {
        size_t n = 0;
        ROW(i, before[i / 2]);
        for (size_t k = 0; k < full_n; k++) {
            if (k == 0 ? i % 2 : full[k - 1] == '\n')
                n += (size_t)sprintf(text + n, "%s", before[i / 2]);
            text[n++] = full[k];
        }
        bed_read(&other, text, n, ROOM);
        assert_string_equal(plain.report, other.report);
        assert_string_equal(plain.policy, other.policy);
        free(other.policy);
    }
    free(plain.policy);
    free(text);
}

/* Without any indentation the policy is the same, although the report is about other blocks. */
static void indentation_lost(void **unused)
{
    (void)unused;
    static struct asa_bed plain, other;
    char *text = calloc(1, full_n + 1);
    size_t n = 0;

    assert_non_null(text);
    for (size_t i = 0; i < full_n; i++)
        if (full[i] != ' ' || (n > 0 && text[n - 1] != '\n'))
            text[n++] = full[i];
    bed_read(&plain, full, full_n, ROOM);
    bed_read(&other, text, n, ROOM);
    assert_string_equal(plain.policy, other.policy);
    free(plain.policy);
    free(other.policy);
    free(text);
}

/* CR LF, leading tabs and a pager's prompt change nothing. */
static void line_ends_do_not_matter(void **unused)
{
    (void)unused;
    static struct asa_bed plain, other;
    char *text = calloc(2, full_n * 30);
    size_t n = 0;

    assert_non_null(text);
    for (size_t i = 0; i < full_n; i++) {
        if (full[i] == '\n')
            text[n++] = '\r';
        text[n++] = full[i] == ' ' && i > 0 && strchr("\n ", full[i - 1]) ? '\t' : full[i];
        if (full[i] == '\n' && i % 7 == 0)
            n += (size_t)sprintf(text + n, "%s",
                                 i % 2 ? "<--- More --->\r              \r"
                                       : "<--- More --->              ");
    }
    bed_read(&plain, full, full_n, ROOM);
    bed_read(&other, text, n, ROOM);
    assert_string_equal(plain.report, other.report);
    assert_string_equal(plain.policy, other.policy);
    free(plain.policy);
    free(other.policy);
    free(text);
}

/* Lines in any order: none is lost, and the policy is valid. */
static void lines_in_any_order(void **unused)
{
    (void)unused;
    static struct asa_bed b;
    struct errors e = {0};
    char *lines[512], text[sizeof full + 16];
    size_t count = 0, n;
    unsigned random = 1;

    for (char *p = full; p < full + full_n; p = strchr(p, '\n') + 1)
        lines[count++] = p;
    assert_true(count > 200 && count < ROWS(lines));
    for (unsigned round = 0; round < 400; round++) {
        n = 0;
        for (size_t i = 0; i < count; i++) {
            random = random * 1103515245 + 12345;
            char *p = lines[random % 65536 * count / 65536];
            size_t length = (size_t)(strchr(p, '\n') + 1 - p);
            if (n + length > sizeof full)
                break;
            memcpy(text + n, p, length);
            n += length;
        }
        n += (size_t)sprintf(text + n, "imap4s\n");
        bed_read(&b, text, n, ROOM);
        assert_int_equal(b.outcome, ASA_READ);
        if (round % 20 == 0 && !loads(b.policy, &e))
            fail_msg("round %u: %s", round, e.text);
        free(b.policy);
    }
}

static void room_too_small(void **unused)
{
    (void)unused;
    static struct asa_bed b;
    bool enough = false;

    for (size_t room = 0; room < ROOM / 2; room += 48) {
        bed_read(&b, full, full_n, room);
        assert_true(b.outcome == ASA_READ || b.outcome == ASA_TOO_MUCH);
        assert_true(!enough || b.outcome == ASA_READ);
        enough = b.outcome == ASA_READ;
        free(b.policy);
    }
    assert_true(enough);
}

/* Forty thousand similar lines are one line of the report. */
static void many_lines(void **unused)
{
    (void)unused;
    static const char one[] = "access-list outside_in extended permit tcp any host 192.0.2.1\n";
    size_t count = 40000, n = sizeof one - 1;
    char *text = malloc(count * n + 16);
    static struct asa_bed b;

    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * n, one, n);
    strcpy(text + count * n, "imap4s\n");
    bed_read(&b, text, count * n + 7, ROOM);
    assert_int_equal(b.outcome, ASA_READ);
    assert_non_null(strstr(b.report, "1 other access-list (40000 lines, to line 40000): "));
    assert_int_equal(b.lines, 40000);
    free(b.policy);
    free(text);
}

static void secrets_are_not_shown(void **unused)
{
    (void)unused;
    static const char text[] =
        "enable password hush1 encrypted\nsnmp-server community hush2\nhush3-is-no-command? hush4\n"
        "username jo password hush5 encrypted\nusername ann nopassword hush6\n"
        "aaa-server RAD protocol radius\naaa-server RAD (inside) host 10.1.1.5 hush7 timeout 5\n"
        " key hush8\n key 8 hush9\n radius-common-pw hush10\n key a b hush11 c\n"
        "group-policy Else external server-group RAD password hush12\n"
        "imap4s\n authentication-server-group RAD\n hush13=1\n";
    static struct asa_bed b;

    bed_read(&b, text, sizeof text - 1, ROOM);
    assert_int_equal(b.outcome, ASA_READ);
    assert_null(strstr(b.report, "hush"));
    assert_null(strstr(b.policy, "hush"));
    assert_false(b.cut);
    free(b.policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_one_by_one), cmocka_unit_test(defaults_of_each_protocol),
        cmocka_unit_test(no_proxy_no_policy),  cmocka_unit_test(cut_configurations),
        cmocka_unit_test(odd_octets_anywhere), cmocka_unit_test(line_ends_do_not_matter),
        cmocka_unit_test(indented_as_a_whole), cmocka_unit_test(indentation_lost),

        cmocka_unit_test(lines_in_any_order),  cmocka_unit_test(room_too_small),
        cmocka_unit_test(many_lines),          cmocka_unit_test(secrets_are_not_shown),
    };
    return cmocka_run_group_tests(tests, read_full, NULL);
}
