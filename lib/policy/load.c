/* SPDX-License-Identifier: ISC */
/* load - reads the policy's tree by the tables of elements.h. Runs before rights are dropped;
 * believes nothing that the file says. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "elements.h"
#include "policy_internal.h"
#include "limits.h"

#define EXPECTED_MAX 512

static int line_of(const xmlNode *node)
{
    return (int)xmlGetLineNo(node);
}

static const char *name_of(const xmlNode *node)
{
    return (const char *)node->name;
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->ns && strcmp((const char *)node->ns->href, DOCUMENT_NAMESPACE) == 0 &&
           strcmp(name_of(node), name) == 0;
}

#define ERROR_AT(l, node, ...)                                                                     \
    complain_at(&(l)->complaints, COMPLAINT_ERROR, line_of(node), name_of(node), __VA_ARGS__)

/* The attribute's text in the arena; NULL: the element doesn't have the attribute. */
static const char *attribute_text(struct loading *l, const xmlNode *node, const char *name)
{
    xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
    char *copy = text ? arena_copy(&l->arena, (const char *)text) : NULL;

    xmlFree(text);
    return copy;
}

/* Appends ", name" to the list in room, or "name" if the list is empty. */
static void append_name(char *room, size_t size, const char *name)
{
    size_t n = strlen(room);

    if (n < size - 1)
        snprintf(room + n, size - n, "%s%s", n > 0 ? ", " : "", name);
}

static void note_reference(struct loading *l, const xmlNode *node, const struct attribute *a,
                           const char *text, void *to)
{
    struct reference *r = arena_get(&l->arena, 1, sizeof *r);

    *r = (struct reference){l->references, a->kind, line_of(node), name_of(node), text, to};
    l->references = r;
    if (a->kind == VALUE_GROUP_POLICY_NAME)
        *(const char **)to = text;
}

static void load_attribute(struct loading *l, const xmlNode *node, const struct attribute *a,
                           void *to)
{
    const char *text = node ? attribute_text(l, node, a->name) : NULL;
    char expected[EXPECTED_MAX];

    value_expected(a, expected, sizeof expected);
    if (!text && node && a->required)
        ERROR_AT(l, node, "missing attribute \"%s\": expected %s", a->name, expected);
    if (!text)
        text = a->fallback;
    if (a->kind >= VALUE_INTERFACE) {
        if (node && text)
            note_reference(l, node, a, text, to);
        return;
    }
    if (!text && a->kind == VALUE_OFFER)
        return; /* to is NULL */
    if (!value_read(&l->values, a, text ? text : "", to) && node && text)
        complain_invalid(&l->complaints, line_of(node), name_of(node), a->name, text, expected);
}

static bool has_attribute(const struct element *e, const xmlAttr *attribute)
{
    for (size_t i = 0; i < e->attribute_count; i++)
        if (!attribute->ns && strcmp((const char *)attribute->name, e->attributes[i].name) == 0)
            return true;
    return false;
}

static void load_attributes(struct loading *l, const xmlNode *node, const struct element *e,
                            char *to)
{
    char expected[EXPECTED_MAX] = "";

    for (size_t i = 0; i < e->attribute_count; i++) {
        load_attribute(l, node, &e->attributes[i], to + e->attributes[i].offset);
        append_name(expected, sizeof expected, e->attributes[i].name);
    }
    for (const xmlAttr *a = node ? node->properties : NULL; a; a = a->next)
        if (!has_attribute(e, a))
            ERROR_AT(l, node, "unknown attribute \"%.64s\": expected %s%s", (const char *)a->name,
                     expected[0] ? "one of " : "none", expected);
}

static const struct child *find_child(const struct element *e, const xmlNode *node)
{
    for (size_t i = 0; i < e->child_count; i++)
        if (is_named(node, e->children[i].variants[0]->name))
            return &e->children[i];
    return NULL;
}

static bool is_blank(const xmlNode *node)
{
    const char *text = (const char *)node->content;

    return !text || text[strspn(text, " \t\r\n")] == '\0';
}

/* Complains about unknown elements and text in the element. */
static void check_content(struct loading *l, const xmlNode *node, const struct element *e)
{
    char expected[EXPECTED_MAX] = "";

    for (size_t i = 0; i < e->child_count; i++)
        append_name(expected, sizeof expected, e->children[i].variants[0]->name);
    for (const xmlNode *n = node->children; n; n = n->next) {
        if (n->type == XML_ELEMENT_NODE && !find_child(e, n))
            ERROR_AT(l, n, "unknown element in <%s>: expected %s%s", e->name,
                     expected[0] ? "one of " : "no element", expected);
        else if (n->type != XML_ELEMENT_NODE && n->type != XML_COMMENT_NODE &&
                 n->type != XML_PI_NODE && !(n->type == XML_TEXT_NODE && is_blank(n)))
            ERROR_AT(l, node, "unexpected text: expected %s%s", expected[0] ? "only " : "nothing",
                     expected);
    }
}

/* The variant that the element's attribute selects. NULL: an error was added. */
static const struct element *choose_variant(struct loading *l, const xmlNode *node,
                                            const struct child *child)
{
    const char *text = child->by && node ? attribute_text(l, node, child->by) : NULL;
    char names[EXPECTED_MAX] = "", expected[EXPECTED_MAX + 8];

    if (!child->by || !node)
        return child->variants[0];
    for (size_t i = 0; i < child->variant_count; i++) {
        const char *variant = child->variants[i]->variant;
        const char *value = text ? text : child->by_default;
        if (value && strcmp(variant, value) == 0)
            return child->variants[i];
        append_name(names, sizeof names, variant);
    }
    snprintf(expected, sizeof expected, "one of %s", names);
    if (text)
        complain_invalid(&l->complaints, line_of(node), name_of(node), child->by, text, expected);
    else
        ERROR_AT(l, node, "missing attribute \"%s\": expected %s", child->by, expected);
    return NULL;
}

static void load_element(struct loading *l, const xmlNode *node, const struct element *e, char *to);

static void load_variant(struct loading *l, const xmlNode *node, const struct child *child,
                         char *to)
{
    const struct element *e = choose_variant(l, node, child);
    bool quiet = l->complaints.quiet;

    /* Of an unknown variant only the name is used: its other attributes and its content can't be
     * checked. */
    l->complaints.quiet = quiet || !e;
    load_element(l, node, e ? e : child->variants[0], to);
    l->complaints.quiet = quiet;
}

static const xmlNode *next_child(const xmlNode *node, const struct child *child)
{
    while (node && !(node->type == XML_ELEMENT_NODE && is_named(node, child->variants[0]->name)))
        node = node->next;
    return node;
}

/* Loads the element into the parent's struct, or the defaults if first is NULL. */
static void load_single(struct loading *l, const xmlNode *first, const struct child *child,
                        char *to)
{
    const xmlNode *more = first ? next_child(first->next, child) : NULL;

    load_variant(l, first, child, to + child->at);
    for (; more; more = next_child(more->next, child))
        ERROR_AT(l, more, "duplicate element; first seen on line %d", line_of(first));
}

static void load_many(struct loading *l, const xmlNode *first, const struct child *child, char *to)
{
    size_t n = 0, i = 0;

    for (const xmlNode *node = first; node; node = next_child(node->next, child))
        if (++n > child->max && child->max > 0) {
            ERROR_AT(l, node, "too many elements: expected at most %zu", child->max);
            break;
        }
    char *items = arena_get(&l->arena, n, child->size);
    void *array = items;
    memcpy(to + child->at, &array, sizeof array);
    memcpy(to + child->count, &n, sizeof n);
    for (const xmlNode *node = first; i < n; node = next_child(node->next, child))
        load_variant(l, node, child, items + i++ * child->size);
}

static void load_element(struct loading *l, const xmlNode *node, const struct element *e, char *to)
{
    if (node && e->line != NOWHERE)
        memcpy(to + e->line, &(int){line_of(node)}, sizeof(int));
    load_attributes(l, node, e, to);
    if (node)
        check_content(l, node, e);
    for (size_t i = 0; i < e->child_count; i++) {
        const struct child *child = &e->children[i];
        const xmlNode *first = node ? next_child(node->children, child) : NULL;
        if (!first && node && child->required)
            ERROR_AT(l, node, "missing <%s>: expected %s", child->variants[0]->name,
                     child->count == NOWHERE ? "one" : "one or more");
        if (child->count == NOWHERE)
            load_single(l, first, child, to);
        else
            load_many(l, first, child, to);
    }
}

static void load_document(struct loading *l, xmlDocPtr doc)
{
    const xmlNode *root = xmlDocGetRootElement(doc);

    if (!is_named(root, policy_element.name)) {
        ERROR_AT(l, root, "unknown root element: expected <%s xmlns=\"%s\">", policy_element.name,
                 DOCUMENT_NAMESPACE);
        return;
    }
    load_element(l, root, &policy_element, (char *)&l->policy);
    references_resolve(l);
    rules_check(&l->policy, &l->complaints, &l->arena);
}

/* Sets the file's absolute name and directory; resolves symbolic links in its directory's name. */
static bool set_file_name(struct loading *l, const char *file)
{
    const char *slash = strrchr(file, '/');
    char *name = arena_copy(&l->arena, slash ? file : ".");

    if (slash)
        name[slash == file ? 1 : slash - file] = '\0';
    char *directory = realpath(name, NULL);
    if (!directory) {
        complain_at(&l->complaints, COMPLAINT_ERROR, 0, NULL,
                    "cannot read the file's directory: %s", strerror(errno));
        return false;
    }
    l->values = (struct values){.arena = &l->arena,
                                .directory = arena_copy(&l->arena, directory),
                                .credentials = &l->policy.credentials};
    free(directory);
    const struct attribute as_file = {.kind = VALUE_FILE_FILLED};
    if (value_read(&l->values, &as_file, slash ? slash + 1 : file, &l->policy.file))
        return true;
    complain_at(&l->complaints, COMPLAINT_ERROR, 0, NULL,
                "invalid file name: expected at most %d octets", LIMIT_PATH);
    return false;
}

struct policy *policy_load(const char *file, const char *schema, policy_complain complain,
                           void *context)
{
    struct loading *l = calloc(1, sizeof *l);

    if (!l) {
        complain(context, COMPLAINT_ERROR, "no memory for the policy");
        return NULL;
    }
    l->complaints = (struct complaints){.arena = &l->arena, .file = file};
    xmlDocPtr doc =
        set_file_name(l, file) ? document_read(file, &l->complaints, l->policy.hash) : NULL;
    if (doc) {
        load_document(l, doc);
        document_validate(doc, schema ? schema : PKGDATADIR "/policy.rng", &l->complaints);
        xmlFreeDoc(doc);
    }
    complaints_report(&l->complaints, complain, context);
    if (doc && l->complaints.errors == 0)
        return &l->policy;
    policy_free(&l->policy);
    return NULL;
}

void policy_free(struct policy *p)
{
    struct loading *l = (struct loading *)p;

    if (!l)
        return;
    arena_free(&l->arena);
    free(l);
}
