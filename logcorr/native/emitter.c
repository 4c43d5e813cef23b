/* The emitter, which stands for Pipeline.emit: the same steps over the same objects. */

#include "native.h"
#include <stddef.h>
#include <string.h>
#include <structmember.h>

/* The time of a record that has none of its own. */
static PyObject *zero;

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
            here = here_in(self->pipeline, scope, plain);
        if (here == NULL && !PyErr_Occurred())
            here = PyObject_CallMethodObjArgs(self->pipeline, name__here, scope, level, plain, NULL);
    }
    Py_DECREF(scope);
    return here;
}

/* The nanoseconds since the epoch, by whatever stands for the clock in the pipeline's module; -1 where it cannot tell. */
static long long now(Emitter *self)
{
    PyObject *clock = PyDict_GetItemWithError(self->globals, name__now);
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

/* The line of a record that is usual, as Pipeline.emit would make it; NULL, before anything has happened, for any other. *found is
   what is in force, as far as that was found out: a new reference. */
static PyObject *usual_line(Emitter *self, PyObject *const *args, PyObject *level_name, PyObject **found)
{
    PyObject *level = args[0], *component = args[1], *message = args[2], *fields = args[3], *pipeline = self->pipeline;
    PyObject *second = NULL, *head = NULL, *plain = NULL, *here = NULL, *before = NULL, *text = NULL, *tail = NULL, *line = NULL;
    PyObject *seq = NULL;
    char own[MOST_JSON], *own_end = own, *own_from = own;

    long long began, nanos = now(self), micros;
    second = Py_XNewRef(GET(pipeline, Pipeline__second));
    if (!IS(second, Second_began) || (began = whole(GET(second, Second_began))) < 0 || nanos < began ||
        (micros = (nanos - began) / 1000) >= 1000000 || !IS_DICT(GET(pipeline, Pipeline__heads)) ||
        !is_a(GET(pipeline, Pipeline__tail), &PyBytes_Type) || GET(pipeline, Pipeline__seq) == NULL ||
        !PyIter_Check(GET(pipeline, Pipeline__seq)))
        goto unsure;

    PyObject *key = PyTuple_Pack(3, level, component, level_name);
    if (key == NULL)
        goto unsure;
    head = PyDict_GetItemWithError(GET(pipeline, Pipeline__heads), key);
    Py_XINCREF(head);
    Py_DECREF(key);
    if (!IS(head, Head_plain) || !is_a(GET(head, Head_json), &PyBytes_Type))
        goto unsure;
    plain = Py_XNewRef(GET(head, Head_plain));
    if (!is_plain_here(plain) || (*found = here = what_is_here(self, level, plain)) == NULL || !IS(here, Here_before))
        goto unsure;

    PyObject *bound = GET(here, Here_fields);
    int has_own;
    if (!is_a(GET(here, Here_before), &PyBytes_Type) || PyBytes_GET_SIZE(GET(here, Here_before)) == 0 ||
        !is_a(GET(here, Here_alone), &PyBytes_Type) || !IS_DICT(bound) || !is_a(GET(second, Second_json), &PyBytes_Type))
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
    Py_XDECREF(before);
    Py_XDECREF(text);
    Py_XDECREF(tail);
    Py_XDECREF(seq);
    return line;
}

PyObject *emit(PyObject *object, PyObject *const *args, size_t flagged, PyObject *names)
{
    Emitter *self = (Emitter *)object;
    Py_ssize_t count = PyVectorcall_NARGS(flagged);
    if (self->otherwise == NULL) /* the pipeline is gone */
        Py_RETURN_NONE;
    if (!self->active || names != NULL || count < 4 || count > 6 || !PyLong_CheckExact(args[0]) ||
        !PyUnicode_CheckExact(args[1]) || !PyUnicode_CheckExact(args[2]) || !PyDict_CheckExact(args[3]) ||
        (count > 4 && args[4] != Py_None) || (count > 5 && !PyUnicode_CheckExact(args[5])))
        return PyObject_Vectorcall(self->otherwise, args, flagged, names);
    PyObject *level_name = count < 6 ? name_empty : args[5], *here = NULL;
    PyObject *line = usual_line(self, args, level_name, &here);
    if (line != NULL) {
        if (handed(self->pipeline, line) < 0)
            Py_CLEAR(line);
    }
    else if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
        PyObject *more[] = {args[0], args[1], args[2], args[3], Py_None, level_name, zero, here};
        line = PyObject_Vectorcall(self->otherwise, more, here == NULL ? 7 : 8, NULL);
    }
    Py_XDECREF(here);
    return line;
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
    if (zero == NULL && (zero = PyLong_FromLong(0)) == NULL) {
        Py_DECREF(self);
        return NULL;
    }
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

PyTypeObject EmitterType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "logcorr.native._core.Emitter",
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
