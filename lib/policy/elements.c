/* SPDX-License-Identifier: ISC */
/* elements - the tables of <email-proxy> and its elements, but for the protocols. */
#include "elements_internal.h"

#include <syslog.h>

#include "limits.h"

/* clang-format off */

static const struct choice facilities[] = {
    {"mail", LOG_MAIL},     {"daemon", LOG_DAEMON}, {"user", LOG_USER},     {"auth", LOG_AUTH},
    {"authpriv", LOG_AUTHPRIV}, {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1},
    {"local2", LOG_LOCAL2}, {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4},
    {"local5", LOG_LOCAL5}, {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}, {NULL, 0},
};
static const struct choice levels[] = {
    {"error", LOG_ERR}, {"warning", LOG_WARNING}, {"notice", LOG_NOTICE},
    {"info", LOG_INFO}, {"debug", LOG_DEBUG},     {NULL, 0},
};
static const struct choice group_types[] = {
    {"local", GROUP_LOCAL}, {"radius", GROUP_RADIUS}, {"ldap", GROUP_LDAP}, {"http", GROUP_HTTP},
    {NULL, 0},
};
static const struct choice user_cases[] = {
    {"ignore", USER_CASE_IGNORE}, {"exact", USER_CASE_EXACT}, {NULL, 0}};
static const struct choice ldap_urls[] = {{"ldaps://", 0}, {"ldap://", 0}, {NULL, 0}};
static const struct choice http_urls[] = {{"https://", 0}, {"http://", 0}, {NULL, 0}};

#define IN(member) offsetof(struct policy, member)
static const struct attribute state_attributes[] = {
    {"directory", VALUE_FILE_FILLED, IN(state_directory), .fallback = "/run/mailwicket"},
    {"spool", VALUE_FILE_FILLED, IN(spool), .fallback = "/var/lib/mailwicket"},
};
ELEMENT(state, "state", IN(state_line));

static const struct attribute log_attributes[] = {
    {"facility", VALUE_CHOICE, IN(log_facility), .fallback = "mail", .choices = facilities},
    {"level", VALUE_CHOICE, IN(log_level), .fallback = "info", .choices = levels},
};
ELEMENT(log, "log", NOWHERE);
#undef IN

#define IN(member) offsetof(struct policy_certificate, member)
static const struct attribute certificate_attributes[] = {
    {"chain", VALUE_FILE_FILLED, IN(chain), .required = true},
    {"key", VALUE_FILE_FILLED, IN(key), .required = true},
    {"ocsp", VALUE_FILE, IN(ocsp), .fallback = ""},
};
ELEMENT(certificate, "certificate", IN(line));
#undef IN

#define IN(member) offsetof(struct policy, member)
static const struct attribute tls_attributes[] = {
    {"priority", VALUE_TEXT, IN(tls_priority), .fallback = ""},
    {"client-ca", VALUE_FILE, IN(client_ca), .fallback = ""},
    {"crl", VALUE_FILE, IN(crl), .fallback = ""},
    {"tickets", VALUE_BOOL, IN(tickets), .fallback = "true"},
};
static const struct child tls_children[] = {
    {ONE(certificate), .at = IN(certificates), .count = IN(certificate_count),
     .size = sizeof(struct policy_certificate), .max = LIMIT_CERTIFICATES, .required = true},
};
PARENT(tls, "tls", IN(tls_line));
#undef IN

#define IN(member) offsetof(struct policy_interface, member)
static const struct attribute interface_attributes[] = {
    {"name", VALUE_NAME, IN(name), .required = true},
    {"device", VALUE_DEVICE, IN(device), .required = true},
    {"address", VALUE_ADDRESS, IN(address), .fallback = ""},
    {"management-only", VALUE_BOOL, IN(management_only), .fallback = "false"},
};
ELEMENT(interface, "interface", IN(line));
#undef IN

#define IN(member) offsetof(struct policy, member)
static const struct child interfaces_children[] = {
    {ONE(interface), .at = IN(interfaces), .count = IN(interface_count),
     .size = sizeof(struct policy_interface), .required = true},
};
HOLDER(interfaces, "interfaces");
#undef IN

#define IN(member) offsetof(struct aaa_server, member)
#define TIMEOUT {"timeout", VALUE_NUMBER, IN(timeout), .fallback = "5", .min = 1, .max = 60}
static const struct attribute radius_server_attributes[] = {
    {"host", VALUE_HOST, IN(host), .required = true},
    {"port", VALUE_NUMBER, IN(port), .min = 1, .max = 65535},
    {"accounting-port", VALUE_NUMBER, IN(accounting_port), .min = 1, .max = 65535},
    {"secret", VALUE_FILE, IN(secret), .fallback = ""},
    {"require-message-authenticator", VALUE_BOOL, IN(require_signature), .fallback = "true"},
    {"tls", VALUE_BOOL, IN(tls), .fallback = "false"},
    {"ca", VALUE_FILE, IN(ca), .fallback = ""},
    {"certificate", VALUE_FILE, IN(certificate), .fallback = ""},
    {"key", VALUE_FILE, IN(key), .fallback = ""},
    TIMEOUT,
    {"retries", VALUE_NUMBER, IN(retries), .fallback = "2", .min = 0, .max = 10},
};
ELEMENT(radius_server, "server", IN(line));

static const struct choice scopes[] = {{"base", 0}, {"one", 0}, {"subtree", 0}, {NULL, 0}};
static const struct attribute ldap_server_attributes[] = {
    {"url", VALUE_URL, IN(url), .required = true, .choices = ldap_urls},
    {"starttls", VALUE_BOOL, IN(starttls), .fallback = "false"},
    {"ca", VALUE_FILE, IN(ca), .fallback = ""},
    {"bind-dn", VALUE_TEXT, IN(bind_dn), .fallback = ""},
    {"bind-password", VALUE_FILE, IN(bind_password), .fallback = ""},
    {"base", VALUE_FILLED, IN(base), .required = true},
    {"scope", VALUE_WORD, IN(scope), .fallback = "subtree", .choices = scopes},
    {"filter", VALUE_FILLED, IN(filter), .fallback = "(uid=%u)"},
    TIMEOUT,
};
ELEMENT(ldap_server, "server", IN(line));

static const struct choice forms[] = {{"form", 0}, {"basic", 0}, {NULL, 0}};
static const struct attribute http_server_attributes[] = {
    {"url", VALUE_URL, IN(url), .required = true, .choices = http_urls},
    {"method", VALUE_WORD, IN(method), .fallback = "form", .choices = forms},
    {"user-field", VALUE_FILLED, IN(user_field), .fallback = "username"},
    {"password-field", VALUE_FILLED, IN(password_field), .fallback = "password"},
    {"ca", VALUE_FILE, IN(ca), .fallback = ""},
    TIMEOUT,
    {"group-policy-header", VALUE_TEXT, IN(group_policy_header), .fallback = ""},
};
ELEMENT(http_server, "server", IN(line));
#undef IN

#define IN(member) offsetof(struct group_policy_map, member)
static const struct attribute map_attributes[] = {
    {"value", VALUE_FILLED, IN(value), .required = true},
    {"group-policy", VALUE_GROUP_POLICY_NAME, IN(group_policy), .required = true},
};
ELEMENT(map, "map", NOWHERE);
#undef IN

#define IN(member) offsetof(struct server_group, member)
static const struct attribute group_policy_attribute_attributes[] = {
    {"name", VALUE_FILLED, IN(attribute), .required = true},
};
static const struct child group_policy_attribute_children[] = {
    {ONE(map), .at = IN(maps), .count = IN(map_count), .size = sizeof(struct group_policy_map)},
};
PARENT(group_policy_attribute, "group-policy-attribute", NOWHERE);

#define GROUP                                                                                      \
    {"name", VALUE_NAME, IN(name), .required = true},                                              \
    {"type", VALUE_CHOICE, IN(type), .required = true, .choices = group_types}
#define REMOTE                                                                                     \
    {"dead-time", VALUE_NUMBER, IN(dead_time), .fallback = "60", .max = 86400},                    \
    {"cache", VALUE_NUMBER, IN(cache), .fallback = "0", .max = 86400}
#define SERVERS(kind)                                                                              \
    {ONE(kind##_server), .at = IN(servers), .count = IN(server_count),                             \
     .size = sizeof(struct aaa_server), .max = LIMIT_AAA_SERVERS, .required = true}

static const struct attribute local_attributes[] = {
    GROUP,
    {"users", VALUE_FILE_FILLED, IN(users), .required = true},
};
static const struct attribute remote_attributes[] = {GROUP, REMOTE};
static const struct child radius_children[] = {SERVERS(radius)};
static const struct child http_children[] = {SERVERS(http)};
static const struct child ldap_children[] = {
    SERVERS(ldap),
    {ONE(group_policy_attribute), .at = 0, .count = NOWHERE},
};
static const struct element local_element = {
    .name = "server-group", .variant = "local", ROWS_OF(local_attributes), .line = IN(line)};
static const struct element radius_element = {
    .name = "server-group", .variant = "radius", ROWS_OF(remote_attributes),
    CHILDREN_OF(radius_children), .line = IN(line)};
static const struct element ldap_element = {
    .name = "server-group", .variant = "ldap", ROWS_OF(remote_attributes),
    CHILDREN_OF(ldap_children), .line = IN(line)};
static const struct element http_element = {
    .name = "server-group", .variant = "http", ROWS_OF(remote_attributes),
    CHILDREN_OF(http_children), .line = IN(line)};
#undef IN

#define IN(member) offsetof(struct policy, member)
static const struct element *const groups[] = {&local_element, &radius_element, &ldap_element,
                                               &http_element};
static const struct attribute aaa_attributes[] = {
    {"case", VALUE_CHOICE, IN(user_case), .fallback = "ignore", .choices = user_cases},
};
static const struct child aaa_children[] = {
    {.variants = groups, .variant_count = 4, .by = "type", .at = IN(groups),
     .count = IN(group_count), .size = sizeof(struct server_group)},
};
PARENT(aaa, "aaa", NOWHERE);

static const struct child time_ranges_children[] = {
    {ONE(time_range), .at = IN(time_ranges), .count = IN(time_range_count),
     .size = sizeof(struct time_range), .required = true},
};
HOLDER(time_ranges, "time-ranges");

static const struct child group_policies_children[] = {
    {ONE(group_policy), .at = IN(group_policies), .count = IN(group_policy_count),
     .size = sizeof(struct group_policy), .required = true},
};
HOLDER(group_policies, "group-policies");

static const struct child policy_children[] = {
    {ONE(state), .count = NOWHERE},
    {ONE(log), .count = NOWHERE},
    {ONE(tls), .count = NOWHERE, .required = true},
    {ONE(interfaces), .count = NOWHERE},
    {ONE(aaa), .count = NOWHERE},
    {ONE(time_ranges), .count = NOWHERE},
    {ONE(group_policies), .count = NOWHERE},
    {ONE(imap4s), .at = IN(protocols[PROTOCOL_IMAP4S]), .count = NOWHERE},
    {ONE(pop3s), .at = IN(protocols[PROTOCOL_POP3S]), .count = NOWHERE},
    {ONE(smtps), .at = IN(protocols[PROTOCOL_SMTPS]), .count = NOWHERE},
};
const struct element policy_element = {.name = "email-proxy", CHILDREN_OF(policy_children),
                                       .line = NOWHERE};
