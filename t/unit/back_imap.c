/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/proto/back: dialogues with an IMAP server. */
#include "check.h"

#include "back_play.h"

#define LOGIN         "C: W1 LOGIN \"alice\" \"secret\"\n"
#define BARE          GREETED("IMAP4rev1") LOGIN
#define LISTED        "S: W1 OK [CAPABILITY IMAP4rev1 IDLE] in\n"
#define X50           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define QUOTES10      "\"\"\"\"\"\"\"\"\"\""
#define QUOTES50      QUOTES10 QUOTES10 QUOTES10 QUOTES10 QUOTES10
#define X450          X50 X50 X50 X50 X50 X50 X50 X50 X50
#define GREETED(list) "S: * OK [CAPABILITY " list "] ready\n"

static const struct play logins[] = {
    {.name = "LOGIN, capabilities in the OK",
     .script = BARE LISTED,
     .end = BACK_DONE,
     .capability = "IMAP4rev1 IDLE"},
    {.name = "capabilities in a line before the OK; what follows belongs to the client",
     .script = BARE "S: * CAPABILITY IMAP4rev1 MOVE\nS: W1 OK in\nS: * 3 EXISTS\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1 MOVE",
     .left = "* 3 EXISTS\r\n"},
    {.name = "capabilities in an untagged OK",
     .script = BARE "S: * OK [CAPABILITY IMAP4rev1 A]\nS: W1 OK in\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1 A"},
    {.name = "no capabilities after the login: asks for them; the greeting's don't count",
     .script = GREETED("IMAP4rev1 BEFORE") LOGIN
     "S: W1 OK in\nC: W2 CAPABILITY\nS: * CAPABILITY IMAP4rev1 AFTER\nS: W2 OK done\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1 AFTER"},
    {.name = "unsolicited lines before the capabilities are kept, in order",
     .script =
         BARE "S: W1 OK in\nC: W2 CAPABILITY\nS: * OK [ALERT] full\nS: * CAPABILITY IMAP4rev1\n"
              "S: * ID (\"a\" {4}\nS:\nS: bc)\nS: W2 OK done\nS: * 1 EXISTS\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1",
     .left = "* OK [ALERT] full\r\n* ID (\"a\" {4}\r\n\r\nbc)\r\n* 1 EXISTS\r\n"},
    {.name = "asked for, and in the OK",
     .script = BARE "S: W1 OK in\nC: W2 CAPABILITY\nS: W2 OK [CAPABILITY IMAP4rev1] done\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1"},
    {.name = "asked for, and not given",
     .script = BARE "S: W1 OK in\nC: W2 CAPABILITY\nS: W2 OK done\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "quoted strings",
     .config = {.user = SPAN("a b\"c"), .password = SPAN("\\{5}")},
     .script = GREETED("IMAP4rev1 ID") "C: W1 LOGIN \"a b\\\"c\" \"\\\\{5}\"\n" LISTED,
     .end = BACK_DONE},
    {.name = "an 8-bit password as a literal",
     .config = {.password = SPAN("\xc3\xa4\"")},
     .script = GREETED("IMAP4rev1 ID") "C: W1 LOGIN \"alice\" {3}\nS: + go\nC: \xc3\xa4\"\n" LISTED,
     .end = BACK_DONE},
    {.name = "an 8-bit name as a literal",
     .config = {.user = SPAN("\xc3\xa4")},
     .script = GREETED("IMAP4rev1 ID") "C: W1 LOGIN {2}\nS: +\nC: \xc3\xa4 \"secret\"\n" LISTED,
     .end = BACK_DONE},
    {.name = "both as literals, and a long password",
     .config = {.user = SPAN("\t"), .password = SPAN(X450)},
     .script =
         GREETED("IMAP4rev1 ID") "C: W1 LOGIN {1}\nS: + \nC: \t {450}\nS: + \nC: " X450 "\n" LISTED,
     .end = BACK_DONE},
    {.name = "a refused literal ends the login",
     .config = {.password = SPAN("\xc3\xa4")},
     .script = GREETED("IMAP4rev1") "C: W1 LOGIN \"alice\" {2}\nS: W1 NO no\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR},
    {.name = "… also the name's literal",
     .config = {.user = SPAN("\xc3\xa4")},
     .script = GREETED("IMAP4rev1") "C: W1 LOGIN {2}\nS: W1 NO no\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR},
    {.name = "a password that is too long for a quoted string",
     .config = {.password = SPAN(QUOTES50 QUOTES50 QUOTES50 QUOTES50 QUOTES50)},
     .script =
         GREETED("IMAP4rev1 ID") "C: W1 LOGIN \"alice\" {250}\nS: +\n"
                                 "C: " QUOTES50 QUOTES50 QUOTES50 QUOTES50 QUOTES50 "\n" LISTED,
     .end = BACK_DONE},
    {.name = "a status text that looks like a literal",
     .script = BARE "S: * OK take {3}\n" LISTED,
     .end = BACK_DONE},
    {.name = "OK before the literal",
     .config = {.password = SPAN("\xc3\xa4")},
     .script = GREETED("IMAP4rev1 ID") "C: W1 LOGIN \"alice\" {2}\nS: W1 OK in\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "words that aren't atoms are left out",
     .script = BARE "S: * CAPABILITY IMAP4rev1 x]y \xc3\xa4  IDLE\nS: W1 OK in\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1 IDLE"},
    {.name = "waits for the greeting", .script = "", .end = BACK_MORE},
};

static const struct play authenticate[] = {
    {.name = "LOGINDISABLED: AUTHENTICATE",
     .script = GREETED("IMAP4rev1 LOGINDISABLED AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN\nS: +\nC: "
                                                             "AGFsaWNlAHNlY3JldA==\n" LISTED,
     .end = BACK_DONE},
    {.name = "with SASL-IR",
     .script =
         GREETED("IMAP4rev1 LOGINDISABLED SASL-IR AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN "
                                                               "AGFsaWNlAHNlY3JldA==\n" LISTED,
     .end = BACK_DONE},
    {.name = "a server that asks for the response again gets it",
     .script =
         GREETED("IMAP4rev1 LOGINDISABLED SASL-IR AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN "
                                                               "AGFsaWNlAHNlY3JldA==\nS: + \nC: "
                                                               "AGFsaWNlAHNlY3JldA==\n" LISTED,
     .end = BACK_DONE},
    {.name = "but not a second time",
     .script =
         GREETED("IMAP4rev1 LOGINDISABLED SASL-IR AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN "
                                                               "AGFsaWNlAHNlY3JldA==\nS: +\nC: "
                                                               "AGFsaWNlAHNlY3JldA==\nS: +\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "8 bit goes by AUTHENTICATE if offered",
     .config = {.user = SPAN("\xc3\xa4")},
     .script = GREETED(
         "IMAP4rev1 SASL-IR AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN AMOkAHNlY3JldA==\n" LISTED,
     .end = BACK_DONE},
    {.name = "too long for one line with the command",
     .config = {.password = SPAN(X450 X450)},
     .script = GREETED("IMAP4rev1 SASL-IR AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN\n",
     .end = BACK_MORE},
    {.name = "neither LOGIN nor AUTHENTICATE PLAIN",
     .script = GREETED("IMAP4rev1 LOGINDISABLED AUTH=GSSAPI") "C: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "AUTHENTICATE refused at once",
     .script =
         GREETED("LOGINDISABLED AUTH=PLAIN") "C: W1 AUTHENTICATE PLAIN\nS: W1 NO\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR},
    {.name = "no list in the greeting: asks for it",
     .script = "S: * OK ready\nC: W1 CAPABILITY\n"
               "S: * CAPABILITY IMAP4rev1 LOGINDISABLED IDLE AUTH=PLAIN\nS: W1 OK\n"
               "C: W2 AUTHENTICATE PLAIN\nS: + \nC: AGFsaWNlAHNlY3JldA==\n"
               "S: W2 OK [CAPABILITY IMAP4rev1] in\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1",
     .offer = "IMAP4rev1 IDLE"},
    {.name = "… and gets it in the OK",
     .script = "S: * OK ready\nC: W1 CAPABILITY\nS: W1 OK [CAPABILITY IMAP4rev1 ENABLE] done\n"
               "C: W2 LOGIN \"alice\" \"secret\"\nS: W2 NO no\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR,
     .offer = "IMAP4rev1 ENABLE"},
    {.name = "… and gets none: the password is not sent",
     .script = "S: * OK ready\nC: W1 CAPABILITY\nS: W1 OK done\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "list"},
    {.name = "… and is not understood",
     .script = "S: * OK ready\nC: W1 CAPABILITY\nS: W1 BAD what\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
};

#define DENIED(text, kind)                                                                         \
    {                                                                                              \
        .name = text, .end = BACK_FAILED, .failure = kind,                                         \
        .script = GREETED("IMAP4rev1") LOGIN "S: W1 " text "\nC: W LOGOUT\n"                       \
    }

#define ALERTED(text, shown)                                                                       \
    {                                                                                              \
        .name = text, .end = BACK_DONE, .script = GREETED("IMAP4rev1") LOGIN text LISTED,          \
        .alert = shown                                                                             \
    }

/* What must be shown to the user, cleaned; others' text is not. */
static const struct play alerts[] = {
    {.name = "none", .script = BARE LISTED, .end = BACK_DONE, .alert = ""},
    ALERTED("S: * OK [ALERT] The server goes down at 8\n", "The server goes down at 8"),
    ALERTED("S: * no [alert]  two blanks \n", "two blanks"),
    ALERTED("S: * BAD [ALERT] one\nS: * OK [ALERT] two\nS: * OK [ALERT]\n", "one\ntwo"),
    ALERTED("S: * OK [ALERT] 1\nS: * OK [ALERT] 2\nS: * OK [ALERT] 3\nS: * OK [ALERT] 4\n"
            "S: * OK [ALERT] 5\n",
            "5"),
    ALERTED("S: * OK [ALERT] " X450 "\nS: * OK [ALERT] " X50 "0123456789\n",
            X450 "\n" X50 "0123456789"),
    ALERTED("S: * OK [ALERT] " X450 "\nS: * OK [ALERT] " X50 "0123456789ab\n", X50 "0123456789ab"),
    ALERTED("S: * OK [PARSE] no alert\nS: * OK [ALERT\nS: * OK ALERT x\n", ""),
    ALERTED("S: * OK [ALERT] \xe3\x81\x82 \x1b[2J\t\x07 \xc2\x9b.\n", "\xe3\x81\x82  [2J    ."),
    ALERTED("S: * OK [ALERT] caf\xe9\n", "caf?"),
    ALERTED("S: * OK [ALERT]\n", ""),
    {.name = "in the greeting",
     .script = "S: * OK [ALERT] hello\nC: W1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: W1 OK\n"
               "C: W2 LOGIN \"alice\" \"secret\"\nS: W2 NO no\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR,
     .alert = "hello"},
    {.name = "in the refusal",
     .script = GREETED("IMAP4rev1") LOGIN
     "S: W1 NO [ALERT] Your account is blocked, see https://x.example/\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED,
     .alert = "Your account is blocked, see https://x.example/"},
    {.name = "in BYE",
     .script = GREETED("IMAP4rev1") LOGIN "S: * BYE [ALERT] closed today\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .alert = "closed today"},
    {.name = "in BYE after the login's OK",
     .script = BARE "S: W1 OK in\nC: W2 CAPABILITY\nS: * BYE [ALERT] closed now\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .alert = "closed now"},
    {.name = "one before TLS is not believed: BYE as the greeting",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: * BYE [ALERT] send me your password\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .alert = ""},
    {.name = "… nor where STARTTLS is refused",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: * OK [ALERT] x\nC: W1 STARTTLS\nS: * NO [ALERT] y\nS: W1 NO [ALERT] z\n"
               "C: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .alert = ""},
    {.name = "one before TLS is forgotten",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: * OK [ALERT] x\nC: W1 STARTTLS\n"
               "S: * OK [ALERT] send me your password\nS: W1 OK\nT:\nC: W2 CAPABILITY\n"
               "S: * CAPABILITY IMAP4rev1\nS: W2 OK\n"
               "C: W3 LOGIN \"alice\" \"secret\"\nS: W3 NO\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR,
     .alert = ""},
};

static const struct play denials[] = {
    DENIED("NO", DENIAL_UNCLEAR),
    DENIED("NO wrong", DENIAL_REFUSED),
    DENIED("NO [AUTHENTICATIONFAILED] wrong", DENIAL_REFUSED),
    DENIED("NO [authorizationfailed] wrong", DENIAL_REFUSED),
    DENIED("NO [EXPIRED] old", DENIAL_REFUSED),
    DENIED("NO [UNAVAILABLE] later", DENIAL_TEMPORARY),
    DENIED("BAD [UNAVAILABLE] later", DENIAL_TEMPORARY),
    DENIED("NO [SERVERBUG] oops", DENIAL_TEMPORARY),
    DENIED("NO [INUSE] locked", DENIAL_LIMIT),
    DENIED("NO [LIMIT] too many", DENIAL_LIMIT),
    DENIED("NO [CONTACTADMIN] call", DENIAL_ADMIN),
    DENIED("NO [PRIVACYREQUIRED] TLS", DENIAL_ADMIN),
    DENIED("NO [REFERRAL imap://b@c/] there", DENIAL_ADMIN),
    DENIED("NO [UNKNOWN-CODE password] what", DENIAL_UNCLEAR),
    DENIED("NO text [UNAVAILABLE]", DENIAL_TEMPORARY),
    DENIED("NO Login failed: authentication failure", DENIAL_REFUSED),
    DENIED("NO LOGIN failed.", DENIAL_REFUSED),
    DENIED("NO mailbox is in use", DENIAL_LIMIT),
    DENIED("NO [ALERT] Your password has expired", DENIAL_REFUSED),
    DENIED("NO [ALERT] pay your bill", DENIAL_UNCLEAR),
    DENIED("BAD what", DENIAL_TEMPORARY),
    {.name = "BYE at the login",
     .script = BARE "S: * BYE so long\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "BYE as the greeting",
     .script = "S: * BYE busy\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "PREAUTH: nobody has logged in",
     .script = "S: * PREAUTH root\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "PREAUTH"},
    {.name = "PREAUTH where STARTTLS is required",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] root\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "PREAUTH"},
    {.name = "PREAUTH later",
     .script = BARE "S: * PREAUTH root\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "a wrong tag",
     .script = BARE "S: W2 OK in\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "neither OK nor NO nor BAD",
     .script = BARE "S: W1 MAYBE\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "tagged greeting",
     .script = "S: W0 OK\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "an unexpected continuation",
     .script = BARE "S: + go\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "not IMAP", .script = "S: +OK\n", .end = BACK_FAILED, .failure = DENIAL_TEMPORARY},
    {.name = "an empty line", .script = "S:\n", .end = BACK_FAILED, .failure = DENIAL_TEMPORARY},
};

static const struct play unauthenticate[] = {
    {.name = "UNAUTHENTICATE in the OK",
     .script = BARE "S: W1 OK [CAPABILITY IMAP4rev1 unauthenticate] in\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "UNAUTHENTICATE"},
    {.name = "UNAUTHENTICATE in the list that was asked for",
     .script = BARE "S: W1 OK in\nC: W2 CAPABILITY\nS: * CAPABILITY IMAP4rev1 X-UNAUTHENTICATE\n"
                    "S: W2 OK\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "UNAUTHENTICATE before the login: the password is not sent",
     .script = GREETED("IMAP4rev1 UNAUTHENTICATE") "C: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "UNAUTHENTICATE, allowed by the policy",
     .config = {.allow_unauthenticate = true},
     .script =
         GREETED("UNAUTHENTICATE") LOGIN "S: W1 OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] in\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1 UNAUTHENTICATE"},
};

static const struct play promises[] = {
    {.name = "what the policy announces is there, before the login or after it",
     .config = {.announced = "IDLE move SASL-IR"},
     .script = GREETED("IMAP4rev1 idle") LOGIN "S: W1 OK [CAPABILITY IMAP4rev1 MOVE] in\n",
     .end = BACK_DONE},
    {.name = "MOVE is announced by the policy, and missing",
     .config = {.announced = "IDLE MOVE"},
     .script =
         GREETED("IMAP4rev1 IDLE") LOGIN "S: W1 OK [CAPABILITY IMAP4rev1 IDLE] in\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "lacks MOVE, which the policy announces",
     .offer = "IMAP4rev1 IDLE"},
    {.name = "a rehearsal ends in front of the login",
     .config = {.rehearse = true},
     .script = GREETED("IMAP4rev1 IDLE"),
     .end = BACK_DONE,
     .offer = "IMAP4rev1 IDLE"},
    {.name = "a rehearsal without a way to log in",
     .config = {.rehearse = true},
     .script = GREETED("IMAP4rev1 LOGINDISABLED") "C: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "neither LOGIN nor AUTHENTICATE PLAIN"},
    {.name = "no login: only the list",
     .unauthenticated = true,
     .config = {.user = SPAN(""), .password = SPAN("")},
     .script = GREETED("IMAP4rev1 IDLE UNAUTHENTICATE LOGINDISABLED"),
     .end = BACK_DONE,
     .offer = "IMAP4rev1 IDLE"},
    {.name = "no login, behind STARTTLS: the list after it",
     .unauthenticated = true,
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = GREETED("IMAP4rev1 STARTTLS OLD") "C: W1 STARTTLS\nS: W1 OK\nT:\nC: W2 CAPABILITY\n"
                                                 "S: * CAPABILITY IMAP4rev1 NEW\nS: W2 OK\n",
     .end = BACK_DONE,
     .offer = "IMAP4rev1 NEW"},
};

static const struct play tls[] = {
    {.name = "STARTTLS: capabilities from before are forgotten",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = GREETED(
         "IMAP4rev1 STARTTLS LOGINDISABLED UNAUTHENTICATE") "C: W1 STARTTLS\nS: * CAPABILITY "
                                                            "IMAP4rev1 LOGINDISABLED\nS: W1 OK "
                                                            "go\nT:\n"
                                                            "C: W2 CAPABILITY\nS: * CAPABILITY "
                                                            "IMAP4rev1 IDLE\nS: W2 OK\nC: W3 "
                                                            "LOGIN \"alice\" \"secret\"\nS: W3 OK "
                                                            "[CAPABILITY IMAP4rev1] in\n",
     .end = BACK_DONE,
     .capability = "IMAP4rev1",
     .offer = "IMAP4rev1 IDLE"},
    {.name = "no list: tries STARTTLS",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: * OK\nC: W1 STARTTLS\nS: W1 BAD what\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS"},
    {.name = "STARTTLS not offered",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = GREETED("IMAP4rev1") "C: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS"},
    {.name = "plain text after the STARTTLS reply",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: * OK\nC: W1 STARTTLS\nS: W1 OK go\nS: * CAPABILITY IMAP4rev1\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS reply"},
};

#define ID_OF(address, port)                                                                       \
    "ID (\"name\" \"Mailwicket\" \"x-originating-ip\" \"" address                                  \
    "\" \"x-originating-port\" \"" port "\" \"x-connected-ip\" \"198.51.100.1\""                   \
    " \"x-connected-port\" \"993\")\n"

static const struct play id[] = {
    {.name = "ID before the login",
     .config = {.client_address = CLIENT_ADDRESS_ID,
                .client = "192.0.2.7",
                .client_port = 4711,
                .local = "198.51.100.1",
                .local_port = 993},
     .script = GREETED("IMAP4rev1 ID") "C: W1 " ID_OF(
         "192.0.2.7",
         "4711") "S: * ID (\"name\" {6}\nS: a\nS: b\nS: )\n"
                 "S: W1 OK\nC: W2 LOGIN \"alice\" \"secret\"\nS: W2 OK [CAPABILITY IMAP4rev1] in\n",
     .end = BACK_DONE},
    {.name = "ID after STARTTLS",
     .config = {.tls = SERVER_TLS_STARTTLS,
                .client_address = CLIENT_ADDRESS_ID,
                .client = "2001:db8::1%eth0",
                .local = "198.51.100.1",
                .local_port = 993},
     .script = "S: * OK\nC: W1 STARTTLS\nS: W1 OK\nT:\nC: W2 " ID_OF("2001:db8::1",
                                                                     "0") "S: W2 NO\nC: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "ID"},
    {.name = "ID not offered",
     .config = {.client_address = CLIENT_ADDRESS_ID, .client = "192.0.2.7"},
     .script = GREETED("IMAP4rev1") "C: W LOGOUT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "ID"},
    {.name = "IMAP has no XCLIENT",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
};

static void imap_dialogues(void **unused)
{
    (void)unused;
    back_play(logins, ROWS(logins), PROTOCOL_IMAP4S);
    back_play(authenticate, ROWS(authenticate), PROTOCOL_IMAP4S);
    back_play(denials, ROWS(denials), PROTOCOL_IMAP4S);
    back_play(alerts, ROWS(alerts), PROTOCOL_IMAP4S);
    back_play(unauthenticate, ROWS(unauthenticate), PROTOCOL_IMAP4S);
    back_play(promises, ROWS(promises), PROTOCOL_IMAP4S);
    back_play(tls, ROWS(tls), PROTOCOL_IMAP4S);
    back_play(id, ROWS(id), PROTOCOL_IMAP4S);
}

/* Plain text that comes between the STARTTLS reply and the handshake. */
static void plain_text_before_the_handshake_fails(void **unused)
{
    (void)unused;
    static struct back b;
    static const struct back_config c = {.protocol = PROTOCOL_IMAP4S,
                                         .tls = SERVER_TLS_STARTTLS,
                                         .user = SPAN("a"),
                                         .password = SPAN("b")};

    back_init(&b, &c);
    buf_puts(&b.in, "* OK\r\n");
    assert_int_equal(back_step(&b), BACK_MORE);
    buf_puts(&b.in, "W1 OK\r\n");
    assert_int_equal(back_step(&b), BACK_START_TLS);
    buf_puts(&b.in, "* CAPABILITY X\r\n");
    back_tls_started(&b);
    assert_int_equal(back_step(&b), BACK_FAILED);
    assert_int_equal(b.failure, DENIAL_TEMPORARY);

    back_init(&b, &c); /* TLS without STARTTLS */
    back_tls_started(&b);
    assert_int_equal(back_step(&b), BACK_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imap_dialogues),
        cmocka_unit_test(plain_text_before_the_handshake_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
