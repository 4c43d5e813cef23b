/* What the files of the native core share. Each function leaves to Python, before anything has happened, what it is not sure of. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* The fields of a record that are longer than this together are for Python. */
#define MOST_JSON 4096
/* Of the decimal form of a 64-bit number. */
#define MOST_DIGITS 20

/* The slots of Python's classes that are read where they lie, so that there is no state beside theirs. */
#define SLOTS(SLOT) \
    SLOT(Pipeline, sinks) SLOT(Pipeline, _second) SLOT(Pipeline, _heads) SLOT(Pipeline, _tail) SLOT(Pipeline, _seq) \
    SLOT(Pipeline, _max_bytes) \
    SLOT(Second, began) SLOT(Second, json) \
    SLOT(Head, json) SLOT(Head, plain) \
    SLOT(Scope, kept) SLOT(Scope, epoch) SLOT(Epoch, version) \
    SLOT(Kept, version) SLOT(Kept, context) SLOT(Kept, plain) SLOT(Kept, here) \
    SLOT(Here, before) SLOT(Here, alone) SLOT(Here, fields) \
    SLOT(Plain, messages) SLOT(Plain, usable) SLOT(Plain, keys) SLOT(Plain, names) SLOT(Plain, known) SLOT(Plain, is_plain) \
    SLOT(Plain, classes) SLOT(Plain, most) \
    SLOT(JournalWriter, lines) SLOT(JournalWriter, _fd) SLOT(JournalWriter, _torn) SLOT(JournalWriter, _sync) \
    SLOT(JournalWriter, _homeless) SLOT(JournalWriter, _check_at) SLOT(JournalWriter, _unchecked_bytes) \
    SLOT(JournalWriter, _max_unchecked_bytes)

#define NUMBER(class, name) class##_##name,
enum { SLOTS(NUMBER) SLOT_COUNT };

extern Py_ssize_t offsets[SLOT_COUNT];
extern PyTypeObject *classes[SLOT_COUNT];

/* Borrowed; NULL where nothing was set. */
#define GET(object, slot) (*(PyObject **)((char *)(object) + offsets[slot]))
#define IS(object, slot) Py_IS_TYPE(object, classes[slot])

/* The texts by which things are found in Python. */
#define NAMES(NAME) \
    NAME(cut) NAME(message) NAME(metrics) NAME(write) NAME(_here) NAME(_now) NAME(_sink_failed) \
    NAME(exc_info) NAME(extra) NAME(stack_info) NAME(color_message) \
    NAME(_context) NAME(_logger) NAME(_processors) NAME(name) \
    NAME(disabled) NAME(filters) NAME(handlers) NAME(parent) NAME(propagate) NAME(make) \
    NAME(_door) NAME(_call_handlers) NAME(_make_record) NAME(_handle) NAME(_filter) NAME(_logRecordFactory) \
    NAME(callHandlers) NAME(makeRecord) NAME(handle) NAME(filter)
#define DECLARED(text) extern PyObject *name_##text;
NAMES(DECLARED)
/* Nothing, and how the loggers of servers end that are not as others. */
extern PyObject *name_empty, *name__access;

/* slots.c */
int set_names(void);
PyObject *know(PyObject *module, PyObject *given);
void put(PyObject *object, int slot, PyObject *value);
long long whole(PyObject *number);

/* values.c */
PyObject *divided(PyObject *module, PyObject *const *args, Py_ssize_t count);
char *decimal(char *out, unsigned long long value);
char *context_and_metrics(char *out, const char *end, PyObject *fields, PyObject *plain, PyObject *bound, int *has_own);

/* journal.c */
int handed(PyObject *pipeline, PyObject *line);

/* emitter.c */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    char active;
    PyObject *pipeline, *otherwise, *scope, *context, *globals;
} Emitter;
extern PyTypeObject EmitterType;
/* Whether *object* is an emitter that makes records in C now. */
#define IS_ACTIVE(object) (Py_IS_TYPE(object, &EmitterType) && ((Emitter *)(object))->active)
PyObject *emit(PyObject *emitter, PyObject *const *args, size_t flagged, PyObject *names);

/* doors.c */
extern PyTypeObject VerbType, LogType;
