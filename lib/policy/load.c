/* SPDX-License-Identifier: ISC */
/* load - walks the policy's tree along the tables of elements.h. Runs before rights are dropped;
 * believes nothing of the file. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "elements.h"
#include "policy_internal.h"
#include "limits.h"

#define RIGHT_MAX 512

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

/* The attribute's text in the arena, or NULL where the element has none. */
static const char *attribute_text(struct loading *l, const xmlNode *node, const char *name)
{
    xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
    char *copy = text ? arena_copy(&l->arena, (const char *)text) : NULL;

    xmlFree(text);
    return copy;
}

/* Adds ", name" to the list in room; the list's first has no comma. */
static void list_name(char *room, size_t size, const char *name)
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
    char right[RIGHT_MAX];

    value_right(a, right, sizeof right);
    if (!text && node && a->required)
        ERROR_AT(l, node, "attribute %s is missing; right is %s", a->name, right);
    if (!text)
        text = a->fallback;
    if (a->kind >= VALUE_INTERFACE) {
        if (node && text)
            note_reference(l, node, a, text, to);
        return;
    }
    if (!value_read(&l->values, a, text ? text : "", to) && node && text)
        ERROR_AT(l, node, "%s=\"%.80s\" is not right; right is %s", a->name, text, right);
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
    char right[RIGHT_MAX] = "";

    for (size_t i = 0; i < e->attribute_count; i++) {
        load_attribute(l, node, &e->attributes[i], to + e->attributes[i].offset);
        list_name(right, sizeof right, e->attributes[i].name);
    }
    for (const xmlAttr *a = node ? node->properties : NULL; a; a = a->next)
        if (!has_attribute(e, a))
            ERROR_AT(l, node, "attribute %.64s is not known here; right is %s%s",
                     (const char *)a->name, right[0] ? "one of " : "none", right);
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

/* Complains about what stands in the element and doesn't belong there. */
static void look_inside(struct loading *l, const xmlNode *node, const struct element *e)
{
    char right[RIGHT_MAX] = "";

    for (size_t i = 0; i < e->child_count; i++)
        list_name(right, sizeof right, e->children[i].variants[0]->name);
    for (const xmlNode *n = node->children; n; n = n->next) {
        if (n->type == XML_ELEMENT_NODE && !find_child(e, n))
            ERROR_AT(l, n, "not known in <%s>; right is %s%s", e->name,
                     right[0] ? "one of " : "no element", right);
        else if (n->type != XML_ELEMENT_NODE && n->type != XML_COMMENT_NODE &&
                 n->type != XML_PI_NODE && !(n->type == XML_TEXT_NODE && is_blank(n)))
            ERROR_AT(l, node, "text stands in it; right is %s%s", right[0] ? "only " : "nothing",
                     right);
    }
}

/* The variant that the element's attribute chooses, or NULL and complained about. */
static const struct element *choose_variant(struct loading *l, const xmlNode *node,
                                            const struct child *child)
{
    const char *text = child->by && node ? attribute_text(l, node, child->by) : NULL;
    char right[RIGHT_MAX] = "";

    if (!child->by || !node)
        return child->variants[0];
    for (size_t i = 0; i < child->variant_count; i++) {
        const char *variant = child->variants[i]->variant;
        const char *value = text ? text : child->by_default;
        if (value && strcmp(variant, value) == 0)
            return child->variants[i];
        list_name(right, sizeof right, variant);
    }
    if (text)
        ERROR_AT(l, node, "%s=\"%.80s\" is not right; right is one of %s", child->by, text, right);
    else
        ERROR_AT(l, node, "attribute %s is missing; right is one of %s", child->by, right);
    return NULL;
}

static void load_element(struct loading *l, const xmlNode *node, const struct element *e, char *to);

static void load_variant(struct loading *l, const xmlNode *node, const struct child *child,
                         char *to)
{
    const struct element *e = choose_variant(l, node, child);
    bool quiet = l->complaints.quiet;

    /* Of the wrong kind: its name counts, and what stands in it can't be judged. */
    l->complaints.quiet = quiet || !e;
    load_element(l, node, e ? e : child->variants[0], to);
    l->complaints.quiet = quiet;
}

static const xmlNode *next_of(const xmlNode *node, const struct child *child)
{
    while (node && !(node->type == XML_ELEMENT_NODE && is_named(node, child->variants[0]->name)))
        node = node->next;
    return node;
}

/* Into the parent's struct, or defaults where the element isn't there. */
static void load_one(struct loading *l, const xmlNode *first, const struct child *child, char *to)
{
    const xmlNode *more = first ? next_of(first->next, child) : NULL;

    load_variant(l, first, child, to + child->at);
    for (; more; more = next_of(more->next, child))
        ERROR_AT(l, more, "stands here a second time; right is once, as on line %d",
                 line_of(first));
}

static void load_many(struct loading *l, const xmlNode *first, const struct child *child, char *to)
{
    size_t n = 0, i = 0;

    for (const xmlNode *node = first; node; node = next_of(node->next, child))
        if (++n > child->max && child->max > 0) {
            ERROR_AT(l, node, "too many of them; right is at most %zu", child->max);
            break;
        }
    char *items = arena_get(&l->arena, n, child->size);
    void *array = items;
    memcpy(to + child->at, &array, sizeof array);
    memcpy(to + child->count, &n, sizeof n);
    for (const xmlNode *node = first; i < n; node = next_of(node->next, child))
        load_variant(l, node, child, items + i++ * child->size);
}

static void load_element(struct loading *l, const xmlNode *node, const struct element *e, char *to)
{
    if (node && e->line != NOWHERE)
        memcpy(to + e->line, &(int){line_of(node)}, sizeof(int));
    load_attributes(l, node, e, to);
    if (node)
        look_inside(l, node, e);
    for (size_t i = 0; i < e->child_count; i++) {
        const struct child *child = &e->children[i];
        const xmlNode *first = node ? next_of(node->children, child) : NULL;
        if (!first && node && child->required)
            ERROR_AT(l, node, "has no <%s>; right is %s", child->variants[0]->name,
                     child->count == NOWHERE ? "one" : "one or more");
        if (child->count == NOWHERE)
            load_one(l, first, child, to);
        else
            load_many(l, first, child, to);
    }
}

static void load_document(struct loading *l, xmlDocPtr doc)
{
    const xmlNode *root = xmlDocGetRootElement(doc);

    if (!is_named(root, policy_element.name)) {
        ERROR_AT(l, root, "not a policy; right is <%s xmlns=\"%s\">", policy_element.name,
                 DOCUMENT_NAMESPACE);
        return;
    }
    load_element(l, root, &policy_element, (char *)&l->policy);
    references_settle(l);
    rules_check(&l->policy, &l->complaints, &l->arena);
}

/* The file's absolute name and directory; symbolic links in its directory's name are resolved. */
static bool place(struct loading *l, const char *file)
{
    const char *slash = strrchr(file, '/');
    char *name = arena_copy(&l->arena, slash ? file : ".");

    if (slash)
        name[slash == file ? 1 : slash - file] = '\0';
    char *directory = realpath(name, NULL);
    if (!directory) {
        complain_at(&l->complaints, COMPLAINT_ERROR, 0, NULL,
                    "cannot be read: %s; right is a file in a directory that is there",
                    strerror(errno));
        return false;
    }
    l->values = (struct values){&l->arena, arena_copy(&l->arena, directory)};
    free(directory);
    const struct attribute as_file = {.kind = VALUE_FILE_FILLED};
    if (value_read(&l->values, &as_file, slash ? slash + 1 : file, &l->policy.file))
        return true;
    complain_at(&l->complaints, COMPLAINT_ERROR, 0, NULL,
                "not a file's name; right is one of at most %d octets", LIMIT_PATH);
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
    xmlDocPtr doc = place(l, file) ? document_read(file, &l->complaints) : NULL;
    if (doc) {
        load_document(l, doc);
        document_validate(doc, schema ? schema : PKGDATADIR "/policy.rng", &l->complaints);
        xmlFreeDoc(doc);
    }
    complaints_tell(&l->complaints, complain, context);
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
