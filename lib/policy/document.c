/* SPDX-License-Identifier: ISC */
/* document - reads XML; see document.h. Believes nothing that the file says. */
#include "document.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/relaxng.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"

#define SCHEMA_MESSAGES 5 /* the schema's messages that are reported: more only follow from them */
#define LINE_MAX_XML    65535 /* libxml2 counts no further */

struct bytes {
    char *p;
    size_t n;
};

static bool read_all(int fd, struct bytes *b)
{
    while (b->n <= LIMIT_POLICY_FILE) {
        ssize_t n = read(fd, b->p + b->n, LIMIT_POLICY_FILE + 1 - b->n);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            b->n += (size_t)n;
    }
    errno = EFBIG;
    return false;
}

/* Returns the whole file; the caller frees it. NULL: an error was added to c. */
static char *read_file(const char *file, size_t *n, struct complaints *c)
{
    struct bytes b = {malloc(LIMIT_POLICY_FILE + 1), 0};
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (b.p && fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        complain_at(c, COMPLAINT_ERROR, 0, NULL, "not a regular file: expected an XML file");
    } else if (!b.p || fd < 0 || !read_all(fd, &b)) {
        if (errno == EFBIG)
            complain_at(c, COMPLAINT_ERROR, 0, NULL, "file too large: expected at most %d octets",
                        LIMIT_POLICY_FILE);
        else
            complain_at(c, COMPLAINT_ERROR, 0, NULL, "cannot read the file: %s", strerror(errno));
    } else {
        close(fd);
        *n = b.n;
        return b.p;
    }
    if (fd >= 0)
        close(fd);
    free(b.p);
    return NULL;
}

static void on_doctype(void *parser, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    xmlParserCtxtPtr p = parser;

    (void)name, (void)id, (void)system;
    complain_at(p->_private, COMPLAINT_ERROR, p->input->line, NULL,
                "unexpected <!DOCTYPE>: expected a policy without a document type");
    xmlStopParser(p);
}

static void on_fault(void *parser, xmlErrorPtr e)
{
    xmlParserCtxtPtr p = parser;
    int n = (int)strcspn(e->message ? e->message : "", "\n");

    if (e->code == XML_ERR_ENTITYREF_SEMICOL_MISSING ||
        (e->code == XML_ERR_NAME_REQUIRED && strstr(e->message, "xmlParseEntityRef")))
        complain_at(p->_private, COMPLAINT_ERROR, e->line, NULL, "invalid &: expected &amp;");
    else if (e->level > XML_ERR_WARNING && e->code != XML_ERR_USER_STOP)
        complain_at(p->_private, COMPLAINT_ERROR, e->line, NULL,
                    "invalid XML: %.*s: expected well-formed XML 1.0", n, e->message);
}

/* How many lines before the parser's position the tag begins: at the last "<", since no attribute's
 * value may hold one. */
static int lines_in_tag(const xmlParserInput *input)
{
    int lines = 0;

    for (const xmlChar *p = input->cur; p > input->base && *p != '<'; p--)
        lines += *p == '\n';
    return lines;
}

static void on_element(void *parser, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                       int namespaces, const xmlChar **namespace, int attributes, int defaulted,
                       const xmlChar **attribute)
{
    xmlParserCtxtPtr p = parser;

    xmlSAX2StartElementNs(parser, name, prefix, uri, namespaces, namespace, attributes, defaulted,
                          attribute);
    if (p->node && p->input->line < LINE_MAX_XML)
        p->node->line = (unsigned short)(p->input->line - lines_in_tag(p->input));
}

xmlDocPtr document_read(const char *file, struct complaints *c, unsigned char hash[POLICY_HASH])
{
    size_t n = 0;
    char *text = read_file(file, &n, c);
    xmlParserCtxtPtr p = text ? xmlNewParserCtxt() : NULL;
    xmlDocPtr doc = NULL;

    if (p && hash && gnutls_hash_fast(GNUTLS_DIG_SHA256, text, n, hash) != 0)
        memset(hash, 0, POLICY_HASH);
    if (p) {
        p->_private = c;
        p->sax->internalSubset = on_doctype;
        p->sax->serror = on_fault;
        p->sax->startElementNs = on_element;
        doc = xmlCtxtReadMemory(p, text, (int)n, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA);
        if (doc && c->errors > 0) {
            xmlFreeDoc(doc);
            doc = NULL;
        }
        if (!doc && c->errors == 0)
            complain_at(c, COMPLAINT_ERROR, 0, NULL, "invalid XML: expected well-formed XML 1.0");
    }
    xmlFreeParserCtxt(p);
    free(text);
    return doc;
}

struct validation {
    struct complaints *complaints;
    bool reported; /* whether the schema's messages are added to complaints */
    int messages;
};

static void on_schema_error(void *context, xmlErrorPtr e)
{
    struct validation *v = context;
    const xmlNode *node = e->node;
    int n = (int)strcspn(e->message ? e->message : "", "\n");

    if (v->reported && v->messages++ < SCHEMA_MESSAGES)
        complain_at(v->complaints, COMPLAINT_ERROR, node ? (int)xmlGetLineNo(node) : e->line,
                    node && node->type == XML_ELEMENT_NODE ? (const char *)node->name : NULL,
                    "invalid by the schema: %.*s", n, e->message);
}

static xmlRelaxNGPtr read_schema(const char *schema, struct complaints *c)
{
    struct complaints unreported = {.arena = c->arena, .file = schema};
    size_t n = 0;
    char *text = read_file(schema, &n, &unreported);
    xmlRelaxNGPtr rules = NULL;

    if (text) {
        struct validation v = {.complaints = &unreported, .reported = true};
        xmlRelaxNGParserCtxtPtr p = xmlRelaxNGNewMemParserCtxt(text, (int)n);
        xmlRelaxNGSetParserStructuredErrors(p, on_schema_error, &v);
        rules = xmlRelaxNGParse(p);
        xmlRelaxNGFreeParserCtxt(p);
        free(text);
    }
    if (!rules)
        complain_at(c, COMPLAINT_ERROR, 0, NULL,
                    "cannot use the schema %s: expected the one installed with Mailwicket", schema);
    return rules;
}

bool document_validate(xmlDocPtr doc, const char *schema, struct complaints *c)
{
    struct validation v = {.complaints = c, .reported = c->errors == 0};
    xmlRelaxNGPtr rules = read_schema(schema, c);
    xmlRelaxNGValidCtxtPtr p = rules ? xmlRelaxNGNewValidCtxt(rules) : NULL;
    bool good = false;

    if (p) {
        xmlRelaxNGSetValidStructuredErrors(p, on_schema_error, &v);
        good = xmlRelaxNGValidateDoc(p, doc) == 0;
        if (!good && c->errors == 0)
            complain_at(c, COMPLAINT_ERROR, 0, NULL, "invalid by the schema");
    }
    xmlRelaxNGFreeValidCtxt(p);
    xmlRelaxNGFree(rules);
    return good;
}
