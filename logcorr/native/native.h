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
    SLOT(Pipeline, _max_bytes) SLOT(Pipeline, _backend_ids) SLOT(Pipeline, _correlation) SLOT(Pipeline, divided) \
    SLOT(Second, began) SLOT(Second, json) \
    SLOT(Head, json) SLOT(Head, plain) \
    SLOT(Kept, version) SLOT(Kept, context) SLOT(Kept, plain) SLOT(Kept, here) \
    SLOT(Here, before) SLOT(Here, alone) SLOT(Here, fields) SLOT(Here, bound) SLOT(Here, ids) SLOT(Here, masked) SLOT(Here, span) \
    SLOT(Plain, messages) SLOT(Plain, usable) SLOT(Plain, keys) SLOT(Plain, names) SLOT(Plain, known) SLOT(Plain, is_plain) \
    SLOT(Plain, classes) SLOT(Plain, most) \
    SLOT(JournalWriter, lines) SLOT(JournalWriter, _fd) SLOT(JournalWriter, _torn) SLOT(JournalWriter, _sync) \
    SLOT(JournalWriter, _homeless) SLOT(JournalWriter, _check_at) SLOT(JournalWriter, _unchecked_bytes) \
    SLOT(JournalWriter, _max_unchecked_bytes) \
    SLOT(Scope, kept) SLOT(Scope, epoch) SLOT(Scope, shared) SLOT(Scope, unit) SLOT(Scope, span) SLOT(Scope, ended) \
    SLOT(Scope, heir) SLOT(Scope, outer) SLOT(Scope, late) SLOT(Scope, _around) SLOT(Scope, _cache) SLOT(Scope, _own) \
    SLOT(Scope, _inherited) SLOT(Epoch, version) \
    SLOT(Work, adopts) SLOT(Work, detached) SLOT(Work, ids) SLOT(Work, span) SLOT(Work, kind) SLOT(Work, name) \
    SLOT(Work, _base) SLOT(Work, _fields) SLOT(Work, _parent) SLOT(Work, _scope) SLOT(Work, _started_ns) SLOT(Work, _tokens) \
    SLOT(Wanted, bytes) SLOT(Wanted, text) SLOT(Spelt, known) SLOT(Spelt, others) \
    SLOT(Extracted, fields) SLOT(Propagation, reads_parent) SLOT(Propagation, _wanted) SLOT(Asked, _wanted) \
    SLOT(Answered, _others) SLOT(Answered, _request_id) SLOT(Answered, _trace_id) \
    SLOT(Request, _distrusted) SLOT(Request, _receive) SLOT(Request, _send) SLOT(Request, _served) SLOT(Request, _tenant) \
    SLOT(Request, access_log) SLOT(Request, answered_ms) SLOT(Request, around) SLOT(Request, by_file) SLOT(Request, bytes) \
    SLOT(Request, claimed) SLOT(Request, in_framework) SLOT(Request, line_dropped) SLOT(Request, method) SLOT(Request, options) \
    SLOT(Request, over) SLOT(Request, request_id) SLOT(Request, scope) SLOT(Request, started) SLOT(Request, status) \
    SLOT(Options, access_log) SLOT(Options, answered) SLOT(Options, asked) SLOT(Options, exclusion) SLOT(Options, request_id_header) \
    SLOT(Options, request_id_of) SLOT(Options, tenant_header) SLOT(Options, tenant_of) SLOT(Options, trusts)

#define NUMBER(class, name) class##_##name,
enum { SLOTS(NUMBER) SLOT_COUNT };

extern Py_ssize_t offsets[SLOT_COUNT];
/* NULL as long as the class is not known. */
extern PyTypeObject *classes[SLOT_COUNT];

/* Borrowed; NULL where nothing was set. */
#define GET(object, slot) (*(PyObject **)((char *)(object) + offsets[slot]))
#define IS(object, slot) is_a(object, classes[slot])

/* Whether *object*, NULL where a slot was not set, is of *class* itself, NULL where that is not known. */
static inline int is_a(PyObject *object, PyTypeObject *class)
{
    return object != NULL && Py_IS_TYPE(object, class);
}
#define IS_TEXT(object) is_a(object, &PyUnicode_Type)
#define IS_DICT(object) is_a(object, &PyDict_Type)

/* What Python's modules tell of what they work with; NULL as long as nobody has told. */
#define THINGS(THING) \
    THING(scope) THING(context) THING(clock) THING(span_key) THING(no_fields) THING(unchanged) THING(Context) \
    THING(SpanContext) THING(LocalSpan) THING(NonRecordingSpan) THING(api) THING(opened) THING(random_bits) THING(own_flags) \
    THING(flags) THING(no_state) THING(most_ids) THING(most_name_chars) THING(no_span) THING(no_ids) THING(no_context) \
    THING(propagation) THING(seen) THING(serving) THING(open) THING(line_to_come)
#define TOLD(name) extern PyObject *the_##name;
THINGS(TOLD)

/* Whether what is usual is done here; otherwise all of it is done by Python. */
extern int is_on;

/* The texts by which things are found in Python. */
#define NAMES(NAME) \
    NAME(cut) NAME(message) NAME(metrics) NAME(write) NAME(_here) NAME(_now) NAME(_sink_failed) NAME(exc_info) NAME(extra) \
    NAME(stack_info) NAME(color_message) NAME(_context) NAME(_logger) NAME(_processors) NAME(name) NAME(disabled) \
    NAME(filters) NAME(handlers) NAME(parent) NAME(propagate) NAME(make) NAME(_door) NAME(_call_handlers) NAME(_make_record) \
    NAME(_handle) NAME(_filter) NAME(_logRecordFactory) NAME(callHandlers) NAME(makeRecord) NAME(handle) NAME(filter) \
    NAME(fields) NAME(end) NAME(get_span_context) NAME(context_stale) NAME(_opened) NAME(_TRACER_PROVIDER) NAME(throw) \
    NAME(cr_frame) NAME(type) NAME(status) NAME(headers) NAME(body) NAME(more_body) NAME(HEAD) NAME(close) \
    NAME(REQUEST_METHOD) NAME(of_unit) NAME(duration_ms) NAME(app) NAME(path) NAME(server) NAME(traceparent) NAME(requestId) \
    NAME(tenantId) NAME(method) NAME(brought_by) NAME(finish) NAME(route) NAME(root_path) NAME(path_template) NAME(fastapi) \
    NAME(endpoint) NAME(effective_route_context) NAME(original_route) NAME(kind) NAME(parent_span_id) NAME(described) \
    NAME(durationMs) NAME(span) NAME(bytes) NAME(client) NAME(client_request_id) NAME(suppressed) NAME(isEnabledFor) \
    NAME(_log) NAME(suppresses) NAME(take) NAME(is_recording) NAME(_describe_span)
#define DECLARED(text) extern PyObject *name_##text;
NAMES(DECLARED)
/* Nothing, how the loggers of servers end that are not as others, and what the messages of ASGI are called. */
extern PyObject *name_empty, *name__access, *name_response_start, *name_response_body;

/* known.c */
int set_names(void);
PyObject *know(PyObject *module, PyObject *class);
PyObject *tell(PyObject *module, PyObject *args, PyObject *things);
PyObject *want(PyObject *module, PyObject *native);
void put(PyObject *object, int slot, PyObject *value);
long long whole(PyObject *number);
PyObject *fresh(PyTypeObject *class);

/* method.c */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *function, *held, *dict;
} Method;
extern PyTypeObject MethodType;
/* What a method was given beside the function that it stands for. */
#define HELD(method, at) PyTuple_GET_ITEM(((Method *)(method))->held, at)
PyObject *usual(PyObject *module, PyObject *args);
PyObject *otherwise(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names);

/* values.c */
PyObject *divided(PyObject *module, PyObject *const *args, Py_ssize_t count);
int is_plain_here(PyObject *object);
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

/* here.c */
PyObject *here_in(PyObject *pipeline, PyObject *scope, PyObject *plain);

/* scope.c */
int is_in_force(PyObject *scope);
PyObject *fields_in(PyObject *scope);
PyObject *unit_scope(PyObject *fields, PyObject *ids, PyObject *around);
int end_scope(PyObject *scope);

/* span.c */
PyObject *ids_of(PyObject *span);
int is_span_context(PyObject *ids);
PyObject *local_span(PyObject *base);
char *trace_parent(char *out, PyObject *ids);
PyObject *span_id_of(PyObject *ids);
#define TRACE_PARENT_CHARS 55
PyObject *remote_span(PyObject *text, PyObject *state);
PyObject *random_text(void);

/* work.c */
int begun(PyObject *work);
int ends_here(PyObject *work);
int ended(PyObject *work);

/* carriers.c */
PyObject *headers_in(PyObject *carrier, PyObject *wanted);

/* last.c */
extern PyTypeObject LastType;
PyObject *last(PyObject *awaitable, PyObject *request);

/* answer.c */
int answered(PyObject *request);

/* The methods, by the names that usual() takes: each stands for a function in Python, which it calls for whatever is not usual. */
#define METHODS(METHOD) \
    METHOD(verb) METHOD(log)                 /* doors.c */ \
    METHOD(bind)                             /* scope.c */ \
    METHOD(remote_span)                      /* span.c */ \
    METHOD(begin) METHOD(end)                /* work.c */ \
    METHOD(read)                             /* carriers.c */ \
    METHOD(added_to) METHOD(send)            /* answer.c */ \
    METHOD(request_init) METHOD(request_begin) METHOD(request_end) /* request.c */ \
    METHOD(finish)                           /* access.c */
#define CALLED(name) PyObject *usual_##name(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names);
METHODS(CALLED)
