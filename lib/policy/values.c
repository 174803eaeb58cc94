/* SPDX-License-Identifier: ISC */
/* values - see values.h. */
#include "values.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "credential.h"
#include "host.h"
#include "hours.h"
#include "identifier.h"
#include "idna.h"
#include "limits.h"
#include "num.h"

static bool is_any(const struct attribute *a, const char *s)
{
    (void)a, (void)s;
    return true;
}

static bool is_filled(const struct attribute *a, const char *s)
{
    (void)a;
    return *s != '\0';
}

static bool is_name(const struct attribute *a, const char *s)
{
    (void)a;
    return identifier_is_name(span_str(s));
}

static bool is_device(const struct attribute *a, const char *s)
{
    (void)a;
    return identifier_is_device(span_str(s));
}

static bool is_address_or_empty(const struct attribute *a, const char *s)
{
    (void)a;
    return *s == '\0' || host_is_valid_address(span_str(s));
}

static bool is_host(const struct attribute *a, const char *s)
{
    (void)a;
    return host_is_address(span_str(s)) ? host_is_valid_address(span_str(s))
                                        : host_is_name(span_str(s));
}

static bool is_host_pattern(const struct attribute *a, const char *s)
{
    if (host_is_pattern(span_str(s)))
        return host_is_name(span_str(s + 2));
    return is_host(a, s);
}

static bool is_url(const struct attribute *a, const char *s)
{
    for (const struct choice *c = a->choices; c->text; c++)
        if (strncmp(s, c->text, strlen(c->text)) == 0)
            return s[strlen(c->text)] != '\0' && !strpbrk(s, " \t\r\n");
    return false;
}

static bool is_hours(const struct attribute *a, const char *s)
{
    (void)a;
    return hours_valid(span_str(s));
}

/* rules_protocol judges the words, which depend on the protocol. */
static bool is_offer(const struct attribute *a, const char *s)
{
    (void)a;
    return strlen(s) <= LIMIT_ANNOUNCE;
}

static const struct choice *find_choice(const struct attribute *a, struct span word)
{
    for (const struct choice *c = a->choices; c->text; c++)
        if (span_eq(span_str(c->text), word))
            return c;
    return NULL;
}

static bool is_word(const struct attribute *a, const char *s)
{
    return find_choice(a, span_str(s)) != NULL;
}

static void keep_credential(const struct values *v, const char *written, const char *file)
{
    struct policy_credential *c;

    if (!v->credentials)
        return;
    c = arena_get(v->arena, 1, sizeof *c);
    *c = (struct policy_credential){.next = *v->credentials, .written = written, .file = file};
    *v->credentials = c;
}

/* The file's absolute name, or its credential's. NULL: it is too long. */
static char *file_name(const struct values *v, const char *text)
{
    bool relative = *text && *text != '/';
    char *name = arena_get(v->arena, strlen(v->directory) + strlen(text) + 2, 1);
    char handed[LIMIT_PATH + 1];

    if (relative)
        name = strcat(strcpy(name, strcmp(v->directory, "/") == 0 ? "" : v->directory), "/");
    strcat(name, text);
    if (*text && credential_of(name, handed, sizeof handed)) {
        char *file = arena_copy(v->arena, handed);
        keep_credential(v, name, file);
        return file;
    }
    return strlen(name) <= LIMIT_PATH ? name : NULL;
}

/* A host as it is kept: an address without brackets, a name with A-labels. */
static char *host_name(const struct values *v, const char *text)
{
    struct span bare = host_bare(span_str(text));
    bool pattern = host_is_pattern(span_str(text));
    char room[2 + LIMIT_HOST + 1] = "*.";

    if (host_is_address(bare)) {
        char *s = arena_get(v->arena, bare.n + 1, 1);
        return memcpy(s, bare.p, bare.n);
    }
    if (!idna_ascii(span_str(pattern ? text + 2 : text), room + 2))
        return arena_copy(v->arena, text); /* is_host judges it */
    return arena_copy(v->arena, pattern ? room : room + 2);
}

static bool read_number(const struct attribute *a, const char *text, unsigned *to)
{
    uint64_t value;

    if (a->kind == VALUE_LIMIT && strcmp(text, "none") == 0) {
        *to = 0;
        return true;
    }
    if (!num_parse(span_str(text), a->max, &value) || value < a->min)
        return false;
    *to = (unsigned)value;
    return true;
}

static bool read_bool(const char *text, bool *to)
{
    *to = strcmp(text, "true") == 0;
    return *to || strcmp(text, "false") == 0;
}

static bool read_choice(const struct attribute *a, const char *text, int *to)
{
    const struct choice *c = find_choice(a, span_str(text));

    if (c)
        *to = c->value;
    return c != NULL;
}

static bool read_flag(const struct attribute *a, const char *text, bool *to)
{
    int value = 0;
    bool valid = read_choice(a, text, &value);

    *to = value != 0;
    return valid;
}

static bool read_set(const struct attribute *a, const char *text, unsigned *to)
{
    struct span rest = span_str(text);

    *to = 0;
    while (rest.n > 0) {
        struct span word = span_cut(&rest, ' ');
        const struct choice *c = find_choice(a, word);
        if (word.n > 0 && (!c || *to & (unsigned)c->value))
            return false;
        if (c)
            *to |= (unsigned)c->value;
    }
    return *to != 0;
}

static bool read_delimiter(const char *text, char *to)
{
    if (strlen(text) != 1 || !strchr("@|:#,;", *text))
        return false;
    *to = *text;
    return true;
}

/* The kinds that are strings: how they are checked, and what is expected. */
static const struct string_kind {
    bool (*is)(const struct attribute *a, const char *s);
    const char *expected;
} strings[] = {
    [VALUE_TEXT] = {is_any, "any text"},
    [VALUE_FILLED] = {is_filled, "text that is not empty"},
    [VALUE_FILE] = {is_any, "a file name of at most 1024 octets"},
    [VALUE_FILE_FILLED] = {is_filled, "a file name of 1 to 1024 octets"},
    [VALUE_NAME] =
        {is_name, "1 to 64 letters, digits, \"_\", \".\" and \"-\", but not \".\" or \"-\" first"},
    [VALUE_DEVICE] = {is_device, "the name of a network device, such as eth0"},
    [VALUE_ADDRESS] = {is_address_or_empty, "an IPv4 or IPv6 address, or an empty value"},
    [VALUE_HOST] = {is_host, "a host name or an IPv4 or IPv6 address"},
    [VALUE_HOST_PATTERN] = {is_host_pattern, "a host name, an address, or *.SUFFIX"},
    [VALUE_URL] = {is_url, NULL},
    [VALUE_HOURS] = {is_hours, HOURS_EXPECTED},
    [VALUE_WORD] = {is_word, NULL},
    [VALUE_OFFER] = {is_offer, "capabilities of at most 512 octets, as in \"SIZE=10485760 DSN\""},
};
#define STRINGS (sizeof strings / sizeof *strings)

static bool read_string(const struct values *v, const struct attribute *a, const char *text,
                        void *to)
{
    bool file = a->kind == VALUE_FILE || a->kind == VALUE_FILE_FILLED;
    bool host = a->kind == VALUE_HOST || a->kind == VALUE_HOST_PATTERN;
    char *s = file ? file_name(v, text) : host ? host_name(v, text) : arena_copy(v->arena, text);
    bool valid = s && strings[a->kind].is(a, host ? s : text);

    /* An invalid name is kept, so that references to it are not errors as well. */
    *(char **)to = valid || a->kind == VALUE_NAME ? s : arena_copy(v->arena, "");
    return valid;
}

static bool read_value(const struct values *v, const struct attribute *a, const char *text,
                       void *to)
{
    switch (a->kind) {
    case VALUE_NUMBER:
    case VALUE_LIMIT:
        return read_number(a, text, to);
    case VALUE_BOOL:
        return read_bool(text, to);
    case VALUE_CHOICE:
        return read_choice(a, text, to);
    case VALUE_FLAG:
        return read_flag(a, text, to);
    case VALUE_SET:
        return read_set(a, text, to);
    case VALUE_DELIMITER:
        return read_delimiter(text, to);
    default:
        return (size_t)a->kind < STRINGS && read_string(v, a, text, to);
    }
}

bool value_read(const struct values *v, const struct attribute *a, const char *text, void *to)
{
    if (read_value(v, a, text, to))
        return true;
    if ((size_t)a->kind >= STRINGS && a->fallback)
        read_value(v, a, a->fallback, to);
    return false;
}

static void expected_choices(const struct attribute *a, char *room, size_t size)
{
    const char *before = a->kind == VALUE_SET   ? "one or more of "
                         : a->kind == VALUE_URL ? "a URL that begins with one of "
                                                : "one of ";
    size_t n = (size_t)snprintf(room, size, "%s", before);

    for (const struct choice *c = a->choices; c->text && n < size; c++)
        n += (size_t)snprintf(room + n, size - n, "%s%s", c->text, c[1].text ? ", " : "");
    if (a->kind == VALUE_SET && n < size)
        snprintf(room + n, size - n, ", each once");
}

void value_expected(const struct attribute *a, char *room, size_t size)
{
    if (a->choices)
        expected_choices(a, room, size);
    else if (a->kind == VALUE_NUMBER || a->kind == VALUE_LIMIT)
        snprintf(room, size, "a number from %u to %u%s", a->min, a->max,
                 a->kind == VALUE_LIMIT ? ", or none" : "");
    else if (a->kind == VALUE_BOOL)
        snprintf(room, size, "true or false");
    else if (a->kind == VALUE_DELIMITER)
        snprintf(room, size, "one of @ | : # , ;");
    else
        snprintf(room, size, "%s",
                 (size_t)a->kind < STRINGS ? strings[a->kind].expected
                                           : strings[VALUE_NAME].expected);
}
