/* SPDX-License-Identifier: ISC */
/* open - opens the state file: its files, tables, schema and boot. Its errors tell an administrator
 * what to do. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/* Not MDB_NOMEMINIT: it would write old heap contents, passwords too, into the file. MDB_NOTLS: a
 * reader holds its slot only while it reads. */
#define ENV_FLAGS (MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOTLS | MDB_NORDAHEAD)

/* Nobody writes to a snapshot: it needs no locks. */
#define SNAPSHOT_FLAGS (MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS | MDB_NORDAHEAD)

enum { OPENINGS = 100, OPENING_MS = 1 };

static const char *const table_names[TABLES] = {
    [TABLE_META] = "meta",
    [TABLE_CONNECTIONS] = "connections",
    [TABLE_OUTSTANDING] = "outstanding",
    [TABLE_USERS] = "users",
    [TABLE_SERVERS] = "servers",
    [TABLE_FAILURES] = "failures",
    [TABLE_TALLIES] = "tallies",
    [TABLE_VPN] = "vpn",
    [TABLE_LEASES] = "leases",
    [TABLE_OFFERS] = "offers",
};

static const struct {
    int code;
    const char *remedy;
} remedies[] = {
    {ENOENT, "create it (systemd-tmpfiles --create) or set <state directory=\"…\"> in the policy"},
    {ENOTDIR, "set <state directory=\"…\"> in the policy to a directory"},
    {EACCES,
     "it must belong to the user that mailwicket-verify runs as; run this as that user or root"},
    {EPERM,
     "it must belong to the user that mailwicket-verify runs as; run this as that user or root"},
    {EROFS, "set <state directory=\"…\"> in the policy to a place that can be written"},
    {ELOOP, "there must be a plain file: remove what is there"},
    {ENOSPC, "make room where the state directory is"},
    {ENOMEM, "the address space is limited (ulimit -v, LimitAS=): 512 MB are needed"},
    {MDB_INVALID, "this isn't a state file: stop Mailwicket, remove it, and start again"},
    {MDB_VERSION_MISMATCH, "made by another LMDB: stop Mailwicket, remove it, and start again"},
    {MDB_CORRUPTED, "damaged: stop Mailwicket, remove it, and start again"},
    {MDB_PAGE_NOTFOUND, "damaged: stop Mailwicket, remove it, and start again"},
    {MDB_INCOMPATIBLE, "damaged: stop Mailwicket, remove it, and start again"},
};

static int explain_open(struct err *error, const char *path, int code)
{
    const char *remedy = NULL;

    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++) {
        if (remedies[i].code == code)
            remedy = remedies[i].remedy;
    }
    return err_set(error, "%s: %s%s%s", path, mdb_strerror(code), remedy ? "; " : "",
                   remedy ? remedy : "");
}

/* LMDB would follow a link, and would create the file as the first user to come, perhaps root. */
static int make_file(const char *path, const struct stat *directory)
{
    struct stat st;
    int code = 0, fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd >= 0) {
        if (geteuid() == 0 && fchown(fd, directory->st_uid, directory->st_gid) != 0)
            code = errno;
    } else if (errno == EEXIST) {
        fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) != 0)
            code = errno;
        else if (!S_ISREG(st.st_mode))
            code = ELOOP;
    } else {
        code = errno;
    }
    if (fd >= 0)
        close(fd);
    return code;
}

/* Reading a file that is shorter than it claims would raise SIGBUS; LMDB finds zero pages
 * damaged. */
static int fill_short(MDB_env *env)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct stat st;
    int fd, code = mdb_env_get_fd(env, &fd);

    if (code == 0)
        code = mdb_env_info(env, &info);
    if (code == 0)
        code = mdb_env_stat(env, &stat);
    if (code != 0)
        return code;
    size_t need = (info.me_last_pgno + 1) * stat.ms_psize;
    if (fstat(fd, &st) != 0 || (need > (size_t)st.st_size && ftruncate(fd, (off_t)need) != 0))
        return errno;
    return 0;
}

static int open_env(struct state *s)
{
    int code = mdb_env_create(&s->env);
    if (code == 0)
        code = mdb_env_set_mapsize(s->env, s->size ? s->size : STATE_SIZE);
    if (code == 0)
        code = mdb_env_set_maxreaders(s->env, STATE_READERS);
    if (code == 0)
        code = mdb_env_set_maxdbs(s->env, TABLES + 4);
    if (code == 0)
        code = mdb_env_open(s->env, s->path, s->read_only ? SNAPSHOT_FLAGS : ENV_FLAGS, 0600);
    if (code == 0)
        code = fill_short(s->env);
    if (code == 0)
        mdb_reader_check(s->env, NULL);
    return code;
}

static int read_boot(char boot[40])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, boot, 36);

    if (fd >= 0)
        close(fd);
    return n == 36 ? 0 : EIO;
}

static int make_meta(struct state *s, MDB_txn *txn)
{
    struct counts_record counts = {.next_id = 1};

    s->file = (struct file_record){.magic = STATE_MAGIC, .schema = STATE_SCHEMA, .first_id = 1};
    if (getrandom(&s->file.era, sizeof s->file.era, 0) != sizeof s->file.era)
        return errno;
    return meta_save(s, txn, "counts", &counts, sizeof counts);
}

/* After a reboot all entries are dead: their pids belong to other processes now. VPN sessions go
 * too: what the gateway did meanwhile is unknown, and their expiry counted from the last boot. */
static int check_boot(struct state *s, MDB_txn *txn)
{
    static const enum table of_a_boot[] = {TABLE_SERVERS, TABLE_FAILURES, TABLE_VPN, TABLE_LEASES};
    struct counts_record counts;
    char boot[40] = "";

    int code = read_boot(boot);
    if (code == 0)
        code = counts_load(s, txn, &counts);
    if (code != 0 || memcmp(boot, s->file.boot, sizeof boot) == 0)
        return code;
    memcpy(s->file.boot, boot, sizeof boot);
    s->file.first_id = counts.next_id;
    for (size_t i = 0; code == 0 && i < sizeof of_a_boot / sizeof *of_a_boot; i++)
        code = mdb_drop(txn, s->dbi[of_a_boot[i]], 0);
    return code != 0 ? code : meta_save(s, txn, "file", &s->file, sizeof s->file);
}

static int open_tables(struct state *s, MDB_txn *txn)
{
    MDB_stat top;
    MDB_dbi dbi;

    int code = mdb_dbi_open(txn, NULL, 0, &dbi);
    if (code == 0)
        code = mdb_stat(txn, dbi, &top);
    if (code == 0 && top.ms_entries != 0 &&
        mdb_dbi_open(txn, table_names[TABLE_META], 0, &dbi) != 0)
        return MDB_INVALID; /* an LMDB file, but not ours */
    for (int t = 0; t < TABLES && code == 0; t++)
        code = mdb_dbi_open(txn, table_names[t], s->read_only ? 0 : MDB_CREATE, &s->dbi[t]);
    if (code == 0)
        code = file_load(s, txn, &s->file);
    if (code == MDB_NOTFOUND)
        code = s->read_only ? MDB_INVALID : make_meta(s, txn);
    if (code == 0 && s->file.magic != STATE_MAGIC)
        return MDB_INVALID;
    if (code != 0 || s->read_only)
        return code;
    code = state_convert(s, txn);
    if (code != 0 || s->file.schema != STATE_SCHEMA)
        return code;
    return check_boot(s, txn);
}

/* Opens the file and begins a transaction. In LMDB 0.9.31 (not in 0.9.24) the last process to close
 * the file destroys its locks. A process that waited to open it then finds no lock: EINVAL. When it
 * opens the file anew, LMDB makes new ones. */
static int begin(struct state *s, MDB_txn **txn)
{
    int code = EINVAL;

    for (int i = 0; code == EINVAL && i < OPENINGS; i++) {
        if (i > 0) {
            mdb_env_close(s->env);
            s->env = NULL;
            poll(NULL, 0, OPENING_MS);
        }
        code = open_env(s);
        if (code == 0)
            code = mdb_txn_begin(s->env, NULL, s->read_only ? MDB_RDONLY : 0, txn);
    }
    return code;
}

static int open_file(struct state *s)
{
    MDB_txn *txn = NULL;

    int code = begin(s, &txn);
    if (code == 0)
        code = open_tables(s, txn);
    if (code == 0 && s->file.schema != STATE_SCHEMA)
        code = MDB_VERSION_MISMATCH;
    if (code == 0)
        return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return code;
}

static int explain_file(const struct state *s, int code, struct err *error)
{
    uint64_t schema = s->file.schema;

    if (code != MDB_VERSION_MISMATCH || s->file.magic != STATE_MAGIC || schema == STATE_SCHEMA)
        return explain_open(error, s->path, code);
    return err_set(error,
                   "%s: made by another version of Mailwicket (schema %llu, this one knows %d); "
                   "stop all of its processes, remove the file, and start again",
                   s->path, (unsigned long long)schema, STATE_SCHEMA);
}

int state_open_anew(struct state *s)
{
    if (s->env)
        mdb_env_close(s->env);
    s->env = NULL;
    int code = open_file(s);
    if (code != 0 && s->env) {
        mdb_env_close(s->env);
        s->env = NULL;
    }
    return code;
}

/* Makes what is missing of both files, and a handle without an environment. */
static struct state *new_state(const char *directory, size_t size, struct err *error)
{
    char lock[LIMIT_PATH + 16];
    struct stat st;
    struct state *s = calloc(1, sizeof *s);

    if (!s) {
        explain_open(error, directory, ENOMEM);
        return NULL;
    }
    s->pid = getpid();
    s->size = size;
    int code, n = snprintf(s->path, sizeof s->path, "%s/state", directory);
    if (n < 0 || (size_t)n >= sizeof s->path) {
        err_set(error, "<state directory=\"…\"> is longer than %d octets", LIMIT_PATH);
    } else if (stat(directory, &st) != 0 || (!S_ISDIR(st.st_mode) && (errno = ENOTDIR))) {
        explain_open(error, directory, errno);
    } else {
        snprintf(lock, sizeof lock, "%s-lock", s->path);
        code = make_file(s->path, &st);
        if (code == 0)
            code = make_file(lock, &st);
        if (code == 0)
            return s;
        explain_open(error, s->path, code);
    }
    free(s);
    return NULL;
}

struct state *state_open(const char *directory, size_t size, struct err *error)
{
    struct state *s = new_state(directory, size, error);
    int code = s ? open_file(s) : 0;

    if (code == 0)
        return s;
    explain_file(s, code, error);
    state_close(s);
    return NULL;
}

/* LMDB opens files by a name. The kernel has one for a descriptor that we hold. */
struct state *state_open_snapshot(int fd, struct err *error)
{
    struct state *s = calloc(1, sizeof *s);
    int code = s ? 0 : ENOMEM;

    if (s) {
        s->pid = getpid();
        s->read_only = true;
        snprintf(s->path, sizeof s->path, "/proc/self/fd/%d", fd);
        code = open_file(s);
    }
    close(fd);
    if (code == 0)
        return s;
    if (s)
        explain_file(s, code, error);
    else
        explain_open(error, "snapshot", code);
    state_close(s);
    return NULL;
}

/* In a child LMDB would free the parent's reader slots. */
void state_close(struct state *s)
{
    if (s && s->env && s->pid == getpid())
        mdb_env_close(s->env);
    free(s);
}

uint64_t state_era(const struct state *s)
{
    return s->file.era;
}

void state_compare_users(struct state *s, enum user_case rule)
{
    s->user_case = rule;
}

enum user_case state_user_case(const struct state *s)
{
    return s->user_case;
}

void state_on_gone(struct state *s, state_gone gone, void *context)
{
    s->gone = gone;
    s->context = context;
}
