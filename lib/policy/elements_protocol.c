/* SPDX-License-Identifier: ISC */
/* elements_protocol - the tables of <group-policy>, <time-range> and of the three protocols. */
#include "elements_internal.h"

#include "limits.h"

/* clang-format off */

#define IN(member) offsetof(struct group_policy, member)
static const struct attribute group_policy_attributes[] = {
    {"name", VALUE_NAME, IN(name), .required = true},
    {"simultaneous-logins", VALUE_NUMBER, IN(simultaneous_logins), .fallback = "3",
     .max = LIMIT_POLICY_COUNT},
    {"idle-timeout", VALUE_LIMIT, IN(idle_timeout), .fallback = "30", .min = 1, .max = LIMIT_POLICY_MINUTES},
    {"session-timeout", VALUE_LIMIT, IN(session_timeout), .fallback = "none", .min = 1,
     .max = LIMIT_POLICY_MINUTES},
    {"access-hours", VALUE_HOURS, IN(access_hours), .fallback = ""},
    {"mail-sessions", VALUE_LIMIT, IN(mail_sessions), .fallback = "none", .min = 1,
     .max = LIMIT_POLICY_COUNT},
};
const struct element group_policy_element = {.name = "group-policy",
                                             ROWS_OF(group_policy_attributes), .line = IN(line)};
#undef IN

#define IN(member) offsetof(struct time_range, member)
static const struct attribute time_range_attributes[] = {
    {"name", VALUE_NAME, IN(name), .required = true},
    {"hours", VALUE_HOURS, IN(hours), .required = true},
};
const struct element time_range_element = {.name = "time-range",
                                           ROWS_OF(time_range_attributes), .line = IN(line)};
#undef IN

static const struct choice modes[] = {
    {"none", SERVER_TLS_NONE}, {"starttls", SERVER_TLS_STARTTLS}, {"implicit", SERVER_TLS_IMPLICIT},
    {NULL, 0}};
static const struct choice imap_addresses[] = {
    {"none", CLIENT_ADDRESS_NONE}, {"id", CLIENT_ADDRESS_ID},
    {"proxy-v2", CLIENT_ADDRESS_PROXY_V2}, {NULL, 0}};
static const struct choice other_addresses[] = {
    {"none", CLIENT_ADDRESS_NONE}, {"xclient", CLIENT_ADDRESS_XCLIENT},
    {"proxy-v2", CLIENT_ADDRESS_PROXY_V2}, {NULL, 0}};
static const struct choice methods[] = {
    {"aaa", METHOD_AAA}, {"certificate", METHOD_CERTIFICATE}, {"piggyback", METHOD_PIGGYBACK},
    {"mailhost", METHOD_MAILHOST}, {NULL, 0}};
static const struct choice unknown_servers[] = {{"deny", false}, {"mail-user", true}, {NULL, 0}};
static const struct choice matches[] = {{"both", false}, {"fallback", true}, {NULL, 0}};

#define FIELDS                                                                                     \
    {"C", DN_C}, {"CN", DN_CN}, {"DNQ", DN_DNQ}, {"EA", DN_EA}, {"GENQ", DN_GENQ}, {"GN", DN_GN},  \
        {"I", DN_I}, {"L", DN_L}, {"N", DN_N}, {"O", DN_O}, {"OU", DN_OU}, {"SER", DN_SER},        \
        {"SN", DN_SN}, {"SP", DN_SP}, {"T", DN_T}, {"UID", DN_UID}
static const struct choice primary_fields[] = {FIELDS, {NULL, 0}};
static const struct choice secondary_fields[] = {FIELDS, {"None", DN_NONE}, {NULL, 0}};

/* A mail server. rules_check sets its port's default, which depends on the protocol and tls. */
#define IN(member) offsetof(struct mail_server, member)
#define MAIL_SERVER(host_kind, addresses)                                                          \
    {"host", (host_kind), IN(host), .required = true},                                               \
        {"port", VALUE_NUMBER, IN(port), .min = 1, .max = 65535},                                  \
        {"tls", VALUE_CHOICE, IN(tls), .fallback = "none", .choices = modes},                      \
        {"ca", VALUE_FILE, IN(ca), .fallback = ""},                                                \
        {"verify", VALUE_BOOL, IN(verify), .fallback = "true"},                                    \
        {"client-address", VALUE_CHOICE, IN(client_address), .fallback = "none",                   \
         .choices = (addresses)}
#define UNAUTHENTICATE                                                                             \
    {"allow-unauthenticate", VALUE_BOOL, IN(allow_unauthenticate), .fallback = "false"}

static const struct attribute imap_default_attributes[] = {
    MAIL_SERVER(VALUE_HOST, imap_addresses), UNAUTHENTICATE};
static const struct attribute imap_allow_attributes[] = {
    MAIL_SERVER(VALUE_HOST_PATTERN, imap_addresses), UNAUTHENTICATE};
static const struct attribute other_default_attributes[] = {
    MAIL_SERVER(VALUE_HOST, other_addresses)};
static const struct attribute other_allow_attributes[] = {
    MAIL_SERVER(VALUE_HOST_PATTERN, other_addresses)};
ELEMENT(imap_default, "default-server", IN(line));
ELEMENT(imap_allow, "allow-server", IN(line));
ELEMENT(other_default, "default-server", IN(line));
ELEMENT(other_allow, "allow-server", IN(line));
#undef IN

#define IN(member) offsetof(struct protocol_policy, member)
static const struct attribute servers_attributes[] = {
    {"unknown-server", VALUE_FLAG, IN(unknown_server_mail_user), .fallback = "deny",
     .choices = unknown_servers},
};
#define SERVERS(kind)                                                                              \
    {ONE(kind##_default), .at = IN(default_server), .count = NOWHERE},                             \
        {ONE(kind##_allow), .at = IN(allowed), .count = IN(allowed_count),                         \
         .size = sizeof(struct mail_server), .max = LIMIT_SERVERS}
static const struct child imap_servers_children[] = {SERVERS(imap)};
static const struct child other_servers_children[] = {SERVERS(other)};
#define SERVERS_OF(kind)                                                                           \
    static const struct element kind##_servers_element = {                                         \
        .name = "servers", ROWS_OF(servers_attributes), CHILDREN_OF(kind##_servers_children),      \
        .line = IN(lines.servers)}
SERVERS_OF(imap);
SERVERS_OF(other);

static const struct attribute enable_attributes[] = {
    {"interface", VALUE_INTERFACE, 0, .required = true},
};
ELEMENT(enable, "enable", NOWHERE);

static const struct attribute authentication_attributes[] = {
    {"methods", VALUE_SET, IN(methods), .required = true, .choices = methods},
};
ELEMENT(authentication, "authentication", IN(lines.authentication));

static const struct attribute authentication_group_attributes[] = {
    {"name", VALUE_GROUP, IN(authentication), .required = true},
};
ELEMENT(authentication_group, "authentication-server-group", IN(lines.authentication_group));

static const struct attribute authorization_group_attributes[] = {
    {"name", VALUE_GROUP, IN(authorization), .required = true},
    {"required", VALUE_BOOL, IN(authorization_required), .fallback = "false"},
};
ELEMENT(authorization_group, "authorization-server-group", IN(lines.authorization_group));

static const struct attribute accounting_group_attributes[] = {
    {"name", VALUE_GROUP, IN(accounting), .required = true},
    {"interim", VALUE_LIMIT, IN(interim), .fallback = "600", .min = 60, .max = 86400},
};
ELEMENT(accounting_group, "accounting-server-group", IN(lines.accounting_group));

static const struct attribute dn_entire_attributes[] = {
    {"use-entire-name", VALUE_BOOL, IN(dn_entire), .fallback = "false"},
    {"must-match", VALUE_BOOL, IN(dn_must_match), .fallback = "true"},
};
static const struct attribute dn_fields_attributes[] = {
    {"use-entire-name", VALUE_BOOL, IN(dn_entire), .fallback = "false"},
    {"primary", VALUE_CHOICE, IN(dn_primary), .fallback = "CN", .choices = primary_fields},
    {"secondary", VALUE_CHOICE, IN(dn_secondary), .fallback = "OU", .choices = secondary_fields},
    {"match", VALUE_FLAG, IN(dn_fallback), .fallback = "both", .choices = matches},
    {"must-match", VALUE_BOOL, IN(dn_must_match), .fallback = "true"},
};
static const struct element dn_fields = {.name = "authorization-dn", .variant = "false",
                                         ROWS_OF(dn_fields_attributes),
                                         .line = IN(lines.authorization_dn)};
static const struct element dn_entire = {.name = "authorization-dn", .variant = "true",
                                         ROWS_OF(dn_entire_attributes),
                                         .line = IN(lines.authorization_dn)};
static const struct element *const dn[] = {&dn_fields, &dn_entire};

static const struct attribute default_group_policy_attributes[] = {
    {"name", VALUE_GROUP_POLICY, IN(default_group_policy), .required = true},
};
ELEMENT(default_group_policy, "default-group-policy", IN(lines.default_group_policy));

static const struct attribute delimiters_attributes[] = {
    {"name", VALUE_DELIMITER, IN(name_delimiter), .fallback = ":"},
    {"server", VALUE_DELIMITER, IN(server_delimiter), .fallback = "@"},
};
ELEMENT(delimiters, "delimiters", IN(lines.delimiters));

#define PROTOCOL_ATTRIBUTES(port_text)                                                             \
    {"port", VALUE_NUMBER, IN(port), .fallback = (port_text), .min = 1, .max = 65535},               \
        {"outstanding", VALUE_LIMIT, IN(outstanding), .fallback = "20", .min = 1, .max = 1000},    \
        {"max-sessions", VALUE_LIMIT, IN(max_sessions), .fallback = "none", .min = 1,              \
         .max = LIMIT_POLICY_COUNT},                                                                        \
        {"login-attempts", VALUE_NUMBER, IN(login_attempts), .fallback = "3", .min = 1,            \
         .max = 100},                                                                              \
        {"tls-timeout", VALUE_NUMBER, IN(tls_timeout), .fallback = "30", .min = 1, .max = 600},    \
        {"login-timeout", VALUE_NUMBER, IN(login_timeout), .fallback = "60", .min = 1, .max = 3600}, \
        {"announce", VALUE_OFFER, IN(announce), .fallback = NULL}
#define PROTOCOL_CHILDREN(servers)                                                                 \
    {ONE(enable), .at = IN(enabled), .count = IN(enabled_count),                                   \
     .size = sizeof(struct policy_interface *)},                                                   \
        {ONE(authentication), .count = NOWHERE, .required = true},                                 \
        {ONE(authentication_group), .count = NOWHERE},                                             \
        {ONE(authorization_group), .count = NOWHERE},                                              \
        {.variants = dn, .variant_count = 2, .by = "use-entire-name", .by_default = "false",       \
         .count = NOWHERE},                                                                        \
        {ONE(accounting_group), .count = NOWHERE}, {ONE(default_group_policy), .count = NOWHERE},  \
        {ONE(delimiters), .count = NOWHERE}, {ONE(servers), .count = NOWHERE, .required = true}

static const struct attribute imap4s_attributes[] = {PROTOCOL_ATTRIBUTES("993")};
static const struct attribute pop3s_attributes[] = {PROTOCOL_ATTRIBUTES("995")};
static const struct attribute smtps_attributes[] = {PROTOCOL_ATTRIBUTES("988")};
static const struct child imap_children[] = {PROTOCOL_CHILDREN(imap_servers)};
static const struct child other_children[] = {PROTOCOL_CHILDREN(other_servers)};
const struct element imap4s_element = {.name = "imap4s", ROWS_OF(imap4s_attributes),
                                       CHILDREN_OF(imap_children), .line = IN(line)};
const struct element pop3s_element = {.name = "pop3s", ROWS_OF(pop3s_attributes),
                                      CHILDREN_OF(other_children), .line = IN(line)};
const struct element smtps_element = {.name = "smtps", ROWS_OF(smtps_attributes),
                                      CHILDREN_OF(other_children), .line = IN(line)};
