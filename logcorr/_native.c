/* The native core: a usual record in C. What is not usual is for Python's own code, which says what a record is.

An Emitter stands for Pipeline.emit. It follows the same steps over the same objects: it reads the slots of Python's classes
where they lie, so that there is no state beside theirs. Whatever it is not sure of (a text that is more than words, a value
that is neither text nor number, a message that is no str, an exception, a sink that is in trouble) it leaves, before
anything has happened, to the function that it stands for. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <structmember.h>
#include <time.h>
#include <unistd.h>

/* The fields of a record that are longer than this together are for Python; so are mappings within them that are deeper. */
#define MOST_JSON 4096
#define MOST_DEEP 2
/* Of the decimal form of a 64-bit number. */
#define MOST_DIGITS 20
/* As in logcorr.masking.classes. */
#define WORD 'a'
#define MARK '!'
#define SPACE ' '
#define LONG_WORD 16

#define SLOTS(SLOT) \
    SLOT(Pipeline, sinks) SLOT(Pipeline, _second) SLOT(Pipeline, _heads) SLOT(Pipeline, _tail) SLOT(Pipeline, _seq) \
    SLOT(Pipeline, _max_bytes) \
    SLOT(Second, began) SLOT(Second, json) \
    SLOT(Head, json) SLOT(Head, plain) \
    SLOT(Scope, kept) SLOT(Scope, epoch) SLOT(Epoch, version) \
    SLOT(Kept, version) SLOT(Kept, context) SLOT(Kept, plain) SLOT(Kept, here) \
    SLOT(Here, before) SLOT(Here, alone) SLOT(Here, fields) \
    SLOT(Plain, messages) SLOT(Plain, names) SLOT(Plain, known) SLOT(Plain, is_plain) \
    SLOT(Plain, classes) SLOT(Plain, most) \
    SLOT(JournalWriter, lines) SLOT(JournalWriter, _fd) SLOT(JournalWriter, _torn) SLOT(JournalWriter, _sync) \
    SLOT(JournalWriter, _homeless) SLOT(JournalWriter, _check_at) SLOT(JournalWriter, _unchecked_bytes) \
    SLOT(JournalWriter, _max_unchecked_bytes)

#define NUMBER(class, name) class##_##name,
enum { SLOTS(NUMBER) SLOT_COUNT };
#define TOLD(class, name) {#class, #name},
static const struct {
    const char *class, *name;
} slots[] = {SLOTS(TOLD)};

/* Where each slot lies, and what class it is of. */
static Py_ssize_t offsets[SLOT_COUNT];
static PyTypeObject *classes[SLOT_COUNT];

/* Borrowed; NULL where nothing was set. */
#define GET(object, slot) (*(PyObject **)((char *)(object) + offsets[slot]))
#define IS(object, slot) Py_IS_TYPE(object, classes[slot])

static PyObject *name_cut, *name_empty, *name_failed, *name_here, *name_message, *name_metrics, *name_now, *name_write;

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    char active;
    PyObject *pipeline, *otherwise, *scope, *context, *globals;
} Emitter;

static void put(PyObject *object, int slot, PyObject *value)
{
    PyObject *before = GET(object, slot);
    GET(object, slot) = value;
    Py_XDECREF(before);
}

/* The value of an int that is known to be small; -1 where it is none. */
static long long whole(PyObject *number)
{
    long long value = number != NULL && PyLong_CheckExact(number) ? PyLong_AsLongLong(number) : -1;
    if (value == -1)
        PyErr_Clear();
    return value;
}

/* *text* as JSON without its quotes, if it is ASCII that needs no escape; NULL otherwise. Whether it is more than words, as
   *kinds* tells them, is added to *more*. */
static char *copied(char *out, const char *end, PyObject *text, const char *kinds, int *more)
{
    if (!PyUnicode_IS_READY(text) || !PyUnicode_IS_COMPACT_ASCII(text))
        return NULL;
    const unsigned char *from = PyUnicode_1BYTE_DATA(text);
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    if (end - out < size)
        return NULL;
    int run = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        unsigned char each = from[at];
        if (each < 0x20 || each == '"' || each == '\\' || each == 0x7f)
            return NULL;
        if (kinds != NULL) {
            char kind = kinds[each];
            run = kind == WORD ? run + 1 : 0;
            *more |= (kind == MARK) | (kind == SPACE) | (run >= LONG_WORD);
        }
        out[at] = (char)each;
    }
    return out + size;
}

static char *decimal(char *out, unsigned long long value)
{
    char digits[MOST_DIGITS], *at = digits + MOST_DIGITS;
    do
        *--at = '0' + value % 10;
    while (value /= 10);
    memcpy(out, at, digits + MOST_DIGITS - at);
    return out + (digits + MOST_DIGITS - at);
}

static char *whole_number(char *out, const char *end, PyObject *value, double most)
{
    int beyond;
    long long number = PyLong_AsLongLongAndOverflow(value, &beyond);
    if (beyond || end - out < MOST_DIGITS + 1 || !((double)number < most && (double)number > -most))
        return NULL;
    if (number < 0)
        *out++ = '-';
    return decimal(out, number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number);
}

/* A float in its shortest form, where that has no exponent. */
static char *fraction(char *out, const char *end, double value, double most)
{
    /* Beyond these a form has an exponent: Python's, or that of other writers of JSON. */
    if (!(fabs(value) < most) || !(fabs(value) < 1e15) || (fabs(value) < 1e-4 && value != 0.0) || end - out < 32)
        return NULL;
    long long millionths = llround(fabs(value) * 1e6);
    if (millionths < 1000000000000000 && (double)millionths / 1e6 == fabs(value)) {
        /* These are all there is, and as they are 15 digits at most, no other form is shorter. */
        if (signbit(value))
            *out++ = '-';
        out = decimal(out, (unsigned long long)millionths / 1000000);
        *out++ = '.';
        long long rest = millionths % 1000000;
        int unit = 100000;
        do {
            *out++ = '0' + (char)(rest / unit);
            rest %= unit;
            unit /= 10;
        } while (rest);
        return out;
    }
    char *digits = PyOS_double_to_string(value, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (digits == NULL)
        return NULL;
    size_t size = strlen(digits);
    memcpy(out, digits, size);
    PyMem_Free(digits);
    return out + size;
}

/* Whether *text*, which is ASCII, is a UUID: the id that has most often never been met before. It holds nothing. */
static int is_uuid(PyObject *text)
{
    if (PyUnicode_GET_LENGTH(text) != 36)
        return 0;
    const unsigned char *from = PyUnicode_1BYTE_DATA(text);
    for (int at = 0; at < 36; at++)
        if (at == 8 || at == 13 || at == 18 || at == 23 ? from[at] != '-' : !Py_ISXDIGIT(from[at]))
            return 0;
    return 1;
}

/* Whether *text*, which is more than words, was read before, or is plain all the same; 0 with an exception, too. */
static int is_known(PyObject *plain, PyObject *text)
{
    PyObject *known = GET(plain, Plain_known);
    if (PyAnySet_Check(known) && PySet_Contains(known, text) == 1)
        return 1;
    PyObject *answer = PyErr_Occurred() ? NULL : PyObject_CallOneArg(GET(plain, Plain_is_plain), text);
    Py_XDECREF(answer);
    return answer == Py_True;
}

static char *mapping(char *out, const char *end, PyObject *fields, PyObject *plain, int depth);

/* The JSON of one plain value in *out*; NULL where it is not plain. */
static char *encoded(char *out, const char *end, PyObject *value, PyObject *plain, int depth)
{
    if (PyUnicode_CheckExact(value)) {
        int more = 0;
        const char *kinds = GET(plain, Plain_known) == Py_None ? NULL : PyBytes_AS_STRING(GET(plain, Plain_classes));
        *out++ = '"';
        out = copied(out, end, value, kinds, &more);
        if (out == NULL || out == end || (more && !is_uuid(value) && !is_known(plain, value)))
            return NULL;
        *out++ = '"';
        return out;
    }
    if (value == Py_None || value == Py_True || value == Py_False) {
        const char *word = value == Py_None ? "null" : value == Py_True ? "true" : "false";
        size_t size = strlen(word);
        memcpy(out, word, size);
        return out + size;
    }
    if (PyDict_CheckExact(value) && depth < MOST_DEEP) {
        PyObject *copy = PyDict_Copy(value); /* for it may be somebody else's as well */
        out = copy == NULL ? NULL : mapping(out, end, copy, plain, depth + 1);
        Py_XDECREF(copy);
        return out;
    }
    int is_whole = PyLong_CheckExact(value);
    if (!is_whole && !PyFloat_CheckExact(value))
        return NULL;
    double most = PyFloat_AsDouble(GET(plain, Plain_most));
    if (most == -1.0)
        return NULL;
    return is_whole ? whole_number(out, end, value, most) : fraction(out, end, PyFloat_AS_DOUBLE(value), most);
}

/* One member of an object of JSON, after *sign*. */
static char *member(char *out, const char *end, char sign, PyObject *name, PyObject *value, PyObject *plain, int depth)
{
    if (end - out < 8)
        return NULL;
    *out++ = sign;
    *out++ = '"';
    out = copied(out, end, name, NULL, NULL);
    if (out == NULL || end - out < 8)
        return NULL;
    *out++ = '"';
    *out++ = ':';
    return encoded(out, end, value, plain, depth);
}

/* The JSON of a mapping within the fields, or of the metrics. */
static char *mapping(char *out, const char *end, PyObject *fields, PyObject *plain, int depth)
{
    PyObject *names = GET(plain, Plain_names), *name, *value;
    Py_ssize_t at = 0;
    char sign = '{';
    for (; PyDict_Next(fields, &at, &name, &value); sign = ',') {
        if (!PyUnicode_CheckExact(name) || PySet_Contains(names, name) != 1)
            return NULL;
        if ((out = member(out, end, sign, name, value, plain, depth)) == NULL)
            return NULL;
    }
    if (end - out < 2)
        return NULL;
    if (sign == '{')
        *out++ = sign;
    *out++ = '}';
    return out;
}

/* What follows the fields in force in the line of a record with *fields* of its own, if these are as plain as Plain.fields wants
   them, and none of them is among those in force, *bound*; else NULL. *has_own* tells whether it begins with a "{". */
static char *context_and_metrics(char *out, const char *end, PyObject *fields, PyObject *plain, PyObject *bound, int *has_own)
{
    PyObject *names = GET(plain, Plain_names), *metrics = NULL, *name, *value;
    Py_ssize_t at = 0;
    char sign = '{';
    while (PyDict_Next(fields, &at, &name, &value)) {
        if (!PyUnicode_CheckExact(name) || (PyDict_GET_SIZE(bound) && PyDict_Contains(bound, name) != 0))
            return NULL;
        if (PySet_Contains(names, name) != 1) {
            if (PyErr_Occurred() || PyUnicode_Compare(name, name_metrics) || !PyDict_CheckExact(value) || !PyDict_GET_SIZE(value))
                return NULL;
            metrics = value;
            continue;
        }
        if ((out = member(out, end, sign, name, value, plain, 0)) == NULL)
            return NULL;
        sign = ',';
    }
    *has_own = sign == ',';
    if (end - out < 16)
        return NULL;
    if (*has_own)
        *out++ = '}';
    if (metrics != NULL) {
        PyObject *copy = PyDict_Copy(metrics);
        memcpy(out, ",\"metrics\":", 11);
        out = copy == NULL ? NULL : mapping(out + 11, end, copy, plain, 0);
        Py_XDECREF(copy);
    }
    return out;
}

/* As JournalWriter.write: whether *line* was written. Where it was not, that is for Python to do. */
static int written(PyObject *writer, PyObject *line)
{
    struct timespec clock;
    Py_ssize_t size = PyBytes_GET_SIZE(line);
    long long unchecked = whole(GET(writer, JournalWriter__unchecked_bytes)) + size;
    long long lines = whole(GET(writer, JournalWriter_lines));
    long long fd = whole(GET(writer, JournalWriter__fd));
    PyObject *check_at = GET(writer, JournalWriter__check_at), *homeless = GET(writer, JournalWriter__homeless);
    if (unchecked < size || unchecked > whole(GET(writer, JournalWriter__max_unchecked_bytes)) || lines < 0 || fd < 0 ||
        GET(writer, JournalWriter__torn) != Py_False || GET(writer, JournalWriter__sync) != Py_False || homeless == NULL ||
        !PyUnicode_CheckExact(homeless) || PyUnicode_GET_LENGTH(homeless) || check_at == NULL || !PyFloat_CheckExact(check_at) ||
        clock_gettime(CLOCK_MONOTONIC, &clock) ||
        (double)clock.tv_sec + clock.tv_nsec * 1e-9 >= PyFloat_AS_DOUBLE(check_at))
        return 0;
    PyObject *total = PyLong_FromLongLong(unchecked);
    if (total == NULL) {
        PyErr_Clear();
        return 0;
    }
    put(writer, JournalWriter__unchecked_bytes, total);
    Py_ssize_t done;
    Py_BEGIN_ALLOW_THREADS
    done = write((int)fd, PyBytes_AS_STRING(line), (size_t)size);
    Py_END_ALLOW_THREADS
    if (done < 0)
        return 0; /* Python's way meets the same error, or a signal that is to be handled */
    if (done < size) {
        put(writer, JournalWriter__torn, Py_NewRef(Py_True)); /* and Python's way goes on after a fragment */
        return 0;
    }
    PyObject *count = PyLong_FromLongLong(whole(GET(writer, JournalWriter_lines)) + 1);
    if (count == NULL)
        PyErr_Clear();
    else
        put(writer, JournalWriter_lines, count);
    return 1;
}

/* Hand *line* to every sink. What is an Exception is counted; -1 with any other. */
static int handed(PyObject *pipeline, PyObject *line)
{
    PyObject *sinks = PySequence_Tuple(GET(pipeline, Pipeline_sinks));
    if (sinks == NULL)
        return -1;
    int is_over = 0;
    for (Py_ssize_t at = 0; !is_over && at < PyTuple_GET_SIZE(sinks); at++) {
        PyObject *sink = PyTuple_GET_ITEM(sinks, at);
        if (IS(sink, JournalWriter_lines) && written(sink, line))
            continue;
        PyObject *taken = PyObject_CallMethodOneArg(sink, name_write, line);
        if (taken == NULL && PyErr_ExceptionMatches(PyExc_Exception)) {
            PyObject *type, *problem, *trace;
            PyErr_Fetch(&type, &problem, &trace);
            PyErr_NormalizeException(&type, &problem, &trace);
            taken = PyObject_CallMethodObjArgs(pipeline, name_failed, sink, problem, NULL);
            Py_XDECREF(type);
            Py_XDECREF(problem);
            Py_XDECREF(trace);
        }
        is_over = taken == NULL ? -1 : 0;
        Py_XDECREF(taken);
    }
    Py_DECREF(sinks);
    return is_over;
}

/* What is in force, if it is kept and still so; otherwise what the pipeline finds. A new reference, or NULL with an exception. */
static PyObject *what_is_here(Emitter *self, PyObject *level, PyObject *plain)
{
    PyObject *scope, *context = NULL, *here = NULL;
    if (PyContextVar_Get(self->scope, NULL, &scope) < 0 || scope == NULL)
        return NULL;
    if (IS(scope, Scope_kept)) {
        PyObject *kept = GET(scope, Scope_kept), *epoch = GET(scope, Scope_epoch);
        if (kept != NULL && IS(kept, Kept_here) && epoch != NULL && IS(epoch, Epoch_version) &&
            GET(kept, Kept_version) == GET(epoch, Epoch_version) && GET(kept, Kept_plain) == plain) {
            Py_INCREF(kept);
            if (PyContextVar_Get(self->context, NULL, &context) == 0 && GET(kept, Kept_context) == context)
                here = Py_NewRef(GET(kept, Kept_here));
            Py_XDECREF(context);
            Py_DECREF(kept);
        }
        if (here == NULL && !PyErr_Occurred())
            here = PyObject_CallMethodObjArgs(self->pipeline, name_here, scope, level, plain, NULL);
    }
    Py_DECREF(scope);
    return here;
}

/* The nanoseconds since the epoch, by whatever stands for the clock in the pipeline's module; -1 where it cannot tell. */
static long long now(Emitter *self)
{
    PyObject *clock = PyDict_GetItemWithError(self->globals, name_now);
    PyObject *time_ns = clock == NULL ? NULL : PyObject_CallNoArgs(clock);
    long long found = whole(time_ns);
    Py_XDECREF(time_ns);
    return found;
}

/* *line*, which it takes, cut to the length that a record may have. */
static PyObject *shortened(Emitter *self, PyObject *line)
{
    PyObject *cut = PyDict_GetItemWithError(self->globals, name_cut), *shorter = NULL;
    if (cut != NULL)
        shorter = PyObject_CallFunctionObjArgs(cut, line, GET(self->pipeline, Pipeline__max_bytes), NULL);
    Py_DECREF(line);
    return shorter;
}

/* The line of a record that is usual, as Pipeline.emit would make it; NULL, before anything has happened, for any other. */
static PyObject *usual_line(Emitter *self, PyObject *const *args, PyObject *level_name)
{
    PyObject *level = args[0], *component = args[1], *message = args[2], *fields = args[3], *pipeline = self->pipeline;
    PyObject *second = NULL, *head = NULL, *plain = NULL, *here = NULL, *before = NULL, *text = NULL, *tail = NULL, *line = NULL;
    PyObject *seq = NULL;
    char own[MOST_JSON], *own_end = own, *own_from = own;

    long long began, nanos = now(self), micros;
    second = Py_NewRef(GET(pipeline, Pipeline__second));
    if (!IS(second, Second_began) || (began = whole(GET(second, Second_began))) < 0 || nanos < began ||
        (micros = (nanos - began) / 1000) >= 1000000)
        goto unsure;

    PyObject *key = PyTuple_Pack(3, level, component, level_name);
    if (key == NULL)
        goto unsure;
    head = PyDict_GetItemWithError(GET(pipeline, Pipeline__heads), key);
    Py_XINCREF(head);
    Py_DECREF(key);
    if (head == NULL || !IS(head, Head_plain))
        goto unsure;
    plain = Py_NewRef(GET(head, Head_plain));
    if (!IS(plain, Plain_names) || (here = what_is_here(self, level, plain)) == NULL || !IS(here, Here_before))
        goto unsure;

    PyObject *bound = GET(here, Here_fields), *kinds = GET(plain, Plain_classes);
    int has_own;
    if (PyBytes_GET_SIZE(GET(here, Here_before)) == 0 || !PyDict_CheckExact(bound) || !PyBytes_Check(kinds) ||
        PyBytes_GET_SIZE(kinds) != 256)
        goto unsure;
    if ((own_end = context_and_metrics(own, own + MOST_JSON, fields, plain, bound, &has_own)) == NULL)
        goto unsure;
    before = Py_NewRef(GET(here, has_own ? Here_before : Here_alone));
    if (has_own && PyDict_GET_SIZE(bound))
        own_from++; /* its brace is in what comes before */

    text = PyDict_GetItemWithError(GET(plain, Plain_messages), message);
    Py_XINCREF(text);
    if (text == NULL)
        text = PyObject_CallMethodOneArg(plain, name_message, message);
    if (text == NULL || !PyBytes_Check(text))
        goto unsure;

    PyObject *start = GET(second, Second_json), *logger = GET(head, Head_json);
    tail = Py_NewRef(GET(pipeline, Pipeline__tail));
    Py_ssize_t size = PyBytes_GET_SIZE(start) + 6 + PyBytes_GET_SIZE(logger) + PyBytes_GET_SIZE(text) +
                      PyBytes_GET_SIZE(before) + (own_end - own_from) + PyBytes_GET_SIZE(tail);
    PyObject *numbers = GET(pipeline, Pipeline__seq);
    if ((seq = Py_TYPE(numbers)->tp_iternext(numbers)) == NULL)
        goto unsure;
    char number[MOST_DIGITS], *number_end = decimal(number, (unsigned long long)whole(seq));
    line = PyBytes_FromStringAndSize(NULL, size + (number_end - number) + 2);
    if (line == NULL)
        goto unsure;
    char *out = PyBytes_AS_STRING(line);
#define ADD(from, size) (memcpy(out, from, size), out += (size))
#define ADD_BYTES(object) ADD(PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object))
    ADD_BYTES(start);
    for (long long unit = 100000; unit; unit /= 10)
        *out++ = '0' + (char)(micros / unit % 10);
    ADD_BYTES(logger);
    ADD_BYTES(text);
    ADD_BYTES(before);
    ADD(own_from, (size_t)(own_end - own_from));
    ADD_BYTES(tail);
    ADD(number, (size_t)(number_end - number));
    ADD("}\n", 2);
    if (PyBytes_GET_SIZE(line) > whole(GET(pipeline, Pipeline__max_bytes)))
        line = shortened(self, line);
unsure:
    Py_XDECREF(second);
    Py_XDECREF(head);
    Py_XDECREF(plain);
    Py_XDECREF(here);
    Py_XDECREF(before);
    Py_XDECREF(text);
    Py_XDECREF(tail);
    Py_XDECREF(seq);
    return line;
}

static PyObject *emit(PyObject *object, PyObject *const *args, size_t flagged, PyObject *names)
{
    Emitter *self = (Emitter *)object;
    Py_ssize_t count = PyVectorcall_NARGS(flagged);
    if (self->active && names == NULL && count >= 4 && count <= 6 && PyLong_CheckExact(args[0]) &&
        PyUnicode_CheckExact(args[1]) && PyUnicode_CheckExact(args[2]) && PyDict_CheckExact(args[3]) &&
        (count < 5 || args[4] == Py_None) && (count < 6 || PyUnicode_CheckExact(args[5]))) {
        PyObject *line = usual_line(self, args, count < 6 ? name_empty : args[5]);
        if (line != NULL) {
            if (handed(self->pipeline, line) < 0)
                Py_CLEAR(line);
            return line;
        }
        if (PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_Exception))
                return NULL;
            PyErr_Clear();
        }
    }
    if (self->otherwise == NULL) /* the pipeline is gone */
        Py_RETURN_NONE;
    return PyObject_Vectorcall(self->otherwise, args, flagged, names);
}

static PyObject *new_emitter(PyTypeObject *type, PyObject *args, PyObject *options)
{
    PyObject *pipeline, *otherwise, *scope, *context, *globals;
    if (!PyArg_ParseTuple(args, "OOO!O!O!:Emitter", &pipeline, &otherwise, &PyContextVar_Type, &scope, &PyContextVar_Type,
                          &context, &PyDict_Type, &globals))
        return NULL;
    if (classes[0] == NULL || !IS(pipeline, Pipeline_sinks)) {
        PyErr_SetString(PyExc_TypeError, "The classes of the pipeline are not known");
        return NULL;
    }
    Emitter *self = (Emitter *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->call = emit;
    self->active = 1;
    self->pipeline = Py_NewRef(pipeline);
    self->otherwise = Py_NewRef(otherwise);
    self->scope = Py_NewRef(scope);
    self->context = Py_NewRef(context);
    self->globals = Py_NewRef(globals);
    return (PyObject *)self;
}

static int visit_emitter(Emitter *self, visitproc visit, void *arg)
{
    Py_VISIT(self->pipeline);
    Py_VISIT(self->otherwise);
    Py_VISIT(self->scope);
    Py_VISIT(self->context);
    Py_VISIT(self->globals);
    return 0;
}

static int clear_emitter(Emitter *self)
{
    self->active = 0;
    Py_CLEAR(self->pipeline);
    Py_CLEAR(self->otherwise);
    Py_CLEAR(self->scope);
    Py_CLEAR(self->context);
    Py_CLEAR(self->globals);
    return 0;
}

static void free_emitter(Emitter *self)
{
    PyObject_GC_UnTrack(self);
    clear_emitter(self);
    Py_TYPE(self)->tp_free(self);
}

static PyMemberDef emitter_members[] = {
    {"active", T_BOOL, offsetof(Emitter, active), 0, "Whether usual records are made here, or all of them by Python."},
    {NULL},
};

static PyTypeObject EmitterType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "logcorr._native.Emitter",
    .tp_doc = "Emitter(pipeline, otherwise, scope, context, globals): Pipeline.emit, of usual records in C.",
    .tp_basicsize = sizeof(Emitter),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(Emitter, call),
    .tp_call = PyVectorcall_Call,
    .tp_new = new_emitter,
    .tp_dealloc = (destructor)free_emitter,
    .tp_traverse = (traverseproc)visit_emitter,
    .tp_clear = (inquiry)clear_emitter,
    .tp_members = emitter_members,
};

/* Learn where the slots of the *given* classes lie, by their names. Raises TypeError where one is not as it is known here. */
static PyObject *know(PyObject *module, PyObject *given)
{
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        PyObject *class = PyMapping_GetItemString(given, slots[slot].class);
        PyObject *member = class == NULL ? NULL : PyObject_GetAttrString(class, slots[slot].name);
        if (member == NULL || !PyType_Check(class) || !Py_IS_TYPE(member, &PyMemberDescr_Type) ||
            ((PyMemberDescrObject *)member)->d_member->type != T_OBJECT_EX) {
            Py_XDECREF(class);
            Py_XDECREF(member);
            return PyErr_Format(PyExc_TypeError, "%s has no slot %s", slots[slot].class, slots[slot].name);
        }
        offsets[slot] = ((PyMemberDescrObject *)member)->d_member->offset;
        classes[slot] = (PyTypeObject *)class; /* kept, as long as the process is */
        Py_DECREF(member);
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"know", know, METH_O, "know(classes): learn where the slots of the classes of the pipeline lie."},
    {NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "logcorr._native",
    .m_doc = "The native core of logcorr: see logcorr.native.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit__native(void)
{
    static const struct {
        PyObject **name;
        const char *text;
    } names[] = {
        {&name_cut, "cut"},   {&name_empty, ""},          {&name_failed, "_sink_failed"},
        {&name_here, "_here"}, {&name_message, "message"}, {&name_metrics, "metrics"}, {&name_now, "_now"}, {&name_write, "write"},
    };
    for (size_t at = 0; at < sizeof(names) / sizeof(*names); at++)
        if ((*names[at].name = PyUnicode_InternFromString(names[at].text)) == NULL)
            return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddType(module, &EmitterType) < 0)
        Py_CLEAR(module);
    return module;
}
